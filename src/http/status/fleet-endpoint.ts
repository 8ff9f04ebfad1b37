import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { FleetMember } from '../../store/database/following/fleet.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { databaseProblem } from '../endpoint/database-problem.ts';
import { inTime } from '../endpoint/in-time.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { count, flag, list, record, revisionOrNone, text, time, timeOrNone } from '../openapi/openapi-words.ts';

const silent = 'the database did not answer in time';

/** One sidecar, as it told of itself when it was seen last. */
const fleetMember = named(
  'FleetMember',
  record({
    id: text,
    isSelf: { ...flag, description: 'The sidecar that answers.' },
    host: text,
    pid: count,
    version: text,
    startedAt: time,
    seenAt: { ...time, description: 'By the clock of the database.' },
    health: {
      enum: ['ok', 'starting', 'stale', 'lost'],
      description: '`stale`: what was published last could not be read or is no good. `lost`: not seen for 15 seconds.',
    },
    revision: { ...revisionOrNone, description: 'What it answered from when it was seen last.' },
    lag: {
      anyOf: [record({ sequences: count, seconds: { type: 'number', minimum: 0 } }), { type: 'null' }],
      description: 'How many changes it lacked then, and since when the first of them.',
    },
    isFromCache: { ...flag, description: 'It decides by what it kept on disk.' },
    isBeyondMaxStaleness: { ...flag, description: 'Its database was silent for longer than `--max-staleness`.' },
    lastWordAt: { ...timeOrNone, description: 'When the database answered it last, by its own clock.' },
  }),
);

const unwritten = {
  anyOf: [record({ since: time, reason: text }), { type: 'null' }],
  description:
    'Since when the sidecar that answers cannot say in the database that it is there, so that no other lists it.',
};

/** Every sidecar of the database: which revision it answers from, how far behind it is, and whether it is well. */
export const fleetEndpoint: ServedEndpoint = {
  route: 'fleet',
  method: 'GET',
  path: '/v1/fleet',
  access: { need: 'read', extent: 'whole' },
  operation: {
    id: 'listSidecars',
    tag: 'Policy',
    summary: 'Every sidecar of the database: its revision, its lag, its health',
    query: {},
    answer: named('Fleet', record({ sidecars: list(fleetMember), unwritten })),
    problems: ['no-database', 'database-refused', 'database-unavailable'],
  },
  serve: (context) => async (request) => {
    readQuery(request.url, {});
    const { fleet } = context;
    if (fleet === undefined) {
      const detail = 'sidecars know of each other through a database, and this one reads files';
      throw new ApiProblem('no-database', `${detail}; start it with \`--database URL\``);
    }
    const reading = inTime(fleet.tell(), limits.sourceAnswerMs, () => new RolebookError('unavailable', silent));
    const {
      members,
      ownId,
      unwritten: fault,
    } = await reading.catch((error: unknown) => {
      if (!(error instanceof RolebookError)) throw error;
      throw databaseProblem(error, { afterSeconds: 1 });
    });
    return jsonAnswer(200, {
      sidecars: members.map((member) => describeSidecar(member, ownId)),
      unwritten: fault ? { since: new Date(fault.sinceMs).toISOString(), reason: fault.reason } : null,
    });
  },
};

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
