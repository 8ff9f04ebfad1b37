import { RuntimeMembers } from '../../engine/runtime-members.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { findAssignmentFault, type ChangeFault } from '../members/assignment-rules.ts';
import { findLookAlikeMember } from '../members/look-alike-members.ts';
import { findChangeFault } from '../members/member-change-rules.ts';
import { findPlace, type ChangeGround } from '../members/member-roles.ts';
import type { ChangedRow } from './changed-rows.ts';
import { readMembership, type MemberEdit } from './read-membership.ts';

/*
 * An edit of a membership is the change that the run time knows, made in YAML or at run time: the same judge answers it.
 */

/** What is wrong with the roles that an edit gives, whoever makes it. */
export function findGivenFault(
  policy: PolicySet,
  edit: MemberEdit,
  row: ChangedRow | undefined,
  atMs: number,
): ChangeFault | undefined {
  const asked = readMembership(policy, edit);
  const place = asked && findPlace(policy, asked.place);
  if (!place) return undefined;
  const earlier = row ? (row.before?.assignments ?? []) : asked.earlier.assignments;
  return findAssignmentFault(policy, place, asked.assignments, earlier, atMs);
}

/** Whether somebody who comes to a place at run time looks like another one there. */
export function findLookAlikeRow(
  policy: PolicySet,
  { before, after: { place: named, subject, assignments } }: ChangedRow,
  given: readonly RuntimeMember[],
): ChangeFault | undefined {
  const place = findPlace(policy, named);
  if (!place || before || assignments.length === 0) return undefined;
  return findLookAlikeMember(policy, new RuntimeMembers(given), place, subject);
}

/** Why an actor may not make an edit of a membership. */
export function findMemberEditFault(
  ground: ChangeGround,
  edit: MemberEdit,
  row: ChangedRow | undefined,
  actor: SubjectId,
): ChangeFault | undefined {
  const asked = readMembership(ground.policy, edit);
  if (!asked) return undefined;
  const { place, subject, assignments, earlier } = asked;
  return findChangeFault(ground, { place, subject, assignments, actor }, row ? row.before : earlier, 'files');
}
