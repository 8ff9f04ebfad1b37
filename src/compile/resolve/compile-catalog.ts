import type { Catalog, ExclusivePair } from '../../policy/catalog.ts';
import type { Permission } from '../../policy/permission.ts';
import type { Span } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import { checkExclusiveRoles } from '../checks/check-exclusive.ts';
import { checkCatalogPlans } from '../checks/check-plans.ts';
import { warnOfLetterCase, warnOfPermissionCase } from '../checks/check-letter-case.ts';
import { checkSelfEscalation } from '../checks/check-self-escalation.ts';
import { compileScopes } from './compile-conditions.ts';
import { compileWaivers } from './compile-waivers.ts';
import { compilePermissions } from './compile-permissions.ts';
import { quote } from '../words/describe-value.ts';
import type { RolesFile } from '../file/entries.ts';
import { FileReport } from '../file/file-report.ts';
import { flattenRoles, reportUnknownRole } from './flatten-roles.ts';
import type { FlatRole, CompiledCatalog } from '../file/compiled.ts';
import { GrantTable, unknownPermission, type Grantable } from '../file/grant-table.ts';
import type { ParsedFile } from '../file/parsed-file.ts';

export function compileCatalog(file: ParsedFile<RolesFile>, entry: RolesFile): CompiledCatalog {
  const report = new FileReport(file);
  const scopes = compileScopes(entry.scopes ?? {}, report);
  const { permissions, cells } = compilePermissions(entry, scopes, report);
  const table = new GrantTable(permissions, [...scopes.keys()]);
  const baseline = compileBaseline(entry, table, report);
  const builtIns = flattenRoles(entry.roles, {
    table,
    baseline,
    builtIns: new Map(),
    workspace: undefined,
    retired: {},
    report,
  });
  const [firstType = 'user', ...otherTypes] = entry.subjectTypes ?? ['user'];
  const catalog: Catalog = {
    subjectTypes: [firstType, ...otherTypes],
    scopes,
    permissions,
    cells,
    baseline: new Set([...baseline.keys()].flatMap((grantable) => grantable.cells)),
    roles: new Map([...builtIns].map(([id, flat]) => [id, flat.role])),
    defaultRole: compileDefaultRole(entry, builtIns, report),
    plans: entry.plans && new Set(entry.plans),
    customRolePlans: entry.customRoles && new Set(entry.customRoles.plans),
    exclusive: compileExclusive(entry, permissions, report),
    requiring: [...permissions.values()].filter(({ requires }) => requires.length > 0),
    planned: [...permissions.values()].filter(({ plans }) => plans !== undefined),
    escalation: entry.escalation ?? 'allow',
  };
  const waivers = compileWaivers(entry.waive ?? [], report);
  const compiled = { catalog, table, baseline, builtIns, problems: report.problems, waivers };
  const roleType = catalog.subjectTypes.indexOf('role');
  if (roleType >= 0) {
    const help = 'subjects and roles are kept apart by these words; choose another, as in `user`';
    report.onValue('bad-value', ['subjectTypes', roleType], '`role` cannot be a subject type', help);
  }
  checkCatalogPlans(entry, catalog, report);
  checkRoles(compiled, report);
  return compiled;
}

function checkRoles(compiled: CompiledCatalog, report: FileReport): void {
  const { catalog, builtIns } = compiled;
  checkExclusiveRoles(builtIns, catalog, report);
  report.problems.addAll(warnOfPermissionCase(catalog.permissions.values()));
  report.problems.addAll(warnOfLetterCase('role', catalog.roles.values()));
  checkSelfEscalation(builtIns, builtIns, catalog, report);
}

function compileBaseline(entry: RolesFile, table: GrantTable, report: FileReport): Map<Grantable, Span> {
  const baseline = new Map<Grantable, Span>();
  const seen = new Set<string>();
  for (const [index, text] of (entry.baseline ?? []).entries()) {
    const path = ['baseline', index];
    if (seen.has(text))
      report.onValue('duplicate-grant', path, `${quote(text)} stands twice in \`baseline\``, 'keep one');
    seen.add(text);
    const resolution = table.resolve(text);
    if (!('grantables' in resolution)) {
      report.onValue(resolution.code, path, resolution.message, resolution.help);
      continue;
    }
    const origin = report.valueSpan(path);
    for (const grantable of resolution.grantables) if (!baseline.has(grantable)) baseline.set(grantable, origin);
  }
  return baseline;
}

function compileDefaultRole(
  entry: RolesFile,
  builtIns: ReadonlyMap<string, FlatRole>,
  report: FileReport,
): Role | undefined {
  if (entry.defaultRole === undefined) return undefined;
  const role = builtIns.get(entry.defaultRole)?.role;
  if (!role) {
    reportUnknownRole('', entry.defaultRole, ['defaultRole'], { report, builtIns, retired: {}, known: () => [] });
  } else if (role.spans === 'organization') {
    const message = `the default role ${quote(role.id)} spans the organization`;
    report.onValue(
      'wrong-span',
      ['defaultRole'],
      message,
      'holders of a deleted role stay in their workspace; name a role that does, too',
    );
  }
  return role;
}

function compileExclusive(
  entry: RolesFile,
  permissions: ReadonlyMap<string, Permission>,
  report: FileReport,
): ExclusivePair[] {
  const pairs: ExclusivePair[] = [];
  for (const [index, names] of (entry.exclusive ?? []).entries()) {
    const found = names.map((name, side) => {
      const permission = permissions.get(name);
      if (permission) return permission;
      const { code, message, help } = unknownPermission(name, permissions);
      report.onValue(code, ['exclusive', index, side], message, help);
      return undefined;
    });
    const [first, second] = found;
    if (!first || !second) continue;
    if (first === second) {
      report.onValue(
        'bad-value',
        ['exclusive', index, 1],
        `${quote(first.id)} excludes itself`,
        'name two permissions',
      );
      continue;
    }
    pairs.push({ first, second, position: report.valueSpan(['exclusive', index]) });
  }
  return pairs;
}
