import type { EntityManager } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import type { SubjectId } from '../../../policy/subject.ts';
import { appendEvents } from './append-events.ts';
import { catchUpInside } from './change-member.ts';
import { findStoredMember, keepStored, prepareMember, renewRules, type PreparedMember } from './prepared-member.ts';
import type { Database } from '../database.ts';
import { readHistoryTime } from './history-time.ts';
import { readRevisionAt } from './history-revision.ts';
import type { Judgement, MemberChangeHooks } from './member-change.ts';
import { tellNews } from '../connection/release-news.ts';
import { replaceWrittenRules } from './written-rules.ts';

/** A wish to take all away from somebody that they were given at run time. */
export interface SubjectRemovalRequest {
  readonly subject: SubjectId;
  readonly actor: SubjectId;
  /** The organizations that the caller may change something in; undefined: all. */
  readonly within?: ReadonlySet<string> | undefined;
  /** Why, for the history. */
  readonly reason?: string | undefined;
}

export interface SubjectRemovalResult {
  /** The memberships that ended, as they were. */
  readonly removed: readonly RuntimeMember[];
  /** The same as they are now: without assignments. */
  readonly ended: readonly RuntimeMember[];
  /** Of the database afterwards. */
  readonly state: DatabaseState;
  /** Of the policy that was the published one then, as people are shown it. */
  readonly revision: string;
}

/** A membership that is to end. */
export interface JudgedRemoval extends Pick<Judgement, 'written' | 'others'> {
  readonly member: RuntimeMember;
}

/** The judge of a removal, asked inside the transaction. It throws to refuse. */
export interface RemovalHooks extends Pick<MemberChangeHooks, 'since' | 'onMissed'> {
  readonly judge: () => Promise<readonly JudgedRemoval[]>;
}

type Refusal = { readonly refusal: unknown };

/** Ends every membership of a subject, in one transaction: all of them, or none. */
export async function removeSubject(
  database: Database,
  request: SubjectRemovalRequest,
  hooks: RemovalHooks,
): Promise<SubjectRemovalResult> {
  const outcome = await database.write(async (manager): Promise<SubjectRemovalResult | Refusal> => {
    const now = await readHistoryTime(manager);
    const caughtUp = await catchUpInside(manager, hooks);
    if ('refusal' in caughtUp) return caughtUp;
    const judged = await hooks.judge().then(
      (value) => ({ value }),
      (refusal: unknown) => ({ refusal }),
    );
    if ('refusal' in judged) return judged;
    const result = await endAll(manager, request, { removals: judged.value, state: caughtUp.state, now });
    if (result.removed.length > 0) await tellNews(manager, database.url.kind);
    return result;
  }, limits.memberChangeQueueMs);
  if ('refusal' in outcome) throw outcome.refusal;
  return outcome;
}

interface Removing {
  readonly removals: readonly JudgedRemoval[];
  readonly state: DatabaseState;
  /** The time of what is written now. */
  readonly now: string;
}

async function endAll(
  manager: EntityManager,
  { actor, reason }: SubjectRemovalRequest,
  { removals, state, now }: Removing,
): Promise<SubjectRemovalResult> {
  const revision = await readRevisionAt(manager, state.sequence);
  const prepared: PreparedMember[] = [];
  for (const { member, written } of removals) {
    const found = await findStoredMember(manager, member.place, member.subject);
    prepared.push(prepareMember(found, { assignments: [], gRows: [], written }));
  }
  const drafts = removals.map(({ member: { place, subject, assignments } }) => {
    const who = { actorType: actor.type, actorId: actor.id };
    return { place, subject, before: assignments, after: [], reason, release: undefined, ...who };
  });
  const states = drafts.length === 0 ? [] : await appendEvents(manager, state, drafts, now);
  const ended: RuntimeMember[] = [];
  for (const [index, member] of prepared.entries()) {
    const kept = await keepStored(manager, member, states[index]);
    if (kept) ended.push(kept);
    await replaceWrittenRules(manager, [undefined, member]);
    await renewRules(manager, removals[index]?.others ?? []);
  }
  return { removed: removals.map(({ member }) => member), ended, state: states.at(-1) ?? state, revision };
}
