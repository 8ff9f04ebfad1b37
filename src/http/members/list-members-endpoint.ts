import type { Request } from 'express';
import { quote } from '../../compile/words/describe-value.ts';
import { suggest } from '../../compile/words/suggest.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { listOfRole, type Role } from '../../policy/role.ts';
import { findRoleAt, rolesToGive, type PlaceKind } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { countListed, describeFound, findMembers } from '../../review/members/member-listing.ts';
import type { KnownPlace } from '../../review/members/member-roles.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import type { Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { actorHeaders, minRevision, nextPage } from '../openapi/openapi-parameters.ts';
import { groundOf, readAsking, type Asking } from './asking.ts';
import { answerPage, readLimit } from './listing-page.ts';
import { cursorOf, describeMember, parseCursor } from './member-documents.ts';
import { inOperationId, memberReads } from './member-operations.ts';
import { memberListSchema } from './member-schemas.ts';
import { findRequestedPlace } from './place-request.ts';
import { runtimeMembers } from './runtime-memberships.ts';

const query = {
  role: { description: 'Only those who hold this role, now or at another time.' },
  limit: { description: 'How many at most; 100 when left out, 1000 at most. A page may end earlier.' },
  ...nextPage,
  ...minRevision,
};

/** Who holds which roles at a place itself, page by page. */
export function listMembersEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'members',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/members`,
    access: { need: 'read', extent: 'place' },
    operation: {
      id: `list${inOperationId[kind]}Members`,
      tag: 'Members',
      summary: `Who holds which roles of the ${kind} itself`,
      query,
      headers: actorHeaders,
      answer: memberListSchema,
      problems: [...memberReads(kind), 'unknown-role'],
    },
    serve: (context) => async (request, _body, caller) => {
      const asked = readQuery(request.url, query);
      const limit = readLimit(asked, limits.listedMembers, limits.listedMembersByDefault);
      const after = readAfter(asked);
      const asking = readAsking(context, request, caller);
      await reachQueriedRevision(context, asked);
      const { place } = findRequestedPlace(request, kind, groundOf(asking), asking);
      const isShort = countListed({ members: runtimeMembers(context) }, place) <= limits.shortListingMembers;
      const steps = answerMembers(request, { kind, query: asked, limit, after, asking });
      return context.ceilings.work.run(steps, { length: isShort ? 'short' : 'long', bytes: 0 });
    },
  };
}

interface AskedMembers {
  readonly kind: PlaceKind;
  readonly query: URLSearchParams;
  readonly limit: number;
  readonly after: SubjectId | undefined;
  readonly asking: Asking;
}

// The policy and the members are looked up in one step, so that they are those of one revision.
function* answerMembers(
  request: Request,
  { kind, query, limit, after, asking }: AskedMembers,
): Generator<void, Answer> {
  const asked = groundOf(asking);
  const { engine, runtime: members, atMs, revision, knowledge } = asked;
  const { policy } = engine;
  const { place, asked: known, insight } = findRequestedPlace(request, kind, asked, asking);
  const mayKnow = (one: Role): boolean => known === undefined || knowledge.mayKnowRole(known, insight, one);
  const role = readRole(query, policy, place, mayKnow);
  const ground = { policy, members, atMs };
  const only = insight === 'own' ? knowledge.actor : undefined;
  const wanted = { limit, ...(role && { role }), ...(after && { after }), ...(only && { only }) };
  const found = yield* findMembers(ground, place, wanted);
  return yield* answerPage({
    head: { [kind]: place.id },
    name: 'members',
    tail: { revision },
    items: found,
    limit,
    describe: (member) => describeMember(describeFound(ground, place, member)),
    cursorOf: ({ subject }) => cursorOf(subject),
  });
}

export function readAfter(query: URLSearchParams): ReturnType<typeof parseCursor> {
  const text = query.get('after');
  if (text === null) return undefined;
  const after = parseCursor(text);
  if (after !== undefined) return after;
  throw new ApiProblem('invalid-request', '`after` is what `next` of the page before said, percent-encoded');
}

// A list that is empty because of a typing mistake looks like good news.
function readRole(
  query: URLSearchParams,
  policy: PolicySet,
  place: KnownPlace,
  mayKnow: (role: Role) => boolean,
): string | undefined {
  const id = query.get('role');
  if (id === null) return undefined;
  const role = findRoleAt(policy, place, id);
  if (role && listOfRole(role) === place.kind && mayKnow(role)) return id;
  const known = rolesToGive(policy, place).filter(mayKnow);
  const help = suggest(
    id,
    known.map((one) => one.id),
  );
  const message = `there is no role ${quote(id)} for this ${place.kind}`;
  throw new ApiProblem('unknown-role', help === undefined ? message : `${message}; ${help}`);
}
