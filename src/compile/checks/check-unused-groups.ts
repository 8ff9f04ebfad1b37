import type { Catalog } from '../../policy/catalog.ts';
import { areMembersControlled } from '../../policy/permission.ts';
import type { Organization, Workspace } from '../../policy/policy-set.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { quote } from '../words/describe-value.ts';

/**
 * Warns of groups that are given nothing anywhere. Where a permission controls members, a group is given roles at run
 * time, too, and files alone cannot tell.
 */
export function findUnusedGroups(
  organization: Organization,
  workspaces: () => readonly Workspace[],
  { permissions }: Catalog,
): Problem[] {
  return areMembersControlled(permissions.values()) ? [] : groupsWithoutRoles(organization, workspaces);
}

/** Groups that are given nothing by what the policy says. */
export function groupsWithoutRoles(
  { groups, groupMembers }: Organization,
  workspaces: () => readonly Workspace[],
): Problem[] {
  if (groups.byId.size === 0) return [];
  const used = new Set(groupMembers.keys());
  for (const workspace of workspaces()) for (const id of workspace.groupMembers.keys()) used.add(id);
  const unused = [...groups.byId.values()].filter(({ id }) => !used.has(id));
  return unused.map(({ id, position }) => {
    const help = `make it a member of a workspace, as \`group:${id}\`, or take it away`;
    return createProblem('unused-group', position, `group ${quote(id)} is given no role anywhere`, help);
  });
}
