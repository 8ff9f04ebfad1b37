import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { FleetMember } from '../../store/database/following/fleet.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { inTime } from '../endpoint/in-time.ts';
import { readQuery } from '../messages/request-query.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

const silent = 'the database did not answer in time';

/** Every sidecar of the database: which revision it answers from, how far behind it is, and whether it is well. */
export function createFleetEndpoint(context: SidecarContext): Endpoint {
  return {
    route: 'fleet',
    method: 'GET',
    path: '/v1/fleet',
    answer: async (request) => {
      readQuery(request.url, []);
      const { fleet } = context;
      if (fleet === undefined) {
        const detail = 'sidecars know of each other through a database, and this one reads files';
        throw new ApiProblem('no-database', `${detail}; start it with \`--database URL\``);
      }
      const reading = inTime(fleet.tell(), limits.sourceAnswerMs, () => new RolebookError('unavailable', silent));
      const { members, ownId } = await reading.catch((error: unknown) => {
        if (!(error instanceof RolebookError)) throw error;
        throw new ApiProblem('database-unavailable', error.message, { headers: { 'Retry-After': '1' } });
      });
      return jsonAnswer(200, { sidecars: members.map((member) => describeSidecar(member, ownId)) });
    },
  };
}

function describeSidecar(member: FleetMember, ownId: string): object {
  const { id, host, pid, version, startedAt, seenAt, revision, lag, details } = member;
  return {
    id,
    isSelf: id === ownId,
    host,
    pid,
    version,
    startedAt,
    seenAt,
    health: member.isLost ? 'lost' : details['health'],
    revision,
    lag,
    isFromCache: details['isFromCache'],
    isBeyondMaxStaleness: details['isBeyondMaxStaleness'],
    lastWordAt: details['lastWordAt'],
  };
}
