import type { PolicyPlaces } from '../../policy/policy-places.ts';
import { formatPosition, type Position } from '../../policy/position.ts';
import { compareRuntimeMembers, type RuntimeAssignment, type RuntimeMember } from '../../policy/runtime-member.ts';

/** A move of a membership: what a policy does to one at run time when it is published. */
export interface RuntimeMove {
  readonly member: RuntimeMember;
  /** What is held afterwards; nothing: the membership ends. */
  readonly after: readonly RuntimeAssignment[];
  readonly cause: MoveCause;
}

export type MoveCause =
  /** The same subject is written in YAML at the same place. */
  | { readonly kind: 'taken-over'; readonly by: Position }
  | { readonly kind: 'place-gone' }
  | { readonly kind: 'subject-type-gone' }
  /** Roles that may not be held there any more, and what takes their place. */
  | { readonly kind: 'roles-gone'; readonly roles: readonly RoleMove[] };

export interface RoleMove {
  readonly from: string;
  readonly to: string | undefined;
}

/** The memberships that cannot stay as they are under a policy, sorted. */
export function planRuntimeMoves(places: PolicyPlaces, members: Iterable<RuntimeMember>): RuntimeMove[] {
  const moves: RuntimeMove[] = [];
  for (const member of members) {
    const move = planMove(places, member);
    if (move) moves.push(move);
  }
  return moves.sort((left, right) => compareRuntimeMembers(left.member, right.member));
}

function planMove(places: PolicyPlaces, member: RuntimeMember): RuntimeMove | undefined {
  const { place, subject, assignments } = member;
  if (!places.has(place)) return { member, after: [], cause: { kind: 'place-gone' } };
  if (!places.policy.catalog.subjectTypes.includes(subject.type)) {
    return { member, after: [], cause: { kind: 'subject-type-gone' } };
  }
  const written = places.writtenMember(place, subject);
  if (written) return { member, after: [], cause: { kind: 'taken-over', by: written.position } };
  const gone = new Map<string, string | undefined>();
  for (const { role } of assignments) {
    if (!places.roleAt(place, role)) gone.set(role, places.heirAt(place, role)?.id);
  }
  if (gone.size === 0) return undefined;
  const after = assignments.flatMap((assignment) => {
    const role = gone.has(assignment.role) ? gone.get(assignment.role) : assignment.role;
    return role === undefined ? [] : [{ ...assignment, role }];
  });
  const roles = [...gone].map(([from, to]) => ({ from, to }));
  return { member, after: withoutRepeated(after), cause: { kind: 'roles-gone', roles } };
}

// Who holds the heir already, or two roles with one heir, holds it once for the same time.
function withoutRepeated(assignments: readonly RuntimeAssignment[]): RuntimeAssignment[] {
  const seen = new Map<string, RuntimeAssignment>();
  for (const assignment of assignments) {
    const { role, from, until } = assignment;
    const key = JSON.stringify([role, from, until]);
    if (!seen.has(key)) seen.set(key, assignment);
  }
  const forEver = new Set<string>();
  for (const { role, from, until } of seen.values()) {
    if (from === undefined && until === undefined) forEver.add(role);
  }
  return [...seen.values()].filter(
    ({ role, from, until }) => !forEver.has(role) || (from === undefined && until === undefined),
  );
}

/** The memberships as they are afterwards; those that end have no assignments. */
export function applyMoves(members: Iterable<RuntimeMember>, moves: readonly RuntimeMove[]): RuntimeMember[] {
  const moved = new Map(moves.map(({ member, after }) => [member, { ...member, assignments: after }]));
  return [...members].map((member) => moved.get(member) ?? member);
}

/** Why, as a sentence for the history. */
export function describeMove(move: RuntimeMove): string {
  const { cause } = move;
  return cause.kind === 'taken-over' ? `${describeCause(move)} at ${formatPosition(cause.by)}` : describeCause(move);
}

/** Why, without the line of YAML. */
export function describeCause({ member: { place, subject }, cause }: RuntimeMove): string {
  switch (cause.kind) {
    case 'taken-over':
      return 'git takes over';
    case 'place-gone':
      return `${place.kind} \`${place.id}\` is gone`;
    case 'subject-type-gone':
      return `subject type \`${subject.type}\` is gone`;
    case 'roles-gone':
      return cause.roles.map(describeRoleMove).join('; ');
  }
}

function describeRoleMove({ from, to }: RoleMove): string {
  const end = to === undefined ? 'nothing takes its place' : `\`${to}\` takes its place`;
  return `role \`${from}\` is gone, and ${end}`;
}
