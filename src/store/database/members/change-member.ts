import { timingSafeEqual } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { RolebookError } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseState, Place, RuntimeAssignment, RuntimeMember } from '../../../policy/runtime-member.ts';
import type { SubjectId } from '../../../policy/subject.ts';
import { replaceRules } from './added-rules.ts';
import { appendEvents, assignmentsText, type MemberEvent } from './append-events.ts';
import type { Database } from '../database.ts';
import { members, type MemberRow } from '../tables/entities.ts';
import { findAnswer, keepAnswer } from './idempotency-keys.ts';
import { insertRows } from '../tables/insert-rows.ts';
import {
  MemberChangeRefused,
  type JudgedMember,
  type Judgement,
  type MemberChangeHooks,
  type MemberChangeRequest,
  type MemberChangeResult,
  type Precondition,
} from './member-change.ts';
import { readChanges } from './read-changes.ts';
import { replaceWrittenRules } from './written-rules.ts';
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
  readonly member: PreparedMember;
  /** Who hands over, whose membership is written first. */
  readonly replaced: PreparedMember | undefined;
  readonly state: DatabaseState;
  /** The time of what is written now. */
  readonly now: string;
  /** The rows of others from now on. */
  readonly others: Judgement['others'];
}

/** A membership as it is, and as it is to be. */
export interface PreparedMember extends Pick<JudgedMember, 'gRows' | 'written'> {
  readonly key: MemberKey;
  readonly row: MemberRow | null;
  readonly before: RuntimeMember | undefined;
  /** As text. */
  readonly assignments: string;
}

type MemberKey = Pick<MemberRow, 'placeKind' | 'place' | 'subjectType' | 'subjectId'>;

async function prepare(
  manager: EntityManager,
  request: MemberChangeRequest,
  { since, onMissed, judge }: MemberChangeHooks,
): Promise<Prepared | MemberChangeResult | Refusal> {
  const { idempotency, subject } = request;
  const now = await readHistoryTime(manager);
  // What was answered before is answered again, whatever was published since.
  const answer = idempotency && (await findAnswer(manager, { idempotency, subject }, now));
  if (answer) return answer;
  const caughtUp = await catchUpInside(manager, { since, onMissed });
  if ('refusal' in caughtUp) return caughtUp;
  const found = await findStoredMember(manager, request.place, subject);
  const fault = preconditionFault(request.precondition, found.before);
  if (fault !== undefined) return { refusal: new MemberChangeRefused('precondition-failed', fault, found.before) };
  const judged = attempt(() => judge(found.before));
  if ('refusal' in judged) return judged;
  const { assignments = request.assignments, replaced, others, ...rules } = judged.value;
  const member = prepareMember(found, { assignments, ...rules });
  const other = replaced && prepareMember(await findStoredMember(manager, request.place, replaced.subject), replaced);
  return { member, replaced: other, others, state: caughtUp.state, now };
}

/** Has what happened since made live, and answers the state of the database, which stays so: there is one writer. */
export async function catchUpInside(
  manager: EntityManager,
  { since, onMissed }: Pick<MemberChangeHooks, 'since' | 'onMissed'>,
): Promise<{ readonly state: DatabaseState } | Refusal> {
  const missed = await readChanges(manager, since);
  if (missed === 'unknown' || missed.state.sequence !== since.sequence) {
    const told = attempt(() => onMissed(missed));
    if ('refusal' in told) return told;
  }
  // Whoever judges must not do so by a policy that is not the published one.
  if (missed === 'unknown' || missed.hasRelease) {
    return { refusal: new RolebookError('unavailable', 'another policy was published than the one that is live here') };
  }
  return { state: missed.state };
}

