import { RefusedEdit, type PolicyEdit, type RenamePermission } from '../../compile/edit/policy-edit.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { findPermissions, type Catalog } from '../../policy/catalog.ts';
import { formatCell, type Cell, type Permission } from '../../policy/permission.ts';
import { allRoles, type PolicySet } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';

type Renamed = (id: string) => string;

/**
 * Refuses to rename a permission where a decision would be another: all that roles and the catalog say, member for member,
 * is what they said by the former name. Who holds which role, no rename touches.
 */
export function requireSameDecisions(before: PolicySet, after: PolicySet, edits: readonly PolicyEdit[]): void {
  const edit = edits.find((one) => one.edit === 'permission.rename');
  if (!edit) return;
  if (edits.length > 1) {
    throw new RefusedEdit('not-alone', 'a permission is renamed by itself', 'make the other changes before or after');
  }
  const rename: Renamed = (id) => (id === edit.permission ? edit.to : id);
  const roles = rolesOf(after);
  for (const [key, role] of rolesOf(before)) requireSameRole(key, role, roles.get(key), rename);
  const [was, is] = [describeCatalog(before.catalog, rename), describeCatalog(after.catalog, (id) => id)];
  const isSame = JSON.stringify(was) === JSON.stringify(is);
  if (!isSame || !isFound(after.catalog, edit)) {
    throw new RefusedEdit('decision-changed', `${quote(edit.permission)} would not mean the same`, byHand);
  }
}

const byHand = 'name it in each role that a wildcard gives it to, or rename it by hand';

function rolesOf(policy: PolicySet): ReadonlyMap<string, Role> {
  return new Map(allRoles(policy).map((role) => [describeRole(role), role]));
}

function describeRole({ id, workspace, organization }: Role): string {
  if (workspace !== undefined) return `${quote(id)} of workspace ${quote(workspace)}`;
  return organization === undefined ? quote(id) : `${quote(id)} of organization ${quote(organization)}`;
}

function requireSameRole(key: string, before: Role, after: Role | undefined, rename: Renamed): void {
  const was = rulesOf(before, rename);
  const now = after ? rulesOf(after, (id) => id) : new Set<string>();
  const [lost] = [...was].filter((rule) => !now.has(rule));
  const [gained] = [...now].filter((rule) => !was.has(rule));
  const other = lost ?? gained;
  if (other === undefined) return;
  const message = `role ${key} would ${lost === undefined ? '' : 'not '}${other}`;
  throw new RefusedEdit('decision-changed', message, byHand);
}

function rulesOf({ rules }: Role, rename: Renamed): ReadonlySet<string> {
  return new Set(rules.map(({ cell, effect }) => `${effect} ${nameOf(cell, rename)}`));
}

function nameOf(cell: Cell, rename: Renamed): string {
  return formatCell({ ...cell, permission: { ...cell.permission, id: rename(cell.permission.id) } });
}

function describeCatalog(catalog: Catalog, rename: Renamed): unknown {
  const names = (cells: Iterable<Cell>): string[] => [...cells].map((cell) => nameOf(cell, rename)).sort();
  return {
    permissions: [...catalog.permissions.values()].map((one) => describePermission(one, rename)),
    baseline: names(catalog.baseline),
    kept: names(catalog.keptFromCustomRoles),
    exclusive: catalog.exclusive.map(({ first, second }) => [rename(first.id), rename(second.id)]),
  };
}

function describePermission(permission: Permission, rename: Renamed): unknown {
  const { category, title, scopes, requires, caution, controls, plans, spans } = permission;
  return {
    id: rename(permission.id),
    category,
    title,
    scopes: scopes.map(({ id }) => id),
    requires: requires.map(rename),
    caution,
    controls,
    plans: plans && [...plans],
    spans,
  };
}

/** Whether a request by the former name finds it, where that is to go on meaning it. */
function isFound(catalog: Catalog, { permission, to, keeps }: RenamePermission): boolean {
  const [found, other] = findPermissions(catalog, permission);
  if (keeps === 'nothing') return found === undefined;
  return found?.id === to && other === undefined;
}
