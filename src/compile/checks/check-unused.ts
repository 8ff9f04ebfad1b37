import type { Catalog } from '../../policy/catalog.ts';
import { areMembersControlled } from '../../policy/permission.ts';
import { writtenMembers } from '../../policy/membership/effective-members.ts';
import type { Organization, Workspace } from '../../policy/policy-set.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { Role } from '../../policy/role.ts';
import { quote } from '../words/describe-value.ts';
import type { FileReport } from '../file/file-report.ts';
import type { FlatRole } from '../file/compiled.ts';

/**
 * Warns of custom roles that nobody holds and no held role extends. Where a permission controls members, roles are given
 * at run time, too, and files alone cannot tell.
 */
export function checkUnusedRoles(
  workspace: Workspace,
  flat: ReadonlyMap<string, FlatRole>,
  { permissions }: Catalog,
  report: FileReport,
): void {
  if (flat.size === 0 || areMembersControlled(permissions.values())) return;
  const used = new Set<Role>();
  const use = (role: FlatRole | undefined): void => {
    if (!role || used.has(role.role)) return;
    used.add(role.role);
    for (const parent of role.parents) use(parent);
  };
  for (const member of writtenMembers(workspace)) {
    for (const { role } of member.assignments) use(flat.get(role.id));
  }
  for (const target of workspace.retired.values()) use(flat.get(target.id));
  for (const { role } of flat.values()) {
    if (used.has(role)) continue;
    const help = 'give it to somebody, or delete it and note it under `retired`';
    report.onKey('unused-role', ['roles', role.id], `nobody holds role ${quote(role.id)}`, help);
  }
}

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
