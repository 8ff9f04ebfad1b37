import { cellsOfAll } from '../../compile/checks/check-exclusive.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { controllersOf, isOnPlan } from '../../policy/permission.ts';
import { listedRolesAt, rolesAt, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import type { Place, RuntimeAssignment } from '../../policy/runtime-member.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { shiftOfMember, viewsAt, type Delta, type Shift, type View } from './change-views.ts';
import { actorRolesOn, instantsOf, type ChangeGround, type HeldRole, type KnownPlace } from './member-roles.ts';

/** A change that somebody wants to make to a membership. */
export interface MemberChange {
  readonly place: Place;
  readonly subject: SubjectId;
  /** All that the subject is to hold there; none: the membership ends. */
  readonly assignments: readonly RuntimeAssignment[];
  readonly actor: SubjectId;
  /** Who hands over roles with `holders` to the subject. */
  readonly inPlaceOf?: Predecessor | undefined;
}

/** Somebody who hands over a role, and what is to become of them. */
export interface Predecessor {
  readonly subject: SubjectId;
  /** All that they are to hold there; undefined: what they hold, but for what they hand over. */
  readonly assignments?: readonly RuntimeAssignment[] | undefined;
}

/**
 * The door that a change comes through. `files`: an edit of what YAML says, one of several perhaps, so that only what the
 * actor may is asked; what must hold of members is asked of the files when all edits are made.
 */
export type ChangeDoor = 'run time' | 'files';

/** All that is to be known to judge a change. */
export interface ChangeQuestion extends ChangeGround {
  readonly place: KnownPlace;
  readonly change: Pick<MemberChange, 'subject' | 'actor'>;
  /** What the subject holds at this place, and what it is to hold. */
  readonly before: readonly HeldRole[];
  readonly after: readonly HeldRole[];
  /** The actor's roles that count for what it may hand out: for an organization those alone that span it, or everything. */
  readonly actor: readonly HeldRole[];
  readonly views: readonly View[];
  /** Now, and every later instant at which something begins or ends, of the subject's or of the actor's, in order. */
  readonly instants: readonly number[];
}

export function createQuestion(
  ground: ChangeGround,
  place: KnownPlace,
  change: ChangeQuestion['change'],
  held: Delta,
): ChangeQuestion {
  return questionOf(ground, place, change, shiftOfMember(ground, place, change.subject, held), held);
}

/** What is to be known of a change for one subject, at one of the places where it gives or takes something. */
export function questionOf(
  ground: ChangeGround,
  place: KnownPlace,
  change: ChangeQuestion['change'],
  shift: Shift,
  { before, after }: Delta,
): ChangeQuestion {
  const { policy, atMs } = ground;
  const held = actorRolesOn(ground);
  const views = viewsAt(held, place, workspacesOf(policy, place), change.actor, shift);
  const actor = views[0]?.actor ?? [];
  const all = views.flatMap((view) => [...view.before, ...view.after, ...view.actor]);
  return { ...ground, place, change, before, after, actor, views, instants: instantsOf([...all, ...actor], atMs) };
}

/**
 * Whether a change gives something at an instant: a role that is not held there without it, or a permission, as by
 * taking a role away that denies it.
 */
export function givesAt({ before, after, views }: ChangeQuestion, atMs: number): boolean {
  const had = listedRolesAt(before, atMs);
  return (
    listedRolesAt(after, atMs).some((role) => !had.includes(role)) || views.some((view) => gainsAt(view, atMs).size > 0)
  );
}

/** The cells that the subject comes to hold at an instant, by cell index. */
export function gainsAt({ before, after }: View, atMs: number): ReadonlySet<number> {
  const gained = cellsOfAll(rolesAt(after, atMs));
  const had = cellsOfAll(rolesAt(before, atMs));
  return new Set([...gained].filter((index) => !had.has(index)));
}

/** Whether the subject comes to do less at an instant, as by being given a role that denies. */
export function losesAt({ before, after }: View, atMs: number): boolean {
  const left = cellsOfAll(rolesAt(after, atMs));
  return [...cellsOfAll(rolesAt(before, atMs))].some((index) => !left.has(index));
}

/** Whether somebody gives up roles of their own, and gains by it nowhere and at no time. */
export function isLeave(
  question: ChangeQuestion,
  assignments: readonly RuntimeAssignment[],
  earlier: readonly RuntimeAssignment[],
): boolean {
  if (!isOwn(question.change)) return false;
  // A reason is for those to write who may change members.
  const isKept = ({ role, reason }: RuntimeAssignment): boolean =>
    earlier.some((known) => known.role === role && known.reason === reason);
  return assignments.every(isKept) && !question.instants.some((atMs) => givesAt(question, atMs));
}

/** Whether the actor changes what they hold themselves. */
export function isOwn({ subject, actor }: ChangeQuestion['change']): boolean {
  return isSameSubject(subject, actor);
}

export function isSameSubject(left: SubjectId, right: SubjectId): boolean {
  return left.type === right.type && left.id === right.id;
}

export function subjectName({ catalog }: PolicySet, subject: SubjectId): string {
  return quote(formatSubject(subject, catalog.subjectTypes[0]));
}

export function nameOfPlace({ kind, id }: Place): string {
  return `${kind} ${quote(id)}`;
}

export function fromThen(instant: number, nowMs: number): string {
  return instant === nowMs ? '' : ` from ${formatInstant(instant)} on`;
}

/** The cells that somebody with these roles may do at an instant, by cell index. */
export function cellsAt(held: readonly HeldRole[], atMs: number): ReadonlySet<number> {
  return cellsOfAll(rolesAt(held, atMs));
}

/** Whether roles hold a permission that controls members of a place, in all its scopes, on the plan of that place. */
export function controlsMembers({ catalog }: PolicySet, place: KnownPlace, roles: readonly Role[]): boolean {
  const may = cellsOfAll(roles);
  const plan = planOf(place);
  return controllersOf(catalog.permissions.values(), place.kind).some(
    (permission) => isOnPlan(permission, plan) && permission.cells.every(({ index }) => may.has(index)),
  );
}

/** The plan of the company that a place belongs to. */
export function planOf(place: KnownPlace): string | undefined {
  return (place.kind === 'workspace' ? place.workspace.organization : place.organization).plan;
}

/** The workspaces where a membership at a place holds. */
export function workspacesOf(policy: PolicySet, place: KnownPlace): readonly Workspace[] {
  if (place.kind === 'workspace') return [place.workspace];
  return [...policy.workspaces.values()].filter(({ organization }) => organization === place.organization);
}
