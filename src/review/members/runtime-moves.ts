import { isGroup } from './group-questions.ts';
import type { PolicyPlaces } from '../../policy/policy-places.ts';
import { formatPosition, type Position } from '../../policy/position.ts';
import {
  compareRuntimeMembers,
  type Place,
  type RuntimeAssignment,
  type RuntimeMember,
} from '../../policy/runtime-member.ts';
import { renamedGroup, renamedPlaces, type RenamedTo } from './renamed-places.ts';
import type { SubjectId } from '../../policy/subject.ts';

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
  /** The place has another id: what ends at the one begins at the other. */
  | { readonly kind: 'place-renamed'; readonly other: Place }
  /** The same, and the subject holds something there already. */
  | { readonly kind: 'place-taken'; readonly other: Place }
  /** The group that it is of has another id: what ends for the one begins for the other. */
  | { readonly kind: 'group-renamed'; readonly other: string }
  /** The same, and the group was given something by its new id already. */
  | { readonly kind: 'group-taken'; readonly other: string }
  | { readonly kind: 'subject-type-gone' }
  | { readonly kind: 'group-gone' }
  /** Roles that may not be held there any more, and what takes their place. */
  | { readonly kind: 'roles-gone'; readonly roles: readonly RoleMove[] }
  /** It only says which roles were handed over that YAML gives, and YAML does not give them any more. */
  | { readonly kind: 'agreed'; readonly roles: readonly string[] }
  /** The publication that took it away, or put other roles into its place, is undone. */
  | { readonly kind: 'returned'; readonly release: number };

export interface RoleMove {
  readonly from: string;
  readonly to: string | undefined;
}

/**
 * A membership as it was before a publication that is to be undone took it away, or put other roles into its place.
 * Without assignments: that publication began it, and nobody has changed it since.
 */
export interface ReturningMember {
  readonly place: Place;
  readonly subject: SubjectId;
  readonly assignments: readonly RuntimeAssignment[];
  /** Of that publication. */
  readonly release: number;
}

/**
 * The memberships that cannot stay as they are under a policy, sorted; and those that come back with it, as far as it
 * has a place for them.
 */
export function planRuntimeMoves(
  places: PolicyPlaces,
  members: Iterable<RuntimeMember>,
  returning: readonly ReturningMember[] = [],
  renamedTo: RenamedTo = renamedPlaces(places.policy),
): RuntimeMove[] {
  const coming = new Map(returning.map((one) => [keyOf(one), one]));
  const all = [...members];
  const renamed = all.flatMap((member) => {
    const goesTo = findRenamed(places, member, renamedTo);
    return goesTo ? [{ member, goesTo }] : [];
  });
  const moves: (RuntimeMove | undefined)[] = [...planRenamed(places, all, renamed, coming)];
  const gone = new Set(renamed.map(({ member }) => member));
  for (const member of all) {
    if (gone.has(member)) continue;
    const earlier = coming.get(keyOf(member));
    coming.delete(keyOf(member));
    moves.push((earlier && planReturn(places, member, earlier)) ?? planMove(places, member));
  }
  for (const earlier of coming.values()) {
    const { place, subject } = earlier;
    moves.push(planReturn(places, { place, subject, assignments: [], ...notThere }, earlier));
  }
  return moves
    .filter((move) => move !== undefined)
    .sort((left, right) => compareRuntimeMembers(left.member, right.member));
}

/** A membership whose place, or whose group, has another id, and what it is of then. */
interface RenamedMember {
  readonly member: RuntimeMember;
  readonly goesTo: MemberKey;
}

type MemberKey = Pick<RuntimeMember, 'place' | 'subject'>;

function findRenamed(
  places: PolicyPlaces,
  { place: named, subject: was }: RuntimeMember,
  renamedTo: RenamedTo,
): MemberKey | undefined {
  const place = places.has(named) ? named : renamedTo(named);
  if (!place) return undefined;
  const isOfGroup = place.kind !== 'group' && isGroup(places.policy, was);
  const group = isOfGroup ? renamedGroup(renamedTo, places.organizationAt(place), was) : undefined;
  return place === named && !group ? undefined : { place, subject: group ?? was };
}

