import { quote } from '../../compile/words/describe-value.ts';
import { findWritten, type Member } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import { handedOverOf, rolesGiven, type RuntimeAssignment } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { findAssignmentFault, type ChangeFault } from './assignment-rules.ts';
import {
  gainsAt,
  isOwn,
  isSameSubject,
  losesAt,
  nameOfPlace,
  subjectName,
  type ChangeQuestion,
  type MemberChange,
  type Predecessor,
} from './change-question.ts';
import type { Delta } from './change-views.ts';
import { MemberRoles, membersPlaceOf, type ChangeGround, type HeldRole, type KnownPlace } from './member-roles.ts';

/** A handover of roles with `holders` from one subject to another, in one step. */
export interface Handover {
  readonly from: HandoverPart;
  readonly to: HandoverPart;
  /** Ids of what changes hands. */
  readonly moved: ReadonlySet<Role>;
}

/** One of the two, with what is kept of them in the database from then on. */
export interface HandoverPart extends Delta {
  readonly subject: SubjectId;
  readonly stored: readonly RuntimeAssignment[];
}

type HandoverChange = MemberChange & { readonly inPlaceOf: Predecessor };

/**
 * What a handover does to both, or why there is none. Roles with `holders` change hands which the subject is to hold and
 * the other one holds. One whom YAML lists does not hold them any more by the word of the database; given back to them,
 * that word is taken back.
 */
export function planHandover(
  ground: ChangeGround,
  place: KnownPlace,
  change: HandoverChange,
): Handover | { readonly fault: ChangeFault } {
  const { policy, members } = ground;
  const held = new MemberRoles(policy, members);
  const { subject, inPlaceOf } = change;
  // What somebody holds by a group is not theirs to hand over.
  const ownOf = (one: SubjectId): readonly HeldRole[] => held.at(place, one).filter(({ group }) => group === undefined);
  const [hers, his] = [ownOf(subject), ownOf(inPlaceOf.subject)];
  const wanted = new Set(rolesGiven(policy, place, change.assignments).map(({ role }) => role));
  const isForGood = (role: Role): boolean =>
    hers.some((one) => one.role === role && one.fromMs === undefined && one.untilMs === undefined);
  const moved = new Set(
    his.flatMap(({ role }) => (role.holders && wanted.has(role) && !isForGood(role) ? [role] : [])),
  );
  if (isSameSubject(subject, inPlaceOf.subject) || moved.size === 0) {
    return { fault: describeNoHandover(ground, place, change) };
  }
  const from = planFrom(ground, place, inPlaceOf, his, moved);
  if ('fault' in from) return from;
  const to = planTo(ground, place, change, hers);
  return 'fault' in to ? to : { from, to, moved };
}

function describeNoHandover({ policy }: ChangeGround, place: KnownPlace, change: HandoverChange): ChangeFault {
  const [who, other] = [subjectName(policy, change.inPlaceOf.subject), subjectName(policy, change.subject)];
  const roles = change.assignments.map(({ role }) => quote(role)).join(', ');
  const message = `${who} holds none of ${roles} in ${nameOfPlace(place)} that has \`holders\` and that ${other} does not hold, so nothing is handed over`;
  return { code: 'not-a-holder', message };
}

function planFrom(
  { policy, members, atMs }: ChangeGround,
  place: KnownPlace,
  { subject, assignments }: Predecessor,
  before: readonly HeldRole[],
  moved: ReadonlySet<Role>,
): HandoverPart | { readonly fault: ChangeFault } {
  const earlier = members.get(place, subject.type, subject.id)?.assignments ?? [];
  const written = writtenMember(place, subject);
  const left = before.filter(({ role }) => !moved.has(role));
  if (written && assignments) return { fault: describeInGit(policy, place, written, 'what else they hold') };
  if (written) {
    const gone = [...moved].map(({ id }): RuntimeAssignment => ({ role: id, handedOver: true }));
    return { subject, before, after: left, stored: [...earlier, ...gone] };
  }
  const names = new Set([...moved].map(({ id }) => id));
  if (!assignments) return { subject, before, after: left, stored: earlier.filter(({ role }) => !names.has(role)) };
  const fault = findAssignmentFault(policy, place, assignments, earlier, atMs) ?? findKept(assignments, names);
  if (fault) return { fault: fault.at ? { ...fault, at: { ...fault.at, of: 'predecessor' } } : fault };
  return { subject, before, after: rolesGiven(policy, place, assignments), stored: assignments };
}

