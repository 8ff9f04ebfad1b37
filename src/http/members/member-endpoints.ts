import type { Request } from 'express';
import { quote } from '../../compile/words/describe-value.ts';
import { suggest } from '../../compile/words/suggest.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { type Place, findRoleAt } from '../../policy/runtime-member.ts';
import type { KnownPlace, RuntimeMemberships } from '../../review/members/member-roles.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { countListed, describeFound, findListedMember, findMembers } from '../../review/members/member-listing.ts';
import { type Answer, jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { cursorOf, describeMember, memberDocument, parseCursor } from './member-documents.ts';
import { answerPage, readLimit } from './listing-page.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import { type Asking, findRequestedPlace, readRequestedSubject } from './place-request.ts';
import { entityTag } from './precondition.ts';
import { readQuery } from '../messages/request-query.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';

/** Who holds which roles at a place itself, page by page. */
export function createMembersEndpoint(context: SidecarContext, kind: Place['kind']): Endpoint {
  const { access } = context;
  return {
    route: 'members',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/members`,
    answer: async (request, _body, caller) => {
      const query = readQuery(request.url, ['role', 'limit', 'after', 'minRevision']);
      const limit = readLimit(query, limits.listedMembers, limits.listedMembersByDefault);
      const after = readAfter(query);
      await reachQueriedRevision(context, query);
      const asking = { access, caller };
      const place = findRequestedPlace(request, kind, currentPolicy(context).engine.policy, asking);
      const isShort = countListed({ members: runtimeMembers(context) }, place) <= limits.shortListingMembers;
      const steps = answerMembers(context, request, { kind, query, limit, after, asking });
      return context.ceilings.work.run(steps, { length: isShort ? 'short' : 'long', bytes: 0 });
    },
  };
}

interface AskedMembers {
  readonly kind: Place['kind'];
  readonly query: URLSearchParams;
  readonly limit: number;
  readonly after: SubjectId | undefined;
  readonly asking: Asking;
}

// The policy and the members are looked up in one step, so that they are those of one revision.
function* answerMembers(
  context: SidecarContext,
  request: Request,
  { kind, query, limit, after, asking }: AskedMembers,
): Generator<void, Answer> {
  const { engine, revision } = currentPolicy(context);
  const { policy } = engine;
  const place = findRequestedPlace(request, kind, policy, asking);
  const role = readRole(query, policy, place);
  const ground = { policy, members: runtimeMembers(context), atMs: context.now() };
  const found = yield* findMembers(ground, place, { limit, ...(role && { role }), ...(after && { after }) });
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

/** What one subject holds at a place itself, and where that is changed. */
export function createMemberEndpoint(context: SidecarContext, kind: Place['kind']): Endpoint {
  const { access } = context;
  return {
    route: 'member',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/members/:subject`,
    answer: async (request, _body, caller) => {
      const query = readQuery(request.url, ['subjectType', 'minRevision']);
      await reachQueriedRevision(context, query);
      const { engine, revision } = currentPolicy(context);
      const { policy } = engine;
      const subject = readRequestedSubject(request, query, policy);
      const place = findRequestedPlace(request, kind, policy, { access, caller });
      const ground = { policy, members: runtimeMembers(context), atMs: context.now() };
      const member = findListedMember(ground, place, subject);
      if (!member) throw new ApiProblem('unknown-member', `the subject holds no role of this ${kind} itself`);
      const { status, headers, body } = jsonAnswer(200, memberDocument(place, member, revision));
      const { origin } = member;
      const tag = origin.source === 'database' ? { ETag: entityTag(origin.token) } : {};
      return { status, headers: { ...headers, ...tag }, body };
    },
  };
}

function runtimeMembers({ database }: SidecarContext): RuntimeMemberships {
  return database?.members ?? nobody;
}

const nobody: RuntimeMemberships = { get: () => undefined, list: () => [], size: 0 };

function readAfter(query: URLSearchParams): ReturnType<typeof parseCursor> {
  const text = query.get('after');
  if (text === null) return undefined;
  const after = parseCursor(text);
  if (after !== undefined) return after;
  throw new ApiProblem('invalid-request', '`after` is what `next` of the page before said, percent-encoded');
}

// A list that is empty because of a typing mistake looks like good news.
function readRole(query: URLSearchParams, policy: PolicySet, place: KnownPlace): string | undefined {
  const id = query.get('role');
  if (id === null || findRoleAt(policy, place, id)?.spans === place.kind) return id ?? undefined;
  const own = place.kind === 'workspace' ? [...place.workspace.roles.values()] : [];
  const known = [...policy.catalog.roles.values(), ...own].filter(({ spans }) => spans === place.kind);
  const help = suggest(
    id,
    known.map((role) => role.id),
  );
  const message = `there is no role ${quote(id)} for this ${place.kind}`;
  throw new ApiProblem('unknown-role', help === undefined ? message : `${message}; ${help}`);
}
