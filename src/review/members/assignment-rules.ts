import { quote } from '../../compile/words/describe-value.ts';
import { suggest } from '../../compile/words/suggest.ts';
import { describeWrongSpan } from '../../compile/words/wrong-span.ts';
import { formatInstant, parseFrom, parseUntil } from '../../policy/text/instant.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { listOfRole } from '../../policy/role.ts';
import { findRoleAt, rolesToGive, type RuntimeAssignment } from '../../policy/runtime-member.ts';
import { nameOfPlace } from './change-question.ts';
import type { KnownPlace } from './member-roles.ts';

/** The reason why a membership may not be changed as somebody asks. */
export type ChangeFaultCode =
  | 'out-of-reach'
  | 'unknown-workspace'
  | 'unknown-organization'
  | 'unknown-group'
  | 'unknown-role'
  | 'wrong-span'
  | 'frozen-role'
  | 'bad-period'
  | 'duplicate-role'
  | 'member-in-git'
  | 'look-alike'
  | 'not-a-holder'
  | 'actor-not-allowed'
  | 'not-assignable'
  | 'organization-member'
  | 'escalation-prevented'
  | 'wrong-holders'
  | 'exclusive-permissions'
  | 'missing-requirement';

export interface ChangeFault {
  readonly code: ChangeFaultCode;
  /** One sentence for a person, with what to do where there is something. */
  readonly message: string;
  /** Which of the assignments is at fault, and which part of it; of who hands over, or else of the subject. */
  readonly at?: {
    readonly index: number;
    readonly member: 'role' | 'from' | 'until';
    readonly of?: 'predecessor';
  };
  /** The permission that is missing. */
  readonly permission?: string;
}

/**
 * What is wrong with roles that somebody is to be given at a place, whoever gives them. `before` is what they have: what
 * stands there already may be over, so that a list can be sent back with one line changed.
 */
export function findAssignmentFault(
  policy: PolicySet,
  place: KnownPlace,
  assignments: readonly RuntimeAssignment[],
  before: readonly RuntimeAssignment[],
  atMs: number,
): ChangeFault | undefined {
  for (const [index, assignment] of assignments.entries()) {
    const fault =
      findRoleFault(policy, place, assignment.role, index) ??
      findFrozenRole(policy, place, assignment, before, index) ??
      findPeriodFault(assignment, before, index, atMs) ??
      findDuplicate(assignments, index);
    if (fault) return fault;
  }
  return undefined;
}

function findRoleFault(policy: PolicySet, place: KnownPlace, id: string, index: number): ChangeFault | undefined {
  const at = { index, member: 'role' } as const;
  const role = findRoleAt(policy, place, id);
  if (!role) return { code: 'unknown-role', message: describeUnknownRole(policy, place, id), at };
  const list = listOfRole(role);
  if (list === place.kind) return undefined;
  const elsewhere = list === 'organization' ? '; give it under /v1/organizations' : '';
  const inGit = list === 'staff' ? '; it is given under `staff` of roles.yaml alone' : '';
  return { code: 'wrong-span', message: `${describeWrongSpan(role, place.kind)}${elsewhere}${inGit}`, at };
}

// When the plan has custom roles again it gives more than whoever handed it out may have held.
function findFrozenRole(
  policy: PolicySet,
  place: KnownPlace,
  assignment: RuntimeAssignment,
  before: readonly RuntimeAssignment[],
  index: number,
): ChangeFault | undefined {
  const role = findRoleAt(policy, place, assignment.role);
  if (role?.isFrozen !== true || before.some((known) => isSame(known, assignment))) return undefined;
  const message = `role ${quote(role.id)} is frozen: the plan of ${nameOfPlace(place)} has no custom roles; whoever holds it keeps it`;
  return { code: 'frozen-role', message, at: { index, member: 'role' } };
}

function describeUnknownRole(policy: PolicySet, place: KnownPlace, id: string): string {
  const where = `${place.kind} ${quote(place.id)}`;
  const successor =
    place.kind === 'workspace'
      ? (place.workspace.retired.get(id) ?? place.workspace.organization.retired.get(id))
      : place.organization.retired.get(id);
  if (successor) return `role ${quote(id)} of ${where} was deleted; its holders went to ${quote(successor.id)}`;
  const help = suggest(
    id,
    rolesToGive(policy, place).map((role) => role.id),
  );
  return `there is no role ${quote(id)} for ${where}${help === undefined ? '' : `; ${help}`}`;
}

function findPeriodFault(
  assignment: RuntimeAssignment,
  before: readonly RuntimeAssignment[],
  index: number,
  atMs: number,
): ChangeFault | undefined {
  const [fromMs, untilMs] = periodOf(assignment);
  if (untilMs === Infinity) return undefined;
  const until = formatInstant(untilMs);
  if (fromMs >= untilMs) {
    const message = `\`from\`, ${formatInstant(fromMs)}, is not before \`until\`, ${until}`;
    return { code: 'bad-period', message, at: { index, member: 'from' } };
  }
  if (untilMs > atMs || before.some((known) => isSame(known, assignment))) return undefined;
  const message = `\`until\` is past: role ${quote(assignment.role)} would have ended at ${until}`;
  return { code: 'bad-period', message, at: { index, member: 'until' } };
}

// One that was given twice at the same time would still hold after one of the two was taken away.
function findDuplicate(assignments: readonly RuntimeAssignment[], index: number): ChangeFault | undefined {
  const assignment = assignments[index];
  const overlaps = assignments.slice(0, index).some((other) => assignment && overlap(other, assignment));
  if (!assignment || !overlaps) return undefined;
  const message = `role ${quote(assignment.role)} is given twice for the same time; keep one`;
  return { code: 'duplicate-role', message, at: { index, member: 'role' } };
}

function overlap(left: RuntimeAssignment, right: RuntimeAssignment): boolean {
  const [leftFrom, leftUntil] = periodOf(left);
  const [rightFrom, rightUntil] = periodOf(right);
  return left.role === right.role && Math.max(leftFrom, rightFrom) < Math.min(leftUntil, rightUntil);
}

function isSame(left: RuntimeAssignment, right: RuntimeAssignment): boolean {
  return left.role === right.role && left.from === right.from && left.until === right.until;
}

function periodOf({ from, until }: RuntimeAssignment): readonly [fromMs: number, untilMs: number] {
  const fromMs = from === undefined ? -Infinity : (parseFrom(from) ?? -Infinity);
  return [fromMs, until === undefined ? Infinity : (parseUntil(until) ?? -Infinity)];
}
