import { quote } from '../../compile/words/describe-value.ts';
import type { ChangeRole } from '../../compile/edit/policy-edit.ts';
import { hasCustomRoles } from '../../policy/catalog.ts';
import { findBrokenRules, findTakenHolders, newlyBroken } from '../members/broken-rules.ts';
import { nameOfPlace, planOf } from '../members/change-question.ts';
import { findPlace } from '../members/member-roles.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { placeOfEdit, type EditFault } from './asked-edit.ts';
import type { EditStep } from './edit-steps.ts';
import { findGivenFault, findLookAlikeRow } from './member-edit-rules.ts';
import { definedAt } from './role-edit-people.ts';
import { findWaiverFault } from './waiver-edit-rules.ts';

/*
 * Rules that hold whoever makes an edit. What the files alone can break is an error of theirs; here is what they cannot
 * say: how a membership is given, what a plan has, and how many must be left.
 */

/** Which edits nobody may make, and why, in order. */
export function findRuleFaults(steps: readonly EditStep[], given: readonly RuntimeMember[], atMs: number): EditFault[] {
  return steps.flatMap((step) => {
    const fault = findFault(step, given, atMs);
    return fault ? [{ edit: step.index, kind: 'against-the-rules' as const, ...fault }] : [];
  });
}

type FoundFault = Pick<EditFault, 'code' | 'message' | 'help' | 'permission'>;

function findFault(step: EditStep, given: readonly RuntimeMember[], atMs: number): FoundFault | undefined {
  const { edit, before, row } = step;
  switch (edit.edit) {
    case 'member.set': {
      const fault = findGivenFault(before, edit, row, atMs) ?? (row && findLookAlikeRow(before, row, given));
      return fault && { code: fault.code, message: fault.message };
    }
    case 'role.create':
    case 'role.duplicate':
      return findPlanFault(before, edit);
    case 'role.change':
      return isOfGrants(edit) ? findFrozenFault(before, edit) : undefined;
    case 'waiver.add':
    case 'waiver.end':
      return findWaiverFault(before, edit, atMs);
    default:
      return undefined;
  }
}

/** Whether an edit of a role is about what it gives, and not about its name alone. */
function isOfGrants({ allow = [], disallow = [], always = [], spelled = [], extends: parents }: ChangeRole): boolean {
  return parents !== undefined || [allow, disallow, always, spelled].some((list) => list.length > 0);
}

function findPlanFault(policy: PolicySet, edit: EditStep['edit']): FoundFault | undefined {
  const named = placeOfEdit(edit);
  const place = named && findPlace(policy, named);
  if (!place || hasCustomRoles(policy.catalog, planOf(place))) return undefined;
  const plans = [...(policy.catalog.customRolePlans ?? [])].map(quote).join(', ');
  const plan = planOf(place);
  const on = plan === undefined ? 'it has no plan' : `its plan ${quote(plan)} has none`;
  return {
    code: 'plan-without-custom-roles',
    message: `${nameOfPlace(place)} may not define roles: ${on}`,
    help: plans === '' ? 'no plan has custom roles' : `plans with custom roles: ${plans}`,
  };
}

// What it gives comes back with the plan, and nobody would have seen it.
function findFrozenFault(
  policy: PolicySet,
  edit: EditStep['edit'] & { readonly role: string },
): FoundFault | undefined {
  const named = placeOfEdit(edit);
  const place = named && findPlace(policy, named);
  const found = definedAt(place).roles.get(edit.role);
  if (!place || found?.isFrozen !== true) return undefined;
  return {
    code: 'frozen-role',
    message: `role ${quote(edit.role)} of ${nameOfPlace(place)} is frozen: its plan has no custom roles`,
    help: 'rename it or delete it, or change it when the plan has custom roles again',
  };
}

/** What must hold of members and does not any more when all edits are made; what was wrong before stops nothing. */
export function findResultFaults(
  before: PolicySet,
  after: PolicySet,
  given: { readonly before: readonly RuntimeMember[]; readonly after: readonly RuntimeMember[] },
  atMs: number,
): EditFault[] {
  const was = { policy: before, given: given.before };
  const broken = newlyBroken(findBrokenRules(after, given.after, atMs), () =>
    findBrokenRules(before, given.before, atMs),
  );
  const taken = findTakenHolders({ policy: after, given: given.after }, () => was, atMs);
  return [...broken, ...taken].map(({ code, message }) => {
    const help = code === 'wrong-holders' ? 'give it to another one in the same change' : undefined;
    return { edit: undefined, kind: 'against-the-rules', code, message, ...(help === undefined ? {} : { help }) };
  });
}
