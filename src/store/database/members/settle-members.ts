import type { EntityManager } from 'typeorm';
import type { GroupingRow } from '../../../compile/casbin/casbin-rules.ts';
import { runtimeRows } from '../../../compile/casbin/runtime-rows.ts';
import { RuntimeMembers } from '../../../engine/runtime-members.ts';
import { limits } from '../../../policy/limits.ts';
import { PolicyPlaces } from '../../../policy/policy-places.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import { groupPlace, type DatabaseState, type Place, type RuntimeMember } from '../../../policy/runtime-member.ts';
import { isGroup } from '../../../review/members/group-questions.ts';
import {
  applyMoves,
  describeMove,
  planRuntimeMoves,
  type ReturningMember,
  type RuntimeMove,
} from '../../../review/members/runtime-moves.ts';
import { placeNow, renamedPlaces } from '../../../review/members/renamed-places.ts';
import type { SubjectId } from '../../../policy/subject.ts';
import { replaceRules, type AddedRule } from './added-rules.ts';
import { appendEvents, type MemberEvent, assignmentsText } from './append-events.ts';
import { members, releases, type MemberRow } from '../tables/entities.ts';
import { inChunks } from '../tables/insert-rows.ts';
import { readReturning, readReturningOf } from './returning-members.ts';
import { readState } from './read-changes.ts';
import { memberOf, parseRules, type MemberColumns } from './stored-member.ts';

interface Publisher {
  readonly author: string;
  /** Who made the change that the release is; undefined: it was published. */
  readonly madeBy?: { readonly actor: SubjectId; readonly reason: string | undefined } | undefined;
  readonly release: number;
  /** For the history. */
  readonly publishedAt: string;
  /** The time of the memberships in the rows for Casbin. */
  readonly rulesAtMs: number;
}

/** The meaning of a policy for the memberships that there are. */
export interface SettlementPlan {
  readonly places: PolicyPlaces;
  readonly stored: readonly StoredMember[];
  readonly moves: readonly RuntimeMove[];
}

export interface Settlement {
  readonly state: DatabaseState;
  /** The memberships that could not stay as they were. */
  readonly moves: readonly RuntimeMove[];
}

interface StoredMember {
  readonly member: RuntimeMember;
  /** Those that are there. */
  readonly rules: readonly AddedRule[];
  readonly isDamaged: boolean;
}

/**
 * Finds out what a policy does to memberships at run time. With `restores` what later releases took comes back, with `undoes` what
 * the release of that commit took. `readPublished` is asked for the policy of now where a place is gone: it may have had another id before.
 */
export async function planSettlement(
  manager: EntityManager,
  policy: PolicySet,
  { restores, undoes }: { readonly restores?: number | undefined; readonly undoes?: string | undefined },
  readPublished: () => Promise<PolicySet | undefined>,
): Promise<SettlementPlan> {
  const stored = await readStored(manager);
  const returning = [
    ...(restores === undefined ? [] : await readReturning(manager, restores)),
    ...(undoes === undefined ? [] : await readReturningOfCommit(manager, undoes)),
  ];
  const places = new PolicyPlaces(policy);
  const members = stored.map(({ member }) => member);
  const isKnown = ({ place, subject }: RuntimeMember): boolean =>
    places.has(placeNow(policy, place)) && isGroupKnown(places, place, subject);
  const published = members.every(isKnown) ? undefined : await readPublished();
  const moves = planRuntimeMoves(places, members, returning, renamedPlaces(policy, published));
  return { places, stored, moves };
}

// Of a group that is not there it may be that it had another id before.
function isGroupKnown(places: PolicyPlaces, named: Place, subject: SubjectId): boolean {
  const place = placeNow(places.policy, named);
  if (place.kind === 'group' || !isGroup(places.policy, subject)) return true;
  const id = places.organizationAt(place)?.id;
  return id === undefined || places.has(placeNow(places.policy, groupPlace(id, subject.id)));
}

/** The memberships that the release of a commit ended or changed; none where it was published with others. */
export async function readReturningOfCommit(manager: EntityManager, commit: string): Promise<ReturningMember[]> {
  const [release] = await manager.find(releases, { where: { commit }, order: { sequence: 'ASC' }, take: 1 });
  return release ? readReturningOf(manager, release.sequence) : [];
}

