import { findPermissions, type Catalog, type ExclusivePair } from '../../policy/catalog.ts';
import type { Cell, Permission } from '../../policy/permission.ts';
import type { Span } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import { checkExclusiveRoles } from '../checks/check-exclusive.ts';
import { checkCatalogPlans } from '../checks/check-plans.ts';
import { warnOfLetterCase, warnOfPermissionCase } from '../checks/check-letter-case.ts';
import { checkFormerIdsOfCatalog } from '../checks/check-former-ids.ts';
import { findUnusual } from '../checks/check-look-alikes.ts';
import { checkProperties, listedByType } from '../checks/check-properties.ts';
import { checkSelfEscalation } from '../checks/check-self-escalation.ts';
import { isWildcard } from './barred-grant.ts';
import { compileScopes } from './compile-conditions.ts';
import { compileMembers } from './compile-members.ts';
import { compileWaivers } from './compile-waivers.ts';
import { compilePermissions } from './compile-permissions.ts';
import { quote } from '../words/describe-value.ts';
import type { RolesFile } from '../file/entries.ts';
import { FileReport } from '../file/file-report.ts';
import { flattenRoles } from './flatten-roles.ts';
import { reportUnknownRole } from './unknown-role.ts';
import type { FlatRole, CompiledCatalog } from '../file/compiled.ts';
import { GrantTable, unknownPermission, type Grantable } from '../file/grant-table.ts';
import { mergeParts } from './merged-parts.ts';
import { cellsBeyond, RoleCeiling } from '../file/role-ceiling.ts';
import { checkDeclaredProperties } from './organization-properties.ts';
import type { ParsedFile } from '../file/parsed-file.ts';
import { takeAll } from '../yaml/step-batches.ts';

export function compileCatalog(file: ParsedFile<RolesFile>, entry: RolesFile): CompiledCatalog {
  const report = new FileReport(file);
  const organizationDefaults = entry.organizationProperties ?? {};
  const scopes = compileScopes(entry.scopes ?? {}, organizationDefaults, report);
  checkDeclaredProperties(organizationDefaults, scopes, report);
  const { permissions, cells } = compilePermissions(entry, scopes, report);
  const table = new GrantTable(permissions, [...scopes.keys()]);
  const baseline = compileBaseline(entry, table, report);
  const keptFromCustom = compileKeptFromCustom(entry, table, baseline, report);
  const ceiling = new RoleCeiling(table.all, keptFromCustom);
  const builtIns = flattenRoles(entry.roles, {
    table,
    baseline,
    ceiling,
    above: new Map(),
    workspace: undefined,
    organization: undefined,
    retired: {},
    report,
  });
  checkHolders(builtIns, report);
  const [firstType = 'user', ...otherTypes] = entry.subjectTypes ?? ['user'];
  const waivers = compileWaivers(entry.waive ?? [], report);
  const catalog: Catalog = {
    subjectTypes: [firstType, ...otherTypes],
    scopes,
    permissions,
    cells,
    baseline: new Set(cellsOf(baseline, table)),
    roles: new Map([...builtIns].map(([id, flat]) => [id, flat.role])),
    defaultRole: compileDefaultRole(entry, builtIns, report),
    plans: entry.plans && new Set(entry.plans),
    customRolePlans: entry.customRoles?.plans && new Set(entry.customRoles.plans),
    keptFromCustomRoles: cellsBeyond(table.all, keptFromCustom),
    spanning: [...permissions.values()].filter(({ spans }) => spans === 'organization'),
    organizationDefaults,
    exclusive: compileExclusive(entry, permissions, report),
    requiring: [...permissions.values()].filter(({ requires }) => requires.length > 0),
    planned: [...permissions.values()].filter(({ plans }) => plans !== undefined),
    escalation: entry.escalation ?? 'allow',
    accepted: waivers,
  };
  const { members: staff } = takeAll(
    compileMembers({
      catalog,
      report,
      list: 'staff',
      groups: undefined,
      findRole: (id) => catalog.roles.get(id),
      reportUnknown: (id, path) =>
        reportUnknownRole('', id, path, { report, above: builtIns, retired: {}, known: none }),
    }),
  );
  takeAll(
    checkProperties({ list: 'staff', types: () => listedByType(staff), above: () => undefined }, catalog, report),
  );
  const unusualStaff = findUnusual(staff);
  const { problems } = report;
  const compiled = { catalog, table, baseline, builtIns, ceiling, staff, unusualStaff, problems, waivers };
  const roleType = catalog.subjectTypes.indexOf('role');
  if (roleType >= 0) {
    const help = 'subjects and roles are kept apart by these words; choose another, as in `user`';
    report.onValue('bad-value', ['subjectTypes', roleType], '`role` cannot be a subject type', help);
  }
  checkCatalogPlans(entry, catalog, report);
  checkRoles(compiled, report);
  checkFormerIdsOfCatalog(entry, table, report);
  return compiled;
}

