import type { Permission } from '../../policy/permission.ts';
import { quote, quoteWhole } from '../words/describe-value.ts';
import type { RoleEntry, RolesFile } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import type { GrantTable } from '../file/grant-table.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';

/** A list of names of permissions, and where it stands. */
interface NameList {
  readonly path: YamlPath;
  readonly texts: readonly string[] | undefined;
}

/** Warns of former ids of permissions in `roles.yaml`, with what to write, so that the move comes to an end. */
export function checkFormerIdsOfCatalog(entry: RolesFile, table: GrantTable, report: FileReport): void {
  if (!tells(table, report)) return;
  const required = Object.entries(entry.permissions).flatMap(([category, entries]) =>
    Object.entries(entries).map(([id, details]) => ({
      path: ['permissions', category, id, 'requires'],
      texts: typeof details === 'string' ? undefined : details.requires,
    })),
  );
  const exclusive = (entry.exclusive ?? []).map((texts, index) => ({ path: ['exclusive', index], texts }));
  const kept = { path: ['customRoles', 'without'], texts: entry.customRoles?.without };
  for (const list of [...required, ...exclusive, { path: ['baseline'], texts: entry.baseline }, kept]) {
    checkFormerIds(list, table, report);
  }
  checkFormerIdsOfRoles(entry.roles, table, report);
}

/** The same of roles. */
export function checkFormerIdsOfRoles(
  roles: Readonly<Record<string, RoleEntry>> | undefined,
  table: GrantTable,
  report: FileReport,
): void {
  if (!tells(table, report)) return;
  for (const [id, entry] of Object.entries(roles ?? {})) {
    for (const name of ['grants', 'without', 'denies'] as const) {
      checkFormerIds({ path: ['roles', id, name], texts: entry[name] }, table, report);
    }
  }
}

/** The same of any list. Of a wildcard it is told what of it hangs on a former id, unless the list names that by its id. */
export function checkFormerIds({ path, texts }: NameList, table: GrantTable, report: FileReport): void {
  if (!tells(table, report)) return;
  const named = new Set(texts?.map((text) => text.split('@')[0] ?? ''));
  for (const [index, text] of (texts ?? []).entries()) {
    const [name = '', scope] = text.split('@');
    const found = name.endsWith(':*')
      ? describeWildcard(name.slice(0, -2), table, named)
      : describeFormer(name, scope === undefined ? '' : `@${scope}`, table);
    if (found) report.onValue('former-id', [...path, index], found.message, found.help);
  }
}

// What has to be put right first may be the very same name.
function tells(table: GrantTable, report: FileReport): boolean {
  return table.moved.length > 0 && !report.problems.hasErrors;
}

interface Found {
  readonly message: string;
  readonly help: string;
}

function describeFormer(name: string, scope: string, table: GrantTable): Found | undefined {
  const permissions = [...new Set(table.ofFormer(name).map(({ permission }) => permission))];
  const [first] = permissions;
  if (!first) return undefined;
  const now = permissions.map(({ id }) => `${id}${scope}`);
  if (permissions.length > 1) {
    return { message: `${quote(name)} was split`, help: `write what of it is meant: ${now.map(quote).join(', ')}` };
  }
  if (first.was.length > 1) {
    const message = `${quote(name)} is merged into ${quote(first.id)}`;
    return { message, help: `${quote(first.id)} alone means all of ${first.was.map(quote).join(', ')}` };
  }
  return { message: `${quote(name)} is called ${quote(first.id)} now`, help: `write ${quoteWhole(now[0] ?? '')}` };
}

function describeWildcard(resource: string, table: GrantTable, named: ReadonlySet<string>): Found | undefined {
  const wildcard = quote(`${resource}:*`);
  const open = (permission: Permission): boolean =>
    !named.has(permission.id) && !permission.was.some((former) => named.has(former));
  const moved = table.moved.filter(open);
  const left = moved.filter((permission) => permission.resource !== resource && hasBeen(permission, resource));
  const renamed = left.filter(({ was }) => was.length === 1);
  if (renamed.length > 0) {
    const help = `name ${listIds(renamed)} beside it if it is meant: without \`was\` the wildcard does not reach it`;
    return { message: `${wildcard} reaches ${listIds(renamed)} by a former id`, help };
  }
  if (left.length > 0) {
    const help = `a grant of its id alone means all that was merged into it; without \`was\` the wildcard reaches nothing of it`;
    return { message: `${wildcard} reaches a part of ${listIds(left)} by a former id`, help };
  }
  const come = moved.filter((permission) => permission.resource === resource && !hasBeen(permission, resource));
  if (come.length === 0) return undefined;
  const help = `name ${listIds(come)} beside it if it is meant, else spell the wildcard out: without \`was\` it reaches it`;
  return { message: `${wildcard} does not reach ${listIds(come)}, which came there by a rename`, help };
}

function hasBeen({ was }: Permission, resource: string): boolean {
  return was.some((former) => former.startsWith(`${resource}:`));
}

function listIds(permissions: readonly Permission[]): string {
  return permissions.map(({ id }) => quote(id)).join(', ');
}