// Where nobody has changed it since the renaming that is undone now, it is again what it was before that.
function planRenamed(
  places: PolicyPlaces,
  all: readonly RuntimeMember[],
  renamed: readonly RenamedMember[],
  /** What comes back, of which what is planned here is taken out. */
  coming: Map<string, ReturningMember>,
): RuntimeMove[] {
  if (renamed.length === 0) return [];
  const taken = new Set(all.map(keyOf));
  return renamed.flatMap(({ member, goesTo }): RuntimeMove[] => {
    const key = keyOf(goesTo);
    if (taken.has(key)) return [{ member, after: [], cause: causeOf('taken', member, goesTo) }];
    const earlier = coming.has(keyOf(member)) ? coming.get(key)?.assignments : undefined;
    coming.delete(key);
    const held = earlier && earlier.length > 0 ? earlier : member.assignments;
    const settled = planMove(places, { ...member, ...goesTo, assignments: held });
    const after = settled ? settled.after : held;
    if (settled && after.length === 0) return [{ member, after, cause: settled.cause }];
    const begun = { ...goesTo, assignments: [], ...notThere };
    return [
      { member, after: [], cause: causeOf('renamed', member, goesTo) },
      { member: begun, after, cause: settled?.cause ?? causeOf('renamed', goesTo, member) },
    ];
  });
}

function causeOf(how: 'renamed' | 'taken', one: MemberKey, other: MemberKey): MoveCause {
  if (one.place !== other.place) return { kind: `place-${how}`, other: other.place };
  return { kind: `group-${how}`, other: other.subject.id };
}

// Of a membership that is not there nothing was written.
const notThere = { sequence: 0, token: '' };

function keyOf({ place, subject }: Pick<RuntimeMember, 'place' | 'subject'>): string {
  return JSON.stringify([place.kind, place.id, subject.type, subject.id]);
}

function planReturn(
  places: PolicyPlaces,
  member: RuntimeMember,
  { assignments, release }: ReturningMember,
): RuntimeMove | undefined {
  const settled = planMove(places, { ...member, assignments });
  const after = settled ? settled.after : assignments;
  const isSame = JSON.stringify(after) === JSON.stringify(member.assignments);
  return after.length === 0 || isSame ? undefined : { member, after, cause: { kind: 'returned', release } };
}

function planMove(places: PolicyPlaces, member: RuntimeMember): RuntimeMove | undefined {
  const { place, subject, assignments } = member;
  if (assignments.some(({ handedOver }) => handedOver)) return planAgreement(places, member);
  if (!places.has(place)) return { member, after: [], cause: { kind: 'place-gone' } };
  const isOfGroup = isGroup(places.policy, subject) && place.kind !== 'group';
  if (isOfGroup && !hasGroup(places, place, subject.id)) return { member, after: [], cause: { kind: 'group-gone' } };
  if (!isOfGroup && !places.policy.catalog.subjectTypes.includes(subject.type)) {
    return { member, after: [], cause: { kind: 'subject-type-gone' } };
  }
  const written = places.writtenMember(place, subject);
  if (written) return { member, after: [], cause: { kind: 'taken-over', by: written.position } };
  // Nobody holds a role of a group.
  if (place.kind === 'group') return undefined;
  const gone = new Map<string, string | undefined>();
  for (const { role } of assignments) {
    const found = places.roleAt(place, role);
    // How many are in a group changes, so none holds a role of which there must be a number.
    if (!found || (isOfGroup && found.holders !== undefined)) gone.set(role, places.heirAt(place, role)?.id);
  }
  if (gone.size === 0) return undefined;
  const after = assignments.flatMap((assignment) => {
    const role = gone.has(assignment.role) ? gone.get(assignment.role) : assignment.role;
    return role === undefined ? [] : [{ ...assignment, role }];
  });
  const roles = [...gone].map(([from, to]) => ({ from, to }));
  return { member, after: withoutRepeated(after), cause: { kind: 'roles-gone', roles } };
}