/** Writes to the history that a release was published, and what that did to memberships at run time. */
export async function settleRelease(
  manager: EntityManager,
  { places, stored, moves }: SettlementPlan,
  { author, madeBy, release, publishedAt, rulesAtMs }: Publisher,
): Promise<Settlement> {
  const by = { actorType: madeBy?.actor.type, actorId: madeBy?.actor.id ?? author };
  const events = moves.map((move) => eventOf(move, by, release));
  const drafts = [{ release, ...by, reason: madeBy?.reason }, ...events];
  const [published, ...states] = await appendEvents(manager, await readState(manager), drafts, publishedAt);
  const state = states.at(-1) ?? published;
  if (!state) throw new Error('the publication has no event');
  const moved = new Map(
    moves.map(({ member, after }, index) => [member, { ...member, assignments: after, ...states[index] }]),
  );
  const there = new Set(stored.map(({ member }) => member));
  const after = new RuntimeMembers(applyMoves(there, moves));
  const returned = moves.filter(({ member }) => !there.has(member));
  const all = [...stored, ...returned.map(({ member }) => ({ member, rules: [], isDamaged: false }))].map((one) => ({
    ...one,
    member: moved.get(one.member) ?? one.member,
    isMoved: moved.has(one.member),
  }));
  await writeMembers(manager, all, (member) => runtimeRows(places, member, rulesAtMs, after));
  return { state, moves };
}

/** Brings the rows for Casbin to the memberships of now. Answers whether there was anything to do. */
export async function renewMemberRules(
  manager: EntityManager,
  policy: PolicySet,
  rulesAtMs: number,
): Promise<{ readonly state: DatabaseState; readonly isRenewed: boolean }> {
  const state = await readState(manager);
  if (!state) throw new Error('there is a release without an event');
  const stored = await readStored(manager);
  const places = new PolicyPlaces(policy);
  const all = stored.map((one) => ({ ...one, isMoved: false }));
  const given = new RuntimeMembers(stored.map(({ member }) => member));
  const written = await writeMembers(manager, all, (member) => runtimeRows(places, member, rulesAtMs, given));
  return { state, isRenewed: written > 0 };
}

function eventOf(move: RuntimeMove, by: Pick<MemberEvent, 'actorType' | 'actorId'>, release: number): MemberEvent {
  const { place, subject, assignments } = move.member;
  const what = { place, subject, before: assignments, after: move.after };
  return { ...what, ...by, reason: describeMove(move), release };
}

// With the rows for Casbin that are there: somebody with a database client may have been at them.
async function readStored(manager: EntityManager): Promise<StoredMember[]> {
  const rows = await manager.query<(MemberColumns & Pick<MemberRow, 'assignments' | 'rules'>)[]>(
    'SELECT place_kind, place, subject_type, subject_id, assignments, sequence, token, rules FROM rolebook_member',
  );
  if (rows.length === 0) return [];
  const added = await manager.query<{ id: number; v0: string; v1: string; v2: string }[]>(
    "SELECT id, v0, v1, v2 FROM casbin_rule WHERE id > 0 AND ptype = 'g'",
  );
  const there = new Map(added.map((row) => [row.id, row]));
  return rows.map((row) => {
    const written = parseRules(row.rules, row.sequence);
    const rules = written.filter(([id, v0, v1, v2]) => {
      const found = there.get(id);
      return found?.v0 === v0 && found.v1 === v1 && found.v2 === v2;
    });
    return { member: memberOf(row, row.assignments), rules, isDamaged: rules.length !== written.length };
  });
}

/** Answers how many members had to be written. */
async function writeMembers(
  manager: EntityManager,
  stored: readonly (StoredMember & { readonly isMoved: boolean })[],
  rowsOf: (member: RuntimeMember) => readonly GroupingRow[],
): Promise<number> {
  const changed: MemberRow[] = [];
  for (const { member, rules: old, isMoved, isDamaged } of stored) {
    const rules = await replaceRules(manager, old, rowsOf(member));
    if (isMoved || isDamaged || rules !== old) changed.push(rowOf(member, rules));
  }
  for (const chunk of inChunks(changed, limits.databaseRowsAtOnce)) {
    await manager.upsert(members, chunk, ['placeKind', 'place', 'subjectType', 'subjectId']);
  }
  await manager.delete(members, { assignments: assignmentsText([]) });
  return changed.length;
}

function rowOf(
  { place, subject, assignments, sequence, token }: RuntimeMember,
  rules: readonly AddedRule[],
): MemberRow {
  return {
    placeKind: place.kind,
    place: place.id,
    subjectType: subject.type,
    subjectId: subject.id,
    assignments: assignmentsText(assignments),
    sequence,
    token,
    rules: JSON.stringify(rules),
  };
}
