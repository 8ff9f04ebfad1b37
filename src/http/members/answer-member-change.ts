import type { Request } from 'express';
import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import { RolebookError } from '../../policy/errors.ts';
import { isPlaceId } from '../../policy/ids.ts';
import { limits } from '../../policy/limits.ts';
import {
  groupPlace,
  partsOfGroup,
  type Place,
  type PlaceKind,
  type RuntimeMember,
} from '../../policy/runtime-member.ts';
import type { ChangeFault } from '../../review/members/assignment-rules.ts';
import {
  MemberChangeDenied,
  MemberChangeRefused,
  type MemberChangeRequest,
  type MemberChangeResult,
} from '../../store/database/members/member-change.ts';
import { type Answer, jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { databaseProblem } from '../endpoint/database-problem.ts';
import { inTime } from '../endpoint/in-time.ts';
import { readAsking, requireSameActor } from './asking.ts';
import { digestOf, type WantedMember } from './member-request.ts';
import { readRequestedSubject } from './place-request.ts';
import { entityTag, readIdempotencyKey, readPrecondition } from './precondition.ts';
import { currentPolicy, type SidecarContext, type MemberDatabase } from '../endpoint/sidecar-context.ts';
import type { Caller } from '../access/token.ts';

/** A place that this caller may change something at. Whether the policy knows it is asked later, of the newest one. */
export interface AskedPlace {
  readonly request: Request;
  readonly caller: Caller;
  readonly place: Place;
}

export function findAskedPlace(context: SidecarContext, kind: PlaceKind, request: Request, caller: Caller): AskedPlace {
  const place = { kind, id: String(request.params[kind]) };
  context.access.checkPlace(caller, currentPolicy(context).engine.policy, kind, place.id);
  return { request, caller, place };
}

/** The same for a group. */
export function findAskedGroup(context: SidecarContext, request: Request, caller: Caller): AskedPlace {
  const { place } = findAskedPlace(context, 'organization', request, caller);
  return { request, caller, place: groupPlace(place.id, String(request.params['group'])) };
}

/** Changes a membership, or words why it was not changed. Whether it may be is for the judge of memberships to say. */
export async function answerChange(
  context: SidecarContext,
  { request, caller, place }: AskedPlace,
  query: URLSearchParams,
  wanted: WantedMember,
): Promise<Answer> {
  const { policy } = currentPolicy(context).engine;
  requireSameActor(readAsking(context, request, caller), policy.catalog, wanted.actor);
  const subject = readRequestedSubject(request, query, policy, place.kind === 'group' ? 'be no group' : 'be a group');
  const precondition = readPrecondition(request);
  const key = readIdempotencyKey(request);
  const { database } = context;
  if (database === undefined) {
    const detail = 'members are changed in a database, and this sidecar reads files; start it with `--database URL`';
    throw new ApiProblem('no-database', detail);
  }
  // What cannot be an id need not wait for the newest policy.
  requirePossibleId(place);
  const change = { place, subject, ...wanted, precondition, within: caller.organizations };
  const idempotency = key === undefined ? undefined : { key, digest: digestOf(change) };
  const asked: MemberChangeRequest = { ...change, idempotency };
  return describeResult(place, await applyChange(context, database, asked, caller));
}

function requirePossibleId({ kind, id }: Place): void {
  const { organization, group } = partsOfGroup(id);
  if (kind === 'group' && isPlaceId(organization) && !isPlaceId(group)) {
    throw new ApiProblem('unknown-group', 'no group can have this id');
  }
  const named = kind === 'group' ? 'organization' : kind;
  if (!isPlaceId(kind === 'group' ? organization : id)) {
    throw new ApiProblem(`unknown-${named}`, `no ${named} can have this id`);
  }
}

async function applyChange(
  context: SidecarContext,
  database: MemberDatabase,
  request: MemberChangeRequest,
  caller: Caller,
): Promise<MemberChangeResult> {
  return await outcomeOfChange(context, { kind: request.place.kind, caller }, database.change(request, context.now));
}

/** What a change of memberships comes to, in time, or the problem why it was not made. */
export async function outcomeOfChange<Result>(
  context: SidecarContext,
  asked: { readonly kind: Place['kind']; readonly caller: Caller },
  changing: Promise<Result>,
): Promise<Result> {
  const late = (): Error => new RolebookError('unavailable', 'the database did not answer in time');
  try {
    return await inTime(changing, limits.memberChangeMs, late);
  } catch (error) {
    throw error instanceof MemberChangeDenied
      ? describeDenial(context, error.fault, asked)
      : describeFailure(context, error);
  }
}

function describeDenial(
  { access }: SidecarContext,
  { code, message, at, permission }: ChangeFault,
  { kind, caller }: { readonly kind: Place['kind']; readonly caller: Caller },
): ApiProblem {
  if (code === 'out-of-reach') return access.refusePlace(caller, kind);
  const extensions = permission === undefined ? {} : { permission };
  const list = at?.of === 'predecessor' ? '/inPlaceOf/roles' : '/roles';
  const pointer = at === undefined ? undefined : `${list}/${at.index}`;
  return new ApiProblem(code, message, { pointer, extensions });
}

function describeFailure({ log }: SidecarContext, error: unknown): unknown {
  if (error instanceof MemberChangeRefused) return describeRefusal(error);
  if (!(error instanceof RolebookError)) return error;
  // What the database refuses is logged once, by whoever follows it.
  if (error.code !== 'configuration') log.warn({ err: error }, 'a membership could not be changed');
  const help = 'send it again with the same `Idempotency-Key`, or look whether it took effect';
  return databaseProblem(error, { help, afterSeconds: 1 });
}

function describeRefusal({ fault, message, current }: MemberChangeRefused): ApiProblem {
  const tag = fault === 'precondition-failed' && current ? { ETag: entityTag(current.token) } : {};
  return new ApiProblem(fault, message, { headers: tag });
}

/** The same for a request that comes again as for the first: nothing in it is of the moment, or of what is live here. */
function describeResult(place: Place, result: MemberChangeResult): Answer {
  const { subject, before, after, state, replaced, ...then } = result;
  const revision = formatDatabaseRevision(then.revision, state);
  const inPlaceOf = replaced && { subject: replaced.subject, roles: replaced.assignments };
  const held = { ...describeHeld(place, after), ...(inPlaceOf && { inPlaceOf }) };
  const document = { ...describePlace(place), subject, ...held, revision };
  const { status, headers, body } = jsonAnswer(before || !after ? 200 : 201, document);
  const tag = after ? { ETag: entityTag(after.token) } : {};
  return { status, headers: { ...headers, ...tag }, body };
}

function describePlace({ kind, id }: Place): object {
  return kind === 'group' ? partsOfGroup(id) : { [kind]: id };
}

function describeHeld({ kind }: Place, after: RuntimeMember | undefined): object {
  return kind === 'group' ? { isMember: after !== undefined } : { roles: after?.assignments ?? [] };
}
