import { quote } from '../../../compile/words/describe-value.ts';
import { findDecisiveRule, type DecisiveRule } from '../../../engine/decided-by.ts';
import type { Cell } from '../../../policy/permission.ts';
import { holdsAt, organizationOfDomain, type Assignment, type Workspace } from '../../../policy/policy-set.ts';
import type { Position } from '../../../policy/position.ts';
import type { Role } from '../../../policy/role.ts';
import type { SubjectId } from '../../../policy/subject.ts';
import type { CellPair } from '../matching/cell-pairs.ts';
import type { RoleSetDifference } from '../matching/compare-role-sets.ts';
import type { Cause } from '../matching/policy-difference.ts';
import type { RoleMatches } from '../matching/role-matches.ts';
import { causeAt } from './cause-at.ts';
import { describePlanCause, planCauseOf, type PlanCause } from './plan-cause.ts';
import type { RuleTracer } from './trace-rule.ts';

/**
 * A cause that is the same for everybody with these role sets, or a membership, whose line is each subject's own, or a
 * plan, which is each company's own.
 */
export type SetCause = Cause | MembershipCause | PlanCause;

export interface MembershipCause {
  readonly membership: 'given' | 'taken';
  readonly role: Role;
  /** What the role does, as the end of a sentence, when that is not to grant. */
  readonly effect: string;
}

/** One subject in one workspace on both sides, at an instant. */
export interface HeldRoles {
  readonly subject: SubjectId;
  readonly workspaceBefore: Workspace | undefined;
  readonly workspaceAfter: Workspace | undefined;
  readonly before: readonly Assignment[];
  readonly after: readonly Assignment[];
  readonly atMs: number;
}

/** A finder of the reason why an answer changed, from the rules that made it. */
export class CauseFinder {
  readonly #tracer: RuleTracer;
  readonly #matches: RoleMatches;

  constructor(tracer: RuleTracer, matches: RoleMatches) {
    this.#tracer = tracer;
    this.#matches = matches;
  }

  ofGain(difference: RoleSetDifference, pair: CellPair): SetCause {
    const { before, after } = difference;
    const plan = planCauseOf(difference, pair);
    if (plan) return plan;
    const [rolesBefore, rolesAfter] = [before?.roles ?? [], after?.roles ?? []];
    const by = decisiveOf(rolesAfter, pair.after);
    // Somebody whom no role allowed it needed a grant first; only where there was one was the deny what stood in the way.
    const deny =
      pair.before && allowsSomewhere(rolesBefore, pair.before) ? decisiveOf(rolesBefore, pair.before) : undefined;
    if (deny?.rule.effect === 'deny') {
      const denierAfter = this.#matches.afterOf(deny.role);
      if (denierAfter && rolesAfter.includes(denierAfter)) return this.#tracer.ofLostRule(deny.role, 'deny', pair);
      return { membership: 'taken', role: deny.role, effect: ', which denied it,' };
    }
    const role = by?.role ?? rolesAfter[0];
    if (!role) throw new Error('a gain without a role');
    const wasHeld = rolesBefore.some((roleBefore) => this.#matches.afterOf(roleBefore) === role);
    return wasHeld ? this.#tracer.ofNewRule(role, 'allow', pair) : { membership: 'given', role, effect: '' };
  }

  ofLoss(difference: RoleSetDifference, pair: CellPair): SetCause {
    const { before, after } = difference;
    const plan = planCauseOf(difference, pair);
    if (plan) return plan;
    const [rolesBefore, rolesAfter] = [before?.roles ?? [], after?.roles ?? []];
    const role = decisiveOf(rolesBefore, pair.before)?.role ?? rolesBefore[0];
    if (!role) throw new Error('a loss without a role');
    const deny = pair.after && allowsSomewhere(rolesAfter, pair.after) ? decisiveOf(rolesAfter, pair.after) : undefined;
    if (deny?.rule.effect === 'deny') {
      const denierBefore = this.#matches.beforeOf(deny.role);
      if (denierBefore && rolesBefore.includes(denierBefore)) return this.#tracer.ofNewRule(deny.role, 'deny', pair);
      return { membership: 'given', role: deny.role, effect: ', which denies it' };
    }
    const roleAfter = this.#matches.afterOf(role);
    const isHeld = roleAfter !== undefined && rolesAfter.includes(roleAfter);
    return isHeld || pair.after === undefined
      ? this.#tracer.ofLostRule(role, 'allow', pair)
      : { membership: 'taken', role, effect: '' };
  }

  /** The cause as it is for one subject: the line on which it was given a role, or had it before; its company's plan. */
  ofSubject(cause: SetCause, held: HeldRoles): Cause {
    if ('plan' in cause) return describePlanCause(cause, held.workspaceBefore, held.workspaceAfter);
    return 'membership' in cause ? this.#ofMembership(cause, held) : cause;
  }

  #ofMembership({ membership, role, effect }: MembershipCause, held: HeldRoles): Cause {
    return membership === 'given' ? this.#given(role, effect, held) : this.#taken(role, effect, held);
  }

  #given(role: Role, effect: string, held: HeldRoles): Cause {
    const { before, after, atMs } = held;
    const opening = this.#openingRole(role, before, after, atMs);
    if (opening) return this.#given(opening, `, with which ${quote(role.id)} holds here`, held);
    const given = after.find((found) => found.role === role && holdsAt(found, atMs));
    const { position } = given ?? role;
    const hadIt = before.some((found) => this.#matches.afterOf(found.role) === role);
    if (!hadIt && given?.group !== undefined) return this.#givenByGroup(given, given.group, effect, held);
    return hadIt
      ? causeAt(
          'period-changed',
          role.id,
          `role ${quote(role.id)} is given for another time`,
          position,
          'after',
          undefined,
        )
      : causeAt('role-given', role.id, `role ${quote(role.id)} is given${effect}`, position, 'after', undefined);
  }

