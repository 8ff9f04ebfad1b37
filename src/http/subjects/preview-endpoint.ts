import type { Request } from 'express';
import { quote } from '../../compile/words/describe-value.ts';
import { suggest } from '../../compile/words/suggest.ts';
import { limits } from '../../policy/limits.ts';
import type { Workspace } from '../../policy/policy-set.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import { formatInstant, parseInstant } from '../../policy/text/instant.ts';
import type { Insight } from '../../review/access/actor-knowledge.ts';
import { rolesSeenAt } from '../../review/access/role-matrix.ts';
import { Looking, type Viewer } from '../../review/access/sight.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { groundOf, readAsking, type AskedGround } from '../members/asking.ts';
import { answerPage, type AskedNames, itemsAfter, ofNames, readLimit } from '../members/listing-page.ts';
import { inOperationId, memberReads } from '../members/member-operations.ts';
import { subjectSchema } from '../members/member-schemas.ts';
import { findListedPlace, placeHead, readSubjectId } from '../members/place-request.ts';
import type { Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { actorHeaders, minRevision, pagesOf, subjectType } from '../openapi/openapi-parameters.ts';
import { next, record, revision, text, time } from '../openapi/openapi-words.ts';
import { sightSchemas } from '../openapi/sight-schemas.ts';

const query = {
  subject: { description: 'Through whose eyes; or `roles`.' },
  ...subjectType,
  roles: { description: 'Ids of roles with commas between: of whoever would hold just these.' },
  at: { description: 'A date, which begins with its day in UTC, or an RFC 3339 time; now when left out.' },
  ...pagesOf('permissions'),
  ...minRevision,
};

const common = { at: time, revision, ...sightSchemas };
const seen = { subject: subjectSchema, next };

const schemas = {
  workspace: named('Preview', record({ workspace: text, ...common }, seen)),
  organization: named('OrganizationPreview', record({ organization: text, ...common }, seen)),
} as const;

/** What somebody would see, or whoever held some roles, now or at another time. */
export function previewEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'preview',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/preview`,
    access: { need: 'read', extent: 'place' },
    operation: {
      id: `get${inOperationId[kind]}Preview`,
      tag: 'Access',
      summary: 'What somebody sees, or whoever holds some roles, now or at another time',
      query,
      headers: actorHeaders,
      answer: schemas[kind],
      problems: [...memberReads(kind), 'no-such-role'],
    },
    serve: (context) => async (request, _body, caller) => {
      const asked = readQuery(request.url, query);
      const names = { query: asked, limit: readLimit(asked, limits.listedNames) };
      const asking = readAsking(context, request, caller);
      await reachQueriedRevision(context, asked);
      return context.ceilings.work.run(answerPreview(request, kind, { ...names, asking }), ofNames);
    },
  };
}

function* answerPreview(
  request: Request,
  kind: PlaceKind,
  { query: asked, limit, asking }: AskedNames,
): Generator<void, Answer> {
  const ground = groundOf(asking);
  const { place, insight } = findListedPlace(request, kind, ground, asking);
  const viewer = readViewer(asked, ground, place, insight);
  const atMs = readAt(asked.get('at')) ?? ground.atMs;
  const looking = new Looking(ground.engine, place, viewer, atMs);
  return yield* answerPage({
    head: {
      ...placeHead(place, kind),
      at: formatInstant(atMs),
      ...(viewer.kind === 'subject' && { subject: viewer.subject }),
      revision: ground.revision,
      roles: looking.roles,
    },
    name: 'permissions',
    items: itemsAfter(looking.names, asked, ({ id }) => id),
    limit,
    describe: (name) => looking.see(name),
    cursorOf: ({ id }) => id,
  });
}

function readViewer(asked: URLSearchParams, ground: AskedGround, place: Workspace, insight: Insight): Viewer {
  const [id, roles] = [asked.get('subject'), asked.get('roles')];
  if ((id === null) === (roles === null)) {
    throw new ApiProblem('invalid-request', 'say through whose eyes: either `subject` or `roles`');
  }
  if (id === null) return { kind: 'roles', roles: readRoles(roles ?? '', ground, place, insight) };
  const { knowledge, engine } = ground;
  const subject = readSubjectId(id, asked, engine.policy);
  // Of whom an actor may not know it is told what is told of nobody.
  return knowledge.mayKnow(insight, subject) ? { kind: 'subject', subject } : { kind: 'roles', roles: [] };
}

function readRoles(text: string, ground: AskedGround, place: Workspace, insight: Insight): readonly string[] {
  const known = rolesSeenAt(ground.engine.policy, place)
    .filter((role) => ground.knowledge.mayKnowRole(place, insight, role))
    .map(({ id }) => id);
  const ids = text.split(',').filter((id) => id !== '');
  if (ids.length > limits.rolesOfMember) {
    throw new ApiProblem('invalid-request', `\`roles\` names at most ${limits.rolesOfMember} roles`);
  }
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return ids;
  const help = suggest(unknown, known);
  const message = `there is no role ${quote(unknown)} here`;
  throw new ApiProblem('no-such-role', help === undefined ? message : `${message}; ${help}`);
}

function readAt(text: string | null): number | undefined {
  if (text === null) return undefined;
  const atMs = parseInstant(text);
  if (atMs !== undefined) return atMs;
  throw new ApiProblem('invalid-request', '`at` is a date as in `2026-12-31`, or `2026-12-31T18:00:00Z`');
}