const none = (): readonly string[] => [];

// Who holds it where it holds depends on what else they hold, or it holds everywhere.
function checkHolders(builtIns: ReadonlyMap<string, FlatRole>, report: FileReport): void {
  for (const { role } of builtIns.values()) {
    if (role.holders === undefined || role.spans === 'workspace' || role.spans === 'organization') continue;
    const message = `role ${quote(role.id)} spans ${role.spans}, and \`holders\` counts those of one workspace or organization`;
    const help = 'leave `holders` out, or let the role span the organization';
    report.onKey('bad-value', ['roles', role.id, 'holders'], message, help);
  }
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
    const { grantables } = resolution;
    const within = grantables.filter(({ permission }) => permission.spans !== 'organization');
    if (within.length < grantables.length && (within.length === 0 || !isWildcard(text))) {
      const message = `${quote(text)} belongs to the company, and the baseline is what every member of a workspace may do`;
      report.onValue('wrong-span', path, message, 'grant it to roles with `spans: organization`');
    }
    for (const grantable of within) if (!baseline.has(grantable)) baseline.set(grantable, origin);
  }
  return baseline;
}

function cellsOf(baseline: ReadonlyMap<Grantable, Span>, table: GrantTable): Cell[] {
  const merged = mergeParts(table, baseline, new Map(), baseline).filter(({ allowedBy }) => allowedBy);
  const whole = [...baseline.keys()].filter(({ part }) => part === undefined);
  return [...whole.flatMap(({ cells }) => cells), ...merged.map(({ cell }) => cell)];
}

/** What no custom role may hold. What every member may do anyway cannot be kept from anybody. */
function compileKeptFromCustom(
  entry: RolesFile,
  table: GrantTable,
  baseline: ReadonlyMap<Grantable, Span>,
  report: FileReport,
): ReadonlySet<Grantable> {
  const kept = new Set<Grantable>();
  const seen = new Set<string>();
  for (const [index, text] of (entry.customRoles?.without ?? []).entries()) {
    const path = ['customRoles', 'without', index];
    if (seen.has(text))
      report.onValue('duplicate-grant', path, `${quote(text)} stands twice in \`without\``, 'keep one');
    seen.add(text);
    const resolution = table.resolve(text);
    if (!('grantables' in resolution)) {
      report.onValue(resolution.code, path, resolution.message, resolution.help);
      continue;
    }
    const meant = resolution.grantables.filter((grantable) => !baseline.has(grantable));
    if (meant.length === 0) {
      const message = `${quote(text)} is in the baseline, which every custom role has, too`;
      report.onValue('removes-nothing', path, message, 'take it out of the baseline, or out of here');
    }
    for (const grantable of meant) kept.add(grantable);
  }
  return kept;
}

function compileDefaultRole(
  entry: RolesFile,
  builtIns: ReadonlyMap<string, FlatRole>,
  report: FileReport,
): Role | undefined {
  if (entry.defaultRole === undefined) return undefined;
  const role = builtIns.get(entry.defaultRole)?.role;
  if (!role) {
    reportUnknownRole('', entry.defaultRole, ['defaultRole'], { report, above: builtIns, retired: {}, known: none });
  } else if (role.spans !== 'workspace') {
    const reach = role.spans === 'organization' ? 'the organization' : role.spans;
    const message = `the default role ${quote(role.id)} spans ${reach}`;
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
    const [firsts = [], seconds = []] = names.map((name, side) => {
      const found = findPermissions({ permissions }, name);
      if (found.length > 0) return found;
      const { code, message, help } = unknownPermission(name, permissions);
      report.onValue(code, ['exclusive', index, side], message, help);
      return [];
    });
    const itself = firsts.find((first) => seconds.includes(first));
    if (itself) {
      const message = `${quote(itself.id)} excludes itself`;
      report.onValue('bad-value', ['exclusive', index, 1], message, 'name two permissions');
      continue;
    }
    const position = report.valueSpan(['exclusive', index]);
    for (const first of firsts) for (const second of seconds) pairs.push({ first, second, position });
  }
  return pairs;
}