  // What spans memberships, and was given before, holds because of a role of the workspace itself that is new.
  #openingRole(role: Role, before: HeldRoles['before'], after: HeldRoles['after'], atMs: number): Role | undefined {
    const isListed = before.some((one) => this.#matches.afterOf(one.role) === role && holdsAt(one, atMs));
    return role.spans === 'memberships' && isListed ? ownRoleAt(after, atMs) : undefined;
  }

  #closingRole(role: Role, { before, after, atMs }: HeldRoles): Role | undefined {
    const roleAfter = this.#matches.afterOf(role);
    const isListed = after.some((one) => one.role === roleAfter && holdsAt(one, atMs));
    return role.spans === 'memberships' && isListed ? ownRoleAt(before, atMs) : undefined;
  }

  #taken(role: Role, effect: string, held: HeldRoles): Cause {
    const { workspaceBefore, workspaceAfter, before, after, atMs } = held;
    if (!workspaceAfter && workspaceBefore) {
      const organization = organizationOfDomain(workspaceBefore.id);
      if (organization !== undefined) {
        const gone = `the organization ${quote(organization)} is gone`;
        return causeAt('organization-removed', role.id, gone, workspaceBefore.position, 'before', undefined);
      }
      const text = `the workspace ${quote(workspaceBefore.id)} is gone`;
      return causeAt('workspace-removed', role.id, text, workspaceBefore.position, 'before', undefined);
    }
    const closing = this.#closingRole(role, held);
    if (closing) return this.#taken(closing, `, without which ${quote(role.id)} does not hold here,`, held);
    const roleAfter = this.#matches.afterOf(role);
    if (!roleAfter) {
      const heir = workspaceAfter?.retired.get(role.id) ?? workspaceAfter?.organization.retired.get(role.id);
      const text = `role ${quote(role.id)} is gone${heir ? `, and its holders went to ${quote(heir.id)}` : ''}`;
      return causeAt('role-deleted', role.id, text, role.position, 'before', workspaceAfter?.position);
    }
    const kept = after.find((found) => found.role === roleAfter);
    if (kept) {
      const text = `role ${quote(roleAfter.id)} is given for another time`;
      return causeAt('period-changed', roleAfter.id, text, kept.position, 'after', undefined);
    }
    const had = before.find((found) => found.role === role && holdsAt(found, atMs));
    if (had?.group !== undefined) return takenByGroup(had, had.group, roleAfter, effect, held);
    const { position } = had ?? role;
    const text = `role ${quote(role.id)}${effect} is taken away`;
    return causeAt('role-taken', role.id, text, position, 'before', workspaceAfter?.position);
  }

  // Either the group was given the role, or somebody came into the group, which held it.
  #givenByGroup({ role, position }: Assignment, group: string, effect: string, held: HeldRoles): Cause {
    const roleBefore = this.#matches.beforeOf(role);
    const isNew = !roleBefore || !isGivenTo(group, roleBefore, held.workspaceBefore);
    const [its, what] = [quote(group), quote(role.id)];
    if (isNew) {
      const text = `role ${what} is given to group ${its}${effect}`;
      return causeAt('group-given', role.id, text, position, 'after', undefined);
    }
    const text = `group ${its}, which holds role ${what}${effect}, takes them in`;
    const line = findGrouped(group, held.subject, held.workspaceAfter) ?? position;
    return causeAt('group-joined', role.id, text, line, 'after', undefined);
  }
}

function takenByGroup(
  { role, position }: Assignment,
  group: string,
  roleAfter: Role,
  effect: string,
  { subject, workspaceBefore, workspaceAfter }: HeldRoles,
): Cause {
  const [its, what] = [quote(group), quote(role.id)];
  if (!isGivenTo(group, roleAfter, workspaceAfter)) {
    const text = `role ${what}${effect} is taken from group ${its}`;
    return causeAt('group-taken', role.id, text, position, 'before', workspaceAfter?.position);
  }
  const text = `they are in group ${its} no more, which holds role ${what}${effect.replace(/,$/, '')}`;
  const line = findGrouped(group, subject, workspaceBefore) ?? position;
  const nearest = workspaceAfter?.organization.groups.byId.get(group)?.position;
  return causeAt('group-left', role.id, text, line, 'before', nearest);
}

/** Whether a group holds a role in a workspace at any time, there or in its organization. */
function isGivenTo(group: string, role: Role, workspace: Workspace | undefined): boolean {
  return [workspace, workspace?.organization].some((place) =>
    place?.groupMembers.get(group)?.assignments.some((one) => one.role === role),
  );
}

/** Where somebody stands in a group. */
function findGrouped(group: string, { type, id }: SubjectId, workspace: Workspace | undefined): Position | undefined {
  return workspace?.organization.groups.byId.get(group)?.subjects.get(type)?.get(id)?.position;
}

function ownRoleAt(given: readonly Assignment[], atMs: number): Role | undefined {
  return given.find((one) => one.role.spans === 'workspace' && holdsAt(one, atMs))?.role;
}

function decisiveOf(roles: readonly Role[], cell: Cell | undefined): DecisiveRule | undefined {
  return cell && findDecisiveRule(roles, cell);
}

function allowsSomewhere(roles: readonly Role[], cell: Cell): boolean {
  return roles.some((role) => role.rules.some((rule) => rule.cell === cell && rule.effect === 'allow'));
}
