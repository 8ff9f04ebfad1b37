import { findPermissions } from '../../policy/catalog.ts';
import { limits } from '../../policy/limits.ts';
import { scopeWordOf, type Cell, type Condition, type Permission, type Scope } from '../../policy/permission.ts';
import { organizationRoot } from './organization-properties.ts';
import { quote } from '../words/describe-value.ts';
import { listOf, type PermissionEntry, type RolesFile } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { unknownPermission } from '../file/grant-table.ts';
import { suggest } from '../words/suggest.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';

/** Compiles the catalog: every permission with its cells. `cells` numbers them through. */
export function compilePermissions(
  file: RolesFile,
  scopes: ReadonlyMap<string, Scope>,
  report: FileReport,
): { permissions: Map<string, Permission>; cells: Cell[] } {
  const permissions = new Map<string, Permission>();
  const cells: Cell[] = [];
  const ids = new Set(Object.values(file.permissions).flatMap((entries) => Object.keys(entries)));
  const successors = successorsIn(file);
  const written = new Map<Permission, PermissionEntry>();
  for (const [category, entries] of Object.entries(file.permissions)) {
    for (const [id, entry] of Object.entries(entries)) {
      const path = ['permissions', category, id];
      const first = permissions.get(id);
      if (first) {
        const message = `permission ${quote(id)} stands here again, first on line ${first.position.line}`;
        report.onKey('duplicate-permission', path, message, 'keep it in one category');
        continue;
      }
      const details = typeof entry === 'string' ? { title: entry } : entry;
      const permission = compilePermission(id, category, details, { scopes, cells, ids, successors, report, path });
      permissions.set(id, permission);
      written.set(permission, details);
    }
  }
  for (const [permission, entry] of written) checkRequires(permission, entry, permissions, report);
  return { permissions, cells };
}

interface PermissionContext {
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly cells: Cell[];
  /** Of all permissions there are. */
  readonly ids: ReadonlySet<string>;
  readonly successors: ReadonlyMap<string, readonly string[]>;
  readonly report: FileReport;
  readonly path: YamlPath;
}

function compilePermission(
  id: string,
  category: string,
  entry: PermissionEntry,
  context: PermissionContext,
): Permission {
  const [resource = '', action = ''] = id.split(':');
  const scopes = permissionScopes(id, entry, context);
  const own: Cell[] = [];
  const byWord = new Map<string, Cell>();
  const permission: Permission = {
    id,
    resource,
    action,
    was: formerIds(id, entry, context),
    category,
    title: entry.title,
    scopes,
    restScope: scopes.find((scope) => scope.when === undefined),
    requires: requiredIds(entry, context),
    caution: entry.caution,
    controls: entry.controls,
    plans: entry.plans && new Set(entry.plans),
    spans: entry.spans ?? 'workspace',
    readsOrganization: scopes.some(({ when }) => when?.some(looksUpOrganization) === true),
    cells: own,
    cellsByWord: byWord,
    position: context.report.keySpan(context.path),
  };
  for (const scopeIds of scopeCombinations(scopes)) {
    const cell = { index: context.cells.length, permission, scopes: scopeIds, scopeWord: scopeWordOf(scopeIds) };
    context.cells.push(cell);
    own.push(cell);
    byWord.set(cell.scopeWord, cell);
  }
  return permission;
}

function looksUpOrganization({ path, other }: Condition): boolean {
  return path[0] === organizationRoot || ('path' in other && other.path[0] === organizationRoot);
}

function permissionScopes(id: string, entry: PermissionEntry, context: PermissionContext): Scope[] {
  const found: Scope[] = [];
  for (const [index, name] of (entry.scopes ?? []).entries()) {
    const scope = context.scopes.get(name);
    const path = [...context.path, 'scopes', index];
    if (!scope) {
      const help = suggest(name, context.scopes.keys());
      context.report.onValue(
        'unknown-scope',
        path,
        `permission ${quote(id)} has the unknown scope ${quote(name)}`,
        help,
      );
    } else if (scope.when === undefined && found.some((other) => other.when === undefined)) {
      const message = `${quote(name)} is a second scope without \`when\` for ${quote(id)}`;
      context.report.onValue(
        'too-many-scopes',
        path,
        message,
        'a scope without `when` is the rest; give one of them a `when`',
      );
    } else if (scope.when && found.filter((other) => other.when).length === limits.conditionalScopes) {
      const message = `${quote(id)} has more than ${limits.conditionalScopes} scopes with a \`when\``;
      context.report.onValue(
        'too-many-scopes',
        path,
        message,
        'their combinations double with each; split the permission',
      );
    } else found.push(scope);
  }
  return found;
}

// Every set of scopes a request can be in: any combination of those with a `when`, or the rest alone.
function scopeCombinations(scopes: readonly Scope[]): string[][] {
  if (scopes.length === 0) return [[]];
  const conditional = scopes
    .filter((scope) => scope.when)
    .map((scope) => scope.id)
    .sort();
  const combinations: string[][] = [];
  for (let mask = 1; mask < 1 << conditional.length; mask += 1) {
    combinations.push(conditional.filter((_, bit) => (mask >> bit) & 1));
  }
  const rest = scopes.find((scope) => scope.when === undefined);
  return rest ? [...combinations, [rest.id]] : combinations;
}

function requiredIds({ requires = [] }: PermissionEntry, { ids, successors }: PermissionContext): readonly string[] {
  if (successors.size === 0) return requires;
  return [...new Set(requires.flatMap((id) => (ids.has(id) ? [id] : (successors.get(id) ?? [id]))))];
}

// A former id is nobody's any more, so that it cannot mean two things; a chain of renames is therefore told here, too.
function formerIds(id: string, entry: PermissionEntry, { ids, report, path }: PermissionContext): string[] {
  return listOf(entry.was).filter((former, index) => {
    const at = [...path, 'was', ...(typeof entry.was === 'string' ? [] : [index])];
    if (former === id) {
      report.onValue('bad-value', at, `${quote(id)} was itself`, 'name its former id; merge into an id that is new');
    } else if (ids.has(former)) {
      const message = `${quote(id)} cannot have been ${quote(former)}, which is a permission still`;
      const help = 'finish one move before the next, or choose new ids: either name would mean both';
      report.onValue('former-id-in-use', at, message, help);
    }
    return former !== id && !ids.has(former);
  });
}

function checkRequires(
  permission: Permission,
  entry: PermissionEntry,
  permissions: ReadonlyMap<string, Permission>,
  report: FileReport,
): void {
  for (const [index, required] of (entry.requires ?? []).entries()) {
    const path = ['permissions', permission.category, permission.id, 'requires', index];
    const named = findPermissions({ permissions }, required);
    if (named.includes(permission)) {
      report.onValue('bad-value', path, `${quote(required)} requires itself`, 'name another permission');
    } else if (named.length === 0) {
      const { code, message, help } = unknownPermission(required, permissions);
      report.onValue(code, path, message, help);
    }
  }
}

/** The permissions that each former id has become, by their ids. */
function successorsIn({ permissions }: RolesFile): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [id, entry] of Object.values(permissions).flatMap((entries) => Object.entries(entries))) {
    if (typeof entry === 'string') continue;
    for (const former of listOf(entry.was)) found.set(former, [...(found.get(former) ?? []), id]);
  }
  return found;
}