// The word of the database outlives publications, until YAML says the same: that the subject does not hold the role there.
function planAgreement(places: PolicyPlaces, member: RuntimeMember): RuntimeMove | undefined {
  const { place, subject, assignments } = member;
  const written = places.writtenAssignments(place, subject) ?? [];
  const after = assignments.filter(({ role, handedOver }) => handedOver && written.some((one) => one.role.id === role));
  if (after.length === assignments.length) return undefined;
  const roles = assignments.flatMap((one) => (after.includes(one) ? [] : [one.role]));
  return { member, after, cause: { kind: 'agreed', roles } };
}

function hasGroup(places: PolicyPlaces, { kind, id }: Place, group: string): boolean {
  const workspace = kind === 'workspace' ? places.policy.workspaces.get(id) : undefined;
  const organization = workspace?.organization ?? places.organizationOf(id);
  return organization?.groups.byId.has(group) === true;
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
  const stayed = [...members].map((member) => {
    const after = moved.get(member);
    moved.delete(member);
    return after ?? member;
  });
  // What is left was not there before.
  return [...stayed, ...moved.values()];
}

/**
 * The memberships that end although nobody named them: all that end, but for those that git takes over by name, those
 * that go on at a place that has another id, and those that gave nothing.
 */
export function endedUnasked(moves: readonly RuntimeMove[]): readonly RuntimeMove[] {
  const asked: readonly MoveCause['kind'][] = ['taken-over', 'place-renamed', 'group-renamed', 'agreed'];
  return moves.filter(({ after, cause }) => after.length === 0 && !asked.includes(cause.kind));
}

/** The moves without those that are the end of what goes on under another id. */
export function withoutRenamed(moves: readonly RuntimeMove[]): readonly RuntimeMove[] {
  return moves.filter(({ after, cause }) => after.length > 0 || !isRenaming(cause));
}

/** Whether somebody has what they had, and it is called otherwise. */
export function isRenaming({ kind }: MoveCause): boolean {
  return kind === 'place-renamed' || kind === 'group-renamed';
}

/** Why, as a sentence for the history. */
export function describeMove(move: RuntimeMove): string {
  const { cause } = move;
  return cause.kind === 'taken-over' ? `${describeCause(move)} at ${formatPosition(cause.by)}` : describeCause(move);
}

/** Why, without the line of YAML. */
export function describeCause({ member: { place, subject }, after, cause }: RuntimeMove): string {
  switch (cause.kind) {
    case 'taken-over':
      return 'git takes over';
    case 'place-gone':
      return `${place.kind} \`${place.id}\` is gone`;
    case 'place-renamed':
      return after.length === 0
        ? `${place.kind} \`${place.id}\` is called \`${cause.other.id}\` now`
        : `${place.kind} \`${place.id}\` was called \`${cause.other.id}\``;
    case 'place-taken':
      return `${place.kind} \`${place.id}\` is called \`${cause.other.id}\` now, where other roles are held already`;
    case 'group-renamed':
      return after.length === 0
        ? `group \`${subject.id}\` is called \`${cause.other}\` now`
        : `group \`${subject.id}\` was called \`${cause.other}\``;
    case 'group-taken':
      return `group \`${subject.id}\` is called \`${cause.other}\` now, which was given other roles already`;
    case 'subject-type-gone':
      return `subject type \`${subject.type}\` is gone`;
    case 'group-gone':
      return `group \`${subject.id}\` is gone`;
    case 'roles-gone':
      return cause.roles.map(describeRoleMove).join('; ');
    case 'agreed':
      return `git no longer gives ${cause.roles.map((role) => `\`${role}\``).join(', ')}, which was handed over`;
    case 'returned':
      return `release ${cause.release}, which took it away, is undone`;
  }
}

function describeRoleMove({ from, to }: RoleMove): string {
  const end = to === undefined ? 'nothing takes its place' : `\`${to}\` takes its place`;
  return `role \`${from}\` is gone, and ${end}`;
}
