import { groupsWithoutRoles } from '../../compile/checks/check-unused.ts';
import { findUnheldRoles } from '../../compile/checks/check-organization-roles.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { canHold } from '../../policy/catalog.ts';
import { missingRequirements } from '../../policy/missing-requirement.ts';
import { effectiveMembers, writtenMembers } from '../../policy/membership/effective-members.ts';
import { allMembers, allRoles, type Member, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { heldCells, type Role } from '../../policy/role.ts';

/**
 * Roles that nobody holds and that lack what they require: whoever gets one needs another one with it. Where somebody
 * holds one, it is told of them whether they have what it takes.
 */
export function findLoneRoles(policy: PolicySet): Problem[] {
  const { catalog, staff, organizations, workspaces } = policy;
  if (catalog.requiring.length === 0) return [];
  const held = new Set<Role>();
  for (const place of [...organizations, ...workspaces.values()]) addHeld(effectiveMembers(place), held);
  addHeld(allMembers(staff), held);
  return allRoles(policy)
    .filter((role) => !held.has(role))
    .flatMap((role) => missingRequirements(heldCells(role), catalog).map((missing) => ({ role, missing })))
    .map(({ role, missing }) => {
      const { permission, required } = missing;
      const [id, other] = [quote(permission.id), quote(required.id)];
      const message = `nobody can hold role ${quote(role.id)} alone: it holds ${id} without ${other}, which it requires`;
      const together = 'give the role only together with one that holds it';
      const help = canHold(catalog, role, missing.required) ? `grant ${other} too, or ${together}` : together;
      return createProblem('needs-another-role', role.position, message, help);
    });
}

/** Groups that are given nothing, at run time neither. */
export function findIdleGroups({ organizations, workspaces }: PolicySet): Problem[] {
  return organizations.flatMap((organization) =>
    groupsWithoutRoles(organization, () =>
      [...workspaces.values()].filter((workspace) => workspace.organization === organization),
    ),
  );
}

/** Custom roles that nobody holds, at run time neither, and that no held role extends. */
export function findUnusedRoles({ organizations, workspaces }: PolicySet): Problem[] {
  const ofCompanies = organizations.flatMap((organization) => {
    if (organization.roles.size === 0) return [];
    const within = [...workspaces.values()].filter((workspace) => workspace.organization === organization);
    return findUnheldRoles(organization, within);
  });
  const ofWorkspaces = [...workspaces.values()].flatMap((workspace) => {
    const used = usedRoles(workspace);
    const unused = [...workspace.roles.values()].filter((role) => !used.has(role));
    return unused.map((role) =>
      createProblem(
        'unused-role',
        role.position,
        `nobody holds role ${quote(role.id)}`,
        'give it to somebody, or delete it and note it under `retired`',
      ),
    );
  });
  return [...ofCompanies, ...ofWorkspaces];
}

function usedRoles(workspace: Workspace): ReadonlySet<Role> {
  const { roles, retired } = workspace;
  const used = new Set<Role>();
  const use = (role: Role | undefined): void => {
    if (!role || used.has(role)) return;
    used.add(role);
    for (const id of role.extends) use(roles.get(id));
  };
  const held = new Set(retired.values());
  addHeld(writtenMembers(workspace), held);
  for (const role of held) use(role);
  return used;
}

function addHeld(members: Iterable<Member>, held: Set<Role>): void {
  for (const { assignments } of members) for (const { role } of assignments) held.add(role);
}
