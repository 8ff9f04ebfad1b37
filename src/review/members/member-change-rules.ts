import { brokenPairs, cellsOfAll, rolesThatGive } from '../../compile/checks/check-exclusive.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { formatCell } from '../../policy/permission.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { allMembers, findMember, holdsAt, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import { type Place, type RuntimeAssignment, type RuntimeMember, rolesGiven } from '../../policy/runtime-member.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import { findAssignmentFault } from './assignment-rules.ts';
import type { ChangeFault } from './change-fault.ts';
import { findLookAlikeMember } from './look-alike-members.ts';
import {
  findPlace,
  MemberRoles,
  instantsOf,
  rolesAt,
  type HeldRole,
  type KnownPlace,
  type RuntimeMemberships,
} from './member-roles.ts';

/** A change that somebody wants to make to a membership. */
export interface MemberChange {
  readonly place: Place;
  readonly subject: SubjectId;
  /** All that the subject is to hold there; none: the membership ends. */
  readonly assignments: readonly RuntimeAssignment[];
  readonly actor: SubjectId;
}

/** The ground that a change is judged on. */
export interface ChangeGround {
  readonly policy: PolicySet;
  readonly members: RuntimeMemberships;
  /** Now. Whatever a change brings later counts, too: nobody is asked again when a time has come. */
  readonly atMs: number;
}

/**
 * Why a change may not be made, by the first rule that it breaks; undefined: it may. `before` is the membership as it
 * is.
 */
export function findChangeFault(
  { policy, members, atMs }: ChangeGround,
  change: MemberChange,
  before: RuntimeMember | undefined,
): ChangeFault | undefined {
  const place = findPlace(policy, change.place);
  if (!place) return describeUnknownPlace(change.place);
  const earlier = before?.assignments ?? [];
  const question = createQuestion({ policy, members, atMs }, place, change, earlier);
  return (
    findAssignmentFault(policy, place, change.assignments, earlier, atMs) ??
    findMissingControl(question) ??
    findInGit(question) ??
    findLookAlike(question, earlier) ??
    findSpanningMember(question) ??
    findEscalation(question) ??
    findWrongHolders(question) ??
    findExclusive(question)
  );
}

interface Question {
  readonly policy: PolicySet;
  readonly members: RuntimeMemberships;
  readonly atMs: number;
  readonly place: KnownPlace;
  readonly change: MemberChange;
  /** What the subject holds at run time at this place, and what it is to hold. */
  readonly before: readonly HeldRole[];
  readonly after: readonly HeldRole[];
  /** The actor's roles that count for what it may hand out: for an organization those that span it alone. */
  readonly actorRoles: readonly Role[];
  readonly views: readonly View[];
}

/** What a change means where roles add up: in a workspace, or in those where the organization alone gives roles. */
interface View {
  readonly where: string;
  readonly before: readonly HeldRole[];
  readonly after: readonly HeldRole[];
  readonly actorRoles: readonly Role[];
}

function createQuestion(
  ground: ChangeGround,
  place: KnownPlace,
  change: MemberChange,
  earlier: readonly RuntimeAssignment[],
): Question {
  const { policy, members, atMs } = ground;
  const held = new MemberRoles(policy, members);
  const before = rolesGiven(policy, place, earlier);
  const after = rolesGiven(policy, place, change.assignments);
  const { subject, actor } = change;
  const actorHere = held.at(place, actor);
  const where = `${place.kind} ${quote(place.id)}`;
  if (place.kind === 'workspace') {
    const above = held.above(place.workspace, subject);
    const actorRoles = rolesAt([...actorHere, ...held.above(place.workspace, actor)], atMs);
    const views = [{ where, before: [...above, ...before], after: [...above, ...after], actorRoles }];
    return { ...ground, place, change, before, after, actorRoles, views };
  }
  const actorRoles = rolesAt(actorHere, atMs);
  const views: View[] = [{ where, before, after, actorRoles }];
  for (const workspace of policy.workspaces.values()) {
    if (workspace.organization !== place.organization) continue;
    const own = held.at({ kind: 'workspace', id: workspace.id, workspace }, subject);
    const actorOwn = held.at({ kind: 'workspace', id: workspace.id, workspace }, actor);
    if (own.length === 0 && actorOwn.length === 0) continue;
    views.push({
      where: `workspace ${quote(workspace.id)}`,
      before: [...own, ...before],
      after: [...own, ...after],
      actorRoles: rolesAt([...actorOwn, ...actorHere], atMs),
    });
  }
  return { ...ground, place, change, before, after, actorRoles, views };
}

function describeUnknownPlace({ kind, id }: Place): ChangeFault {
  const code = kind === 'workspace' ? 'unknown-workspace' : 'unknown-organization';
  return { code, message: `no ${kind} of the live policy has the id ${quote(id)}` };
}

/** The actor must hold a permission that `controls: members`, in all its scopes. */
function findMissingControl({ policy, place, change, actorRoles }: Question): ChangeFault | undefined {
  const controlling = [...policy.catalog.permissions.values()].filter(({ controls }) => controls === 'members');
  const may = cellsOfAll(actorRoles);
  if (controlling.some(({ cells }) => cells.every(({ index }) => may.has(index)))) return undefined;
  const code = 'actor-not-allowed';
  if (controlling.length === 0) {
    const message = 'no permission of roles.yaml says `controls: members`, so nobody can change members at run time';
    return { code, message };
  }
  const named = controlling.map(({ id }) => quote(id)).join(' or ');
  const alone = place.kind === 'organization' ? ' through a role that spans it' : '';
  const who = nameOf(policy, change.actor);
  const message = `${who} cannot change members of ${place.kind} ${quote(place.id)}: that needs ${named} in all scopes${alone}`;
  return { code, message, permission: controlling[0]?.id ?? '' };
}

/** Members written in YAML belong to git. */
function findInGit({ policy, place, change: { subject } }: Question): ChangeFault | undefined {
  const { members } = place.kind === 'workspace' ? place.workspace : place.organization;
  const member = findMember(members, subject);
  if (!member) return undefined;
  const where = `${place.kind} ${quote(place.id)}`;
  const written = formatPosition(member.position);
  const message = `${nameOf(policy, subject)} is a member of ${where} by ${written}; change it there, in git`;
  return { code: 'member-in-git', message };
}

function findLookAlike(
  { policy, members, place, change: { subject, assignments } }: Question,
  earlier: readonly RuntimeAssignment[],
): ChangeFault | undefined {
  const comes = earlier.length === 0 && assignments.length > 0;
  return comes ? findLookAlikeMember(policy, members, place, subject) : undefined;
}

/** Whoever holds an organization-wide role, now or later, is touched only by actors who hold one now. */
function findSpanningMember({ policy, members, atMs, place, change }: Question): ChangeFault | undefined {
  const held = new MemberRoles(policy, members);
  const above = (subject: SubjectId): readonly HeldRole[] =>
    place.kind === 'workspace' ? held.above(place.workspace, subject) : held.at(place, subject);
  const spans = above(change.subject).find(({ untilMs }) => untilMs === undefined || untilMs > atMs);
  if (!spans || above(change.actor).some((one) => holdsAt(one, atMs))) return undefined;
  const [who, actor] = [nameOf(policy, change.subject), nameOf(policy, change.actor)];
  const message = `${who} holds ${quote(spans.role.id)} in the whole organization, and ${actor} holds no such role`;
  return { code: 'organization-member', message };
}

/** Under `escalation: prevent` nobody gains, by anybody's hand, what the hand may not do itself. */
function findEscalation({ policy, atMs, change, views }: Question): ChangeFault | undefined {
  if (policy.catalog.escalation !== 'prevent') return undefined;
  for (const { where, before, after, actorRoles } of views) {
    const may = cellsOfAll(actorRoles);
    for (const instant of instantsOf([...before, ...after], atMs)) {
      const had = cellsOfAll(rolesAt(before, instant));
      for (const index of cellsOfAll(rolesAt(after, instant))) {
        const cell = policy.catalog.cells[index];
        if (!cell || had.has(index) || may.has(index)) continue;
        const [who, actor] = [nameOf(policy, change.subject), nameOf(policy, change.actor)];
        const when = instant === atMs ? '' : ` from ${formatInstant(instant)} on`;
        const gain = quote(formatCell(cell));
        const message = `${who} would gain ${gain} in ${where}${when}, which ${actor} does not hold (\`escalation: prevent\`)`;
        return { code: 'escalation-prevented', message, permission: cell.permission.id };
      }
    }
  }
  return undefined;
}

/**
 * A role with `holders` keeps their number, now and later. A change that brings it nearer to what is right may be made.
 */
function findWrongHolders({ policy, members, atMs, place, change, before, after }: Question): ChangeFault | undefined {
  const counted = new Set(
    [...before, ...after].filter(({ role }) => role.holders !== undefined).map(({ role }) => role),
  );
  for (const role of counted) {
    const others = heldByOthers(policy, members, place, change.subject, role);
    const holders = role.holders ?? 0;
    for (const instant of instantsOf([...others, ...before, ...after], atMs)) {
      const count = (held: readonly HeldRole[]): number =>
        [...others, ...held].filter((one) => one.role === role && holdsAt(one, instant)).length;
      const found = count(after);
      if (found === holders || Math.abs(found - holders) <= Math.abs(count(before) - holders)) continue;
      const when = instant === atMs ? '' : ` from ${formatInstant(instant)} on`;
      const where = `${place.kind} ${quote(place.id)}`;
      const message = `${where} would have ${found} holders of ${quote(role.id)}${when}; there must be exactly ${holders}`;
      return { code: 'wrong-holders', message };
    }
  }
  return undefined;
}

function heldByOthers(
  policy: PolicySet,
  members: RuntimeMemberships,
  place: KnownPlace,
  subject: SubjectId,
  role: Role,
): HeldRole[] {
  const written = place.kind === 'workspace' ? place.workspace.members : place.organization.members;
  const found: HeldRole[] = [...allMembers(written)].flatMap(({ assignments }) => assignments);
  for (const member of members.list(place)) {
    if (member.subject.type === subject.type && member.subject.id === subject.id) continue;
    found.push(...rolesGiven(policy, place, member.assignments));
  }
  return found.filter((held) => held.role === role);
}

/** Nobody gets both sides of an exclusive pair, now or later. */
function findExclusive({ policy, atMs, change, views }: Question): ChangeFault | undefined {
  for (const { where, before, after } of views) {
    for (const instant of instantsOf([...before, ...after], atMs)) {
      const roles = rolesAt(after, instant);
      const known = new Set(brokenPairs(rolesAt(before, instant), policy.catalog));
      const pair = brokenPairs(roles, policy.catalog).find((broken) => !known.has(broken));
      if (!pair) continue;
      const sides = [pair.first, pair.second].map((permission) => {
        const givers = rolesThatGive(permission, roles).map(({ id }) => quote(id));
        return `${quote(permission.id)} (${givers.join(', ')})`;
      });
      const when = instant === atMs ? '' : ` from ${formatInstant(instant)} on`;
      const who = nameOf(policy, change.subject);
      const message = `${who} would hold both ${sides.join(' and ')} in ${where}${when}, which exclude each other`;
      return { code: 'exclusive-permissions', message };
    }
  }
  return undefined;
}

function nameOf({ catalog }: PolicySet, subject: SubjectId): string {
  return quote(formatSubject(subject, catalog.subjectTypes[0]));
}

/** The workspaces where a membership at a place holds. */
export function workspacesOf(policy: PolicySet, place: KnownPlace): readonly Workspace[] {
  if (place.kind === 'workspace') return [place.workspace];
  return [...policy.workspaces.values()].filter(({ organization }) => organization === place.organization);
}