function findKept(assignments: readonly RuntimeAssignment[], moved: ReadonlySet<string>): ChangeFault | undefined {
  const index = assignments.findIndex(({ role }) => moved.has(role));
  const kept = assignments[index];
  if (!kept) return undefined;
  const message = `role ${quote(kept.role)} is handed over, so it is not among what is left`;
  return { code: 'duplicate-role', message, at: { index, member: 'role' } };
}

function planTo(
  { policy, members }: ChangeGround,
  place: KnownPlace,
  { subject, assignments }: HandoverChange,
  before: readonly HeldRole[],
): HandoverPart | { readonly fault: ChangeFault } {
  const written = writtenMember(place, subject);
  if (!written) return { subject, before, after: rolesGiven(policy, place, assignments), stored: assignments };
  const given = members.get(place, subject.type, subject.id);
  const theirs = new Set(given ? handedOverOf(given) : []);
  const comesBack = ({ role, from, until }: RuntimeAssignment): boolean =>
    theirs.has(role) && from === undefined && until === undefined;
  if (!assignments.every(comesBack)) return { fault: describeInGit(policy, place, written, 'what they hold') };
  const back = new Set(assignments.map(({ role }) => role));
  const returned = written.assignments.filter(({ role }) => back.has(role.id));
  const stored = given?.assignments.filter(({ role }) => !back.has(role)) ?? [];
  return { subject, before, after: [...before, ...returned], stored };
}

/** Members written in YAML belong to git; `what` of them is to be changed there. */
export function describeInGit(
  policy: ChangeGround['policy'],
  place: KnownPlace,
  member: Member,
  what: string,
): ChangeFault {
  const written = formatPosition(member.position);
  const who = subjectName(policy, member.subject);
  const message = `${who} is a member of ${nameOfPlace(place)} by ${written}; change ${what} there, in git`;
  return { code: 'member-in-git', message };
}

/** The member that YAML lists at a place. */
export function writtenMember(place: KnownPlace, subject: SubjectId): Member | undefined {
  return findWritten(membersPlaceOf(place), subject);
}

/**
 * Whether somebody gives away a role of their own and that is all: the other one comes to hold it, for good, and loses
 * nothing by it, and who gives it gains nothing. That needs no permission to change members.
 */
export function isGift({ from, to, moved }: Handover, taken: ChangeQuestion, given: ChangeQuestion): boolean {
  if (!isOwn(taken.change)) return false;
  const keyOf = ({ role, fromMs, untilMs }: HeldRole): string => `${role.id} ${fromMs ?? ''} ${untilMs ?? ''}`;
  const keysOf = (held: readonly HeldRole[]): string => held.map(keyOf).sort().join('\n');
  const left = from.before.filter(({ role }) => !moved.has(role));
  const gift = [...moved].map((role) => ({ role, fromMs: undefined, untilMs: undefined }));
  const kept = to.before.filter(({ role }) => !moved.has(role));
  if (keysOf(from.after) !== keysOf(left) || keysOf(to.after) !== keysOf([...kept, ...gift])) return false;
  const gains = taken.views.some((view) => taken.instants.some((atMs) => gainsAt(view, atMs).size > 0));
  return !gains && !given.views.some((view) => given.instants.some((atMs) => losesAt(view, atMs)));
}
