import { quote } from '../../../compile/words/describe-value.ts';
import { isOnPlan, type Permission } from '../../../policy/permission.ts';
import type { Organization, Workspace } from '../../../policy/policy-set.ts';
import type { Position } from '../../../policy/position.ts';
import type { CellPair } from '../matching/cell-pairs.ts';
import type { RoleSetDifference } from '../matching/compare-role-sets.ts';
import type { Cause } from '../matching/policy-difference.ts';
import { causeAt } from './cause-at.ts';

/** A plan that has a permission, or has it no more; which company's it is, each workspace knows. */
export interface PlanCause {
  readonly plan: 'has' | 'lacks';
  readonly pair: CellPair;
}

/** The plan as the cause of a gain or a loss, where it was the plan that stood in the way. */
export function planCauseOf({ before, after }: RoleSetDifference, pair: CellPair): PlanCause | undefined {
  const wasOff = before !== undefined && pair.before !== undefined && before.offPlan.has(pair.before.permission);
  const isOff = after !== undefined && pair.after !== undefined && after.offPlan.has(pair.after.permission);
  if (wasOff === isOff || !before || !after) return undefined;
  return { plan: isOff ? 'lacks' : 'has', pair };
}

/** Says where it stands: in `roles.yaml`, when other plans have the permission, else in the company's own file. */
export function describePlanCause(
  { plan, pair }: PlanCause,
  workspaceBefore: Workspace | undefined,
  workspaceAfter: Workspace | undefined,
): Cause {
  const { id, position } = pair.permission;
  const [was, is] = [workspaceBefore?.organization, workspaceAfter?.organization];
  const isSameCompany = was?.plan === is?.plan;
  if (isSameCompany || !is?.position || wouldBe(pair.after?.permission, was?.plan) === (plan === 'has')) {
    const does = plan === 'has' ? 'now has' : 'no longer has';
    return planCauseAt(`${describePlan(is)} ${does} ${quote(id)}`, position);
  }
  const has = plan === 'has' ? 'has it' : 'does not have it';
  return planCauseAt(`${quote(is.id ?? '')} is now on ${describePlan(is)}, which ${has}`, is.position);
}

/** Roles that a plan froze, or gave back. */
export function frozenCause(organization: Organization, isFrozen: boolean): Cause | undefined {
  const { id, position } = organization;
  if (!position) return undefined;
  const has = isFrozen ? 'where custom roles are frozen' : 'which has custom roles';
  return planCauseAt(`${quote(id ?? '')} is now on ${describePlan(organization)}, ${has}`, position);
}

function wouldBe(permission: Permission | undefined, plan: string | undefined): boolean | undefined {
  return permission && isOnPlan(permission, plan);
}

function describePlan(organization: Organization | undefined): string {
  return organization?.plan === undefined ? 'no plan' : `the plan ${quote(organization.plan)}`;
}

function planCauseAt(text: string, position: Position): Cause {
  return causeAt('plan-changed', undefined, text, position, 'after', undefined);
}
