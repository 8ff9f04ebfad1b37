import type { EntityManager } from 'typeorm';
import type { DatabaseState, Place, RuntimeAssignment, RuntimeMember } from '../../../policy/runtime-member.ts';
import type { SubjectId } from '../../../policy/subject.ts';
import { members, type MemberRow } from '../tables/entities.ts';
import { insertRows } from '../tables/insert-rows.ts';
import { replaceRules } from './added-rules.ts';
import { assignmentsText, type MemberEvent } from './append-events.ts';
import type { JudgedMember, Judgement, MemberChangeRequest } from './member-change.ts';
import { parseAssignments, parseRules } from './stored-member.ts';

/** A membership as it is, and as it is to be. */
export interface PreparedMember extends Pick<JudgedMember, 'gRows' | 'written' | 'isTold'> {
  readonly key: MemberKey;
  readonly row: MemberRow | null;
  readonly before: RuntimeMember | undefined;
  /** As text. */
  readonly assignments: string;
}

type MemberKey = Pick<MemberRow, 'placeKind' | 'place' | 'subjectType' | 'subjectId'>;

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
  { assignments, gRows, written, isTold }: JudgedMember,
): PreparedMember {
  const rows = assignments.length === 0 ? [] : gRows;
  return { ...found, assignments: assignmentsText(assignments), gRows: rows, written, isTold };
}

export function isChanged({ row, assignments, isTold }: PreparedMember): boolean {
  return isTold === true || assignments !== (row?.assignments ?? '[]');
}

export function eventOf(
  { key, before, assignments }: PreparedMember,
  { actor, reason }: Pick<MemberChangeRequest, 'actor' | 'reason'>,
): MemberEvent {
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

/** Writes it, and answers it as it is then. Without a state it is what it was, and a role may have begun or ended since. */
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

/** Brings the rows of others to what they are to be. Their assignments stay, and so does their place in the history. */
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
