import { cellOfScopes } from '../../engine/possible-cells.ts';
import type { Permission } from '../../policy/permission.ts';
import { allRoles, type PolicySet } from '../../policy/policy-set.ts';
import { answersOfRole, roleAnswers } from './role-answers.ts';

/** The permissions of which some role answers differently in a scope and out of it: for them its `when` decides. */
export function permissionsDecidedBy(scope: string, policy: PolicySet): Permission[] {
  const { catalog } = policy;
  const answers = allRoles(policy).map((role) => answersOfRole(role, catalog));
  return [...catalog.permissions.values()].filter((permission) =>
    permission.cells.some((cell) => {
      const rest = cell.scopes.filter((id) => id !== scope);
      if (rest.length === cell.scopes.length) return false;
      const without = cellOfScopes(permission, rest);
      return answers.some((answer) => answer[cell.index] !== (without ? answer[without.index] : roleAnswers.silent));
    }),
  );
}
