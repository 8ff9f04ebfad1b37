import { canHold } from '../../policy/catalog.ts';
import { missingRequirements, requirementKey, type MissingRequirement } from '../../policy/missing-requirement.ts';
import type { Span } from '../../policy/position.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { heldCells, type Role } from '../../policy/role.ts';
import type { CompiledCatalog, FlatRole, UnmetRole, UnmetRoles } from '../file/compiled.ts';
import { quote } from '../words/describe-value.ts';

/**
 * Roles of a workspace that lack something by themselves. That is wrong only for who holds nothing else that makes up
 * for it. What a role takes over unchanged from another one of the workspace is told there.
 */
export function findUnmetRoles(
  roles: ReadonlyMap<string, FlatRole>,
  compiled: CompiledCatalog,
  keySpan: (role: Role) => Span,
): UnmetRoles {
  const found = new Map<Role, readonly UnmetRole[]>();
  if (compiled.catalog.requiring.length === 0) return found;
  const unmetOf = (flat: FlatRole): readonly UnmetRole[] => {
    const known = found.get(flat.role);
    if (known || roles.get(flat.role.id) !== flat) return known ?? [];
    const inherited = flat.parents.flatMap(unmetOf);
    const unmet = missingRequirements(heldCells(flat.role), compiled.catalog).map((missing): UnmetRole => {
      const key = requirementKey(missing);
      const above = inherited.filter((other) => requirementKey(other) === key).flatMap(({ problems }) => problems);
      return { ...missing, problems: above.length > 0 ? above : [describeUnmetRole(flat, missing, compiled, keySpan)] };
    });
    if (unmet.length > 0) found.set(flat.role, unmet);
    return unmet;
  };
  for (const flat of roles.values()) unmetOf(flat);
  return found;
}

function describeUnmetRole(
  flat: FlatRole,
  { permission, required }: MissingRequirement,
  { catalog, table }: CompiledCatalog,
  keySpan: (role: Role) => Span,
): Problem {
  const [id, other] = [quote(permission.id), quote(required.id)];
  const message = `role ${quote(flat.role.id)} holds ${id} without ${other}, which it requires`;
  const own = table.ofPermission(permission.id).find((grantable) => flat.own.has(grantable));
  const span = (own && flat.granted.get(own)) ?? keySpan(flat.role);
  const help = canHold(catalog, flat.role, required)
    ? `grant ${other} too, or take ${id} away`
    : `such a role cannot hold ${other}; give it only together with one that does, or take ${id} away`;
  return createProblem('missing-requirement', span, message, help);
}
