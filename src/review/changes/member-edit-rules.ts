import type { PolicyEdit } from '../../compile/edit/policy-edit.ts';
import { findWritten, type PolicySet, type TimedRole } from '../../policy/policy-set.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../policy/runtime-member.ts';
import { parseSubject, type SubjectId } from '../../policy/subject.ts';
import { formatInstant, parseFrom, parseUntil } from '../../policy/text/instant.ts';
import { findAssignmentFault, type ChangeFault } from '../members/assignment-rules.ts';
import { findChangeFault } from '../members/member-change-rules.ts';
import { findPlace, membersPlaceOf, type ChangeGround } from '../members/member-roles.ts';
import { placeOfEdit } from './asked-edit.ts';

/*
 * An edit of a membership is the change that the run time knows, made in YAML: the same judge answers it.
 */

type MemberEdit = Extract<PolicyEdit, { readonly edit: 'member.set' | 'member.remove' }>;

/** What is wrong with the roles that an edit gives, whoever makes it. */
export function findGivenFault(policy: PolicySet, edit: MemberEdit, atMs: number): ChangeFault | undefined {
  const asked = readMemberEdit(policy, edit);
  const place = asked && findPlace(policy, asked.place);
  if (!place) return undefined;
  return findAssignmentFault(policy, place, asked.assignments, asked.earlier.assignments, atMs);
}

/** Why an actor may not make an edit of a membership. */
export function findMemberEditFault(ground: ChangeGround, edit: MemberEdit, actor: SubjectId): ChangeFault | undefined {
  const asked = readMemberEdit(ground.policy, edit);
  if (!asked) return undefined;
  const { place, subject, assignments, earlier } = asked;
  return findChangeFault(ground, { place, subject, assignments, actor }, earlier, 'files');
}

interface AskedMembership {
  readonly place: Place;
  readonly subject: SubjectId;
  readonly assignments: readonly RuntimeAssignment[];
  readonly earlier: RuntimeMember;
}

function readMemberEdit(policy: PolicySet, edit: MemberEdit): AskedMembership | undefined {
  const named = placeOfEdit(edit);
  const known = named && findPlace(policy, named);
  if (!known) return undefined;
  const place = { kind: known.kind, id: known.id };
  const subject = parseSubject(edit.subject, policy.catalog.subjectTypes[0]);
  const written = findWritten(membersPlaceOf(known), subject)?.assignments ?? [];
  const earlier = { place, subject, assignments: written.map(asGiven), sequence: 0, token: '' };
  const assignments = edit.edit === 'member.remove' ? [] : edit.roles.map(inInstants);
  return { place, subject, assignments, earlier };
}

function asGiven({ role, fromMs, untilMs, reason }: TimedRole): RuntimeAssignment {
  return {
    role: role.id,
    ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

// As times are kept at run time: what YAML says with a date is the same with the instant that it means.
function inInstants(entry: RuntimeAssignment): RuntimeAssignment {
  const { from, until } = entry;
  const [fromMs, untilMs] = [from && parseFrom(from), until && parseUntil(until)];
  return {
    ...entry,
    ...(typeof fromMs === 'number' ? { from: formatInstant(fromMs) } : {}),
    ...(typeof untilMs === 'number' ? { until: formatInstant(untilMs) } : {}),
  };
}
