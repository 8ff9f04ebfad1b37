import { timingSafeEqual } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { RolebookError } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import { appendEvents } from './append-events.ts';
import type { Database } from '../database.ts';
import { findAnswer, keepAnswer } from './idempotency-keys.ts';
import {
  MemberChangeRefused,
  type Judgement,
  type MemberChangeHooks,
  type MemberChangeRequest,
  type MemberChangeResult,
  type Precondition,
} from './member-change.ts';
import {
  eventOf,
  findStoredMember,
  isChanged,
  keepStored,
  prepareMember,
  renewRules,
  type PreparedMember,
} from './prepared-member.ts';
import { readChanges } from './read-changes.ts';
import { replaceWrittenRules } from './written-rules.ts';
import { tellNews } from '../connection/release-news.ts';
import { readHistoryTime } from './history-time.ts';
import { readRevisionAt } from './history-revision.ts';
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

async function prepare(
  manager: EntityManager,
  request: MemberChangeRequest,
  { since, onMissed, judge, deciding }: MemberChangeHooks,
): Promise<Prepared | MemberChangeResult | Refusal> {
  const { idempotency, subject } = request;
  const now = await readHistoryTime(manager);
  // What was answered before is answered again, whatever was published since.
  const answer = idempotency && (await findAnswer(manager, { idempotency, subject }, now));
  if (answer) return answer;
  const caughtUp = await catchUpInside(manager, { since, onMissed });
  if ('refusal' in caughtUp) return caughtUp;
  const found = await findStoredMember(manager, request.place, subject);
  const fault = preconditionFault(request.precondition, found.before, deciding?.());
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

/** Why a membership is not as the caller takes it to be, or undefined when it is. */
export function preconditionFault(
  precondition: Precondition | undefined,
  stored: RuntimeMember | undefined,
  deciding?: RuntimeMember,
): string | undefined {
  if (!precondition) return undefined;
  const current = stored ?? deciding;
  if (precondition.kind === 'none') return current && 'the membership is there already';
  if (!current) return 'there is no such membership';
  const { tags } = precondition;
  if (tags === 'any' || tags.some((tag) => isTagOf(current, tag) || (deciding && isTagOf(deciding, tag))))
    return undefined;
  return `the membership was changed meanwhile, by change ${current.sequence}`;
}

// In a time that does not tell how much of a guess was right. A membership whose token was lost has no tag.
function isTagOf({ token }: RuntimeMember, tag: string): boolean {
  if (!isWholeToken(token)) return false;
  const [wanted, given] = [Buffer.from(membershipTag(token)), Buffer.from(tag)];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
