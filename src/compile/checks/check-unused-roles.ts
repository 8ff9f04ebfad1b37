import type { Catalog } from '../../policy/catalog.ts';
import { areMembersControlled } from '../../policy/permission.ts';
import { writtenMembers } from '../../policy/membership/effective-members.ts';
import type { Workspace } from '../../policy/policy-set.ts';
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
