import { timingSafeEqual } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { RolebookError } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseState, RuntimeAssignment, RuntimeMember } from '../../../policy/runtime-member.ts';
import { replaceRules } from './added-rules.ts';
import { appendEvents, assignmentsText } from './append-events.ts';
import type { Database } from '../database.ts';
import { members, type MemberRow } from '../tables/entities.ts';
import { findAnswer, keepAnswer } from './idempotency-keys.ts';
import { insertRows } from '../tables/insert-rows.ts';
import {
  MemberChangeRefused,
  type MemberChangeHooks,
  type MemberChangeRequest,
  type MemberChangeResult,
  type Precondition,
} from './member-change.ts';
import { readChanges } from './read-changes.ts';
import { tellNews } from '../connection/release-news.ts';
import { readHistoryTime } from './history-time.ts';
import { readRevisionAt } from './history-revision.ts';
import { parseAssignments, parseRules } from './stored-member.ts';
import { isWholeToken, membershipTag } from '../../../policy/text/history-token.ts';

type Refusal = { readonly refusal: unknown };

/**
 * Changes what somebody holds at a place, in one transaction: the membership, its event, its rows for Casbin, and the
 * answer that the same request gets when it comes again. It is judged by what holds inside that transaction.
 */
export async function changeMember(
  database: Database,
  request: MemberChangeRequest,
  hooks: MemberChangeHooks,
): Promise<MemberChangeResult> {
  const outcome = await database.write(async (manager): Promise<MemberChangeResult | Refusal> => {
    const found = await prepare(manager, request, hooks);
    // Nothing is written up to here, so a transaction that ends with a refusal has done nothing.
    if ('refusal' in found || 'outcome' in found) return found;
    const result = await write(manager, request, found);
    if (request.idempotency) await keepAnswer(manager, request.idempotency, result, found.now);
    if (result.outcome === 'changed') await tellNews(manager, database.url.kind);
    return result;
  }, limits.memberChangeQueueMs);
  if ('refusal' in outcome) throw outcome.refusal;
  return outcome;
}

interface Prepared {
  readonly row: MemberRow | null;
  readonly before: RuntimeMember | undefined;
  readonly state: DatabaseState;
  /** The time of what is written now. */
  readonly now: string;
  readonly gRows: ReturnType<MemberChangeHooks['judge']>['gRows'];
}

async function prepare(
  manager: EntityManager,
  request: MemberChangeRequest,
  { since, onMissed, judge }: MemberChangeHooks,
): Promise<Prepared | MemberChangeResult | Refusal> {
  const { idempotency, place, subject } = request;
  const now = await readHistoryTime(manager);
  // What was answered before is answered again, whatever was published since.
  const answer = idempotency && (await findAnswer(manager, { idempotency, subject }, now));
  if (answer) return answer;
  const missed = await readChanges(manager, since);
  if (missed === 'unknown' || missed.state.sequence !== since.sequence) {
    const told = attempt(() => onMissed(missed));
    if ('refusal' in told) return told;
  }
  // Whoever judges must not do so by a policy that is not the published one.
  if (missed === 'unknown' || missed.hasRelease) {
    return { refusal: new RolebookError('unavailable', 'another policy was published than the one that is live here') };
  }
  const row = await manager.findOneBy(members, placeColumns(request));
  const before = row
    ? { place, subject, assignments: parseAssignments(row.assignments, row.sequence), ...writtenBy(row) }
    : undefined;
  const fault = preconditionFault(request.precondition, before);
  if (fault !== undefined) return { refusal: new MemberChangeRefused('precondition-failed', fault, before) };
  const judged = attempt(() => judge(before));
  if ('refusal' in judged) return judged;
  const gRows = request.assignments.length === 0 ? [] : judged.value.gRows;
  return { row, before, state: missed.state, now, gRows };
}

// The error of a hook comes out of `changeMember` as it is, and not as one of the database.
function attempt<Value>(call: () => Value): { readonly value: Value } | Refusal {
  try {
    return { value: call() };
  } catch (refusal) {
    return { refusal };
  }
}

async function write(
  manager: EntityManager,
  request: MemberChangeRequest,
  { row, before, state, now, gRows }: Prepared,
): Promise<MemberChangeResult> {
  const old = row ? parseRules(row.rules, row.sequence) : [];
  const rules = JSON.stringify(await replaceRules(manager, old, gRows));
  const assignments = assignmentsText(request.assignments);
  const { place, subject, actor, reason } = request;
  const revision = await readRevisionAt(manager, state.sequence);
  if (assignments === (row?.assignments ?? '[]')) {
    // A role may have begun or ended since.
    if (row && rules !== row.rules) await manager.update(members, placeColumns(request), { rules });
    return { subject, before, after: before, state, revision, outcome: 'unchanged' };
  }
  const after = JSON.parse(assignments) as RuntimeAssignment[];
  const event = { place, subject, before: before?.assignments ?? [], after, reason, release: undefined };
  const drafts = [{ ...event, actorType: actor.type, actorId: actor.id }];
  const [next] = await appendEvents(manager, state, drafts, now);
  if (!next) throw new Error('the change has no event');
  if (after.length === 0) await manager.delete(members, placeColumns(request));
  else if (row) await manager.update(members, placeColumns(request), { assignments, ...next, rules });
  else await insertRows(manager, members, [{ ...placeColumns(request), assignments, ...next, rules }]);
  return {
    subject,
    before,
    after: after.length === 0 ? undefined : { place, subject, assignments: after, ...next },
    state: next,
    revision,
    outcome: 'changed',
  };
}

function writtenBy({ sequence, token }: MemberRow): DatabaseState {
  return { sequence, token };
}

function placeColumns({
  place,
  subject,
}: MemberChangeRequest): Pick<MemberRow, 'placeKind' | 'place' | 'subjectType' | 'subjectId'> {
  return { placeKind: place.kind, place: place.id, subjectType: subject.type, subjectId: subject.id };
}

/** Why a membership is not as the caller takes it to be, or undefined when it is. */
export function preconditionFault(
  precondition: Precondition | undefined,
  current: RuntimeMember | undefined,
): string | undefined {
  if (!precondition) return undefined;
  if (precondition.kind === 'none') return current && 'the membership is there already';
  if (!current) return 'there is no such membership';
  const { tags } = precondition;
  if (tags === 'any' || tags.some((tag) => isTagOf(current, tag))) return undefined;
  return `the membership was changed meanwhile, by change ${current.sequence}`;
}

// In a time that does not tell how much of a guess was right. A membership whose token was lost has no tag.
function isTagOf({ token }: RuntimeMember, tag: string): boolean {
  if (!isWholeToken(token)) return false;
  const [wanted, given] = [Buffer.from(membershipTag(token)), Buffer.from(tag)];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