export async function findStoredMember(
  manager: EntityManager,
  place: Place,
  subject: SubjectId,
): Promise<Pick<PreparedMember, 'key' | 'row' | 'before'>> {
  const key = keyOf(place, subject);
  const row = await manager.findOneBy(members, key);
  const before = row
    ? { place, subject, assignments: parseAssignments(row.assignments, row.sequence), ...writtenBy(row) }
    : undefined;
  return { key, row, before };
}

export function prepareMember(
  found: Pick<PreparedMember, 'key' | 'row' | 'before'>,
  { assignments, gRows, written }: JudgedMember,
): PreparedMember {
  const rows = assignments.length === 0 ? [] : gRows;
  return { ...found, assignments: assignmentsText(assignments), gRows: rows, written };
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
  { member, replaced, others, state, now }: Prepared,
): Promise<MemberChangeResult> {
  const { subject } = request;
  const revision = await readRevisionAt(manager, state.sequence);
  const { before } = member;
  const changed = [...(replaced ? [replaced] : []), member].filter(isChanged);
  // One event for each, one after the other, in one transaction: nobody sees the one without the other.
  const drafts = changed.map((one) => eventOf(one, request));
  const states = drafts.length === 0 ? [] : await appendEvents(manager, state, drafts, now);
  const after = await keepStored(manager, member, states[changed.indexOf(member)]);
  const other = replaced && (await keepStored(manager, replaced, states[changed.indexOf(replaced)]));
  await replaceWrittenRules(manager, [replaced, member]);
  await renewRules(manager, others ?? []);
  return {
    subject,
    before,
    after: after && after.assignments.length > 0 ? after : undefined,
    ...(other && { replaced: other }),
    state: states.at(-1) ?? state,
    revision,
    outcome: changed.length === 0 ? 'unchanged' : 'changed',
  };
}

function isChanged({ row, assignments }: PreparedMember): boolean {
  return assignments !== (row?.assignments ?? '[]');
}

function eventOf({ key, before, assignments }: PreparedMember, { actor, reason }: MemberChangeRequest): MemberEvent {
  return {
    place: { kind: key.placeKind, id: key.place },
    subject: { type: key.subjectType, id: key.subjectId },
    before: before?.assignments ?? [],
    after: JSON.parse(assignments) as RuntimeAssignment[],
    reason,
    release: undefined,
    actorType: actor.type,
    actorId: actor.id,
  };
}

// The membership as it is afterwards. Without a state it is what it was, and a role may have begun or ended since.
export async function keepStored(
  manager: EntityManager,
  { key, row, before, assignments, gRows }: PreparedMember,
  state: DatabaseState | undefined,
): Promise<RuntimeMember | undefined> {
  const old = row ? parseRules(row.rules, row.sequence) : [];
  const rules = JSON.stringify(await replaceRules(manager, old, gRows));
  if (!state) {
    if (row && rules !== row.rules) await manager.update(members, key, { rules });
    return before;
  }
  const after = JSON.parse(assignments) as RuntimeAssignment[];
  if (after.length === 0) await manager.delete(members, key);
  else if (row) await manager.update(members, key, { assignments, ...state, rules });
  else await insertRows(manager, members, [{ ...key, assignments, ...state, rules }]);
  const place = { kind: key.placeKind, id: key.place };
  return { place, subject: { type: key.subjectType, id: key.subjectId }, assignments: after, ...state };
}

// Their assignments stay as they are, and so does their place in the history.
export async function renewRules(manager: EntityManager, others: NonNullable<Judgement['others']>): Promise<void> {
  for (const { member, gRows } of others) {
    const key = keyOf(member.place, member.subject);
    const row = await manager.findOneBy(members, key);
    if (!row) continue;
    const rules = JSON.stringify(await replaceRules(manager, parseRules(row.rules, row.sequence), gRows));
    if (rules !== row.rules) await manager.update(members, key, { rules });
  }
}

function writtenBy({ sequence, token }: MemberRow): DatabaseState {
  return { sequence, token };
}

function keyOf(place: Place, subject: SubjectId): MemberKey {
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
