import type { Organization } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import { listOfRole, type Role } from '../../policy/role.ts';
import { areRolesFrozen, type PlannedPlace } from '../checks/check-plans.ts';
import type { CompiledCatalog, CompiledOrganization, FlatRole } from '../file/compiled.ts';
import type { RoleEntry, WorkspaceFile } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { quote } from '../words/describe-value.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import { flattenRoles } from './flatten-roles.ts';
import { reportUnknownRole } from './unknown-role.ts';
import { freezeRoles } from './freeze-roles.ts';

/** The place whose file defines roles. A workspace has its organization above it; undefined: that is not understood. */
export type DefiningPlace =
  | { readonly kind: 'workspace'; readonly id: string; readonly above: CompiledOrganization | undefined }
  | { readonly kind: 'organization'; readonly id: string; readonly plan: string | undefined };

/** The roles that a file defines, and all that are seen there. */
export interface CustomRoles {
  readonly own: ReadonlyMap<string, FlatRole>;
  readonly visible: ReadonlyMap<string, FlatRole>;
  readonly retired: ReadonlyMap<string, Role>;
  /** Whether the plan has no custom roles any more. */
  readonly isFrozen: boolean;
  readonly roleOf: (id: string) => Role | undefined;
  /** Reports that there is no such role, where it is named. */
  readonly reportUnknown: (id: string, path: YamlPath) => void;
}

type RolesEntry = Pick<WorkspaceFile, 'roles' | 'retired'>;

/** Compiles what the file of a workspace or an organization says under `roles` and `retired`. */
export function compileCustomRoles(
  entry: RolesEntry,
  place: DefiningPlace,
  compiled: CompiledCatalog,
  report: FileReport,
): CustomRoles {
  const { table, baseline, ceiling, builtIns } = compiled;
  const aboveIt = place.kind === 'workspace' ? place.above : undefined;
  const above = aboveIt && aboveIt.roles.size > 0 ? new Map([...builtIns, ...aboveIt.roles]) : builtIns;
  const entries = findFreeRoles(entry, place, above, report);
  const planned = plannedPlace(place);
  const isFrozen = planned !== undefined && areRolesFrozen(entry, planned, compiled.catalog, report);
  const retiredIds = { ...retiredIdsOf(aboveIt?.organization), ...entry.retired };
  const isIncomplete = place.kind === 'workspace' && !place.above;
  const context = { above, retired: retiredIds, isIncomplete, report };
  const written = flattenRoles(entries, {
    ...context,
    table,
    baseline,
    ceiling,
    workspace: place.kind === 'workspace' ? place.id : undefined,
    organization: place.kind === 'organization' ? place.id : undefined,
  });
  const own = isFrozen ? freezeRoles(written, compiled.catalog) : written;
  const known = (): string[] => Object.keys(entries);
  return {
    own,
    isFrozen,
    visible: own.size > 0 ? new Map([...above, ...own]) : above,
    retired: compileRetired(entry, own, place, { ...context, known: () => [...own.keys()] }),
    roleOf: (id) => (above.get(id) ?? own.get(id))?.role,
    reportUnknown: (id, path) => reportUnknownRole('', id, path, { ...context, known }),
  };
}

function retiredIdsOf(organization: Organization | undefined): Record<string, string> {
  return Object.fromEntries([...(organization?.retired ?? [])].map(([from, to]) => [from, to.id]));
}

function findFreeRoles(
  { roles = {}, retired = {} }: RolesEntry,
  place: DefiningPlace,
  above: ReadonlyMap<string, FlatRole>,
  report: FileReport,
): Record<string, RoleEntry> {
  const retiredAbove = place.kind === 'workspace' ? place.above?.organization.retired : undefined;
  const isFree = (id: string): boolean => {
    const known = above.get(id)?.role;
    if (known) {
      reportShadow(known, report);
      return false;
    }
    if (Object.hasOwn(retired, id) || retiredAbove?.has(id) === true) {
      const where = Object.hasOwn(retired, id) ? '' : ' in its organization';
      const message = `role ${quote(id)} was retired${where}, and its id is not used again`;
      const help = 'somebody who held the old role would hold the new one unseen; choose another id';
      report.onKey('retired-role-used', ['roles', id], message, help);
    }
    return true;
  };
  const free = Object.entries(roles).filter(([id]) => isFree(id));
  return free.length === Object.keys(roles).length ? roles : Object.fromEntries(free);
}

function reportShadow({ id, organization, position }: Role, report: FileReport): void {
  if (organization === undefined) {
    const help = 'built-in roles are changed in roles.yaml only; choose another id';
    report.onKey('shadows-built-in', ['roles', id], `custom role ${quote(id)} has the id of a built-in role`, help);
    return;
  }
  const where = `organization ${quote(organization)} at ${formatPosition(position)}`;
  const message = `custom role ${quote(id)} has the id of a role of ${where}`;
  report.onKey('shadows-organization', ['roles', id], message, 'all workspaces of it see that one; choose another id');
}

/** Whose plan says whether the place may define roles; undefined where that is not understood. */
export function plannedPlace(place: DefiningPlace): PlannedPlace | undefined {
  const { kind, id } = place;
  if (kind === 'organization') return { kind, id, organization: place };
  return place.above && { kind, id, organization: place.above.organization };
}

function compileRetired(
  { retired: written = {} }: RolesEntry,
  own: ReadonlyMap<string, FlatRole>,
  place: DefiningPlace,
  context: Parameters<typeof reportUnknownRole>[3],
): Map<string, Role> {
  const { report, above } = context;
  const retired = new Map<string, Role>();
  for (const [id, targetId] of Object.entries(written)) {
    const path = ['retired', id];
    const known = above.get(id)?.role;
    if (known) {
      const what = known.organization === undefined ? 'a built-in role' : `a role of ${quote(known.organization)}`;
      report.onKey(
        'retired-role-used',
        path,
        `${quote(id)} is ${what} and cannot be retired here`,
        'take the line away',
      );
    }
    const target = (above.get(targetId) ?? own.get(targetId))?.role;
    if (!target) {
      reportUnknownRole(`the holders of ${quote(id)} went to`, targetId, path, { ...context, retired: written });
    } else if (mayInherit(target, place)) retired.set(id, target);
    else {
      const reach = target.spans === 'everything' ? 'spans everything' : 'spans the organization';
      const message = `the holders of ${quote(id)} cannot go to ${quote(targetId)}, which ${reach}`;
      report.onValue('wrong-span', path, message, `name a role of this ${place.kind}`);
    }
  }
  return retired;
}

// A role of an organization may have been given in its workspaces or in all of it; nobody becomes staff by a deletion.
function mayInherit(target: Role, { kind }: DefiningPlace): boolean {
  const list = listOfRole(target);
  return kind === 'workspace' ? list === 'workspace' : list !== 'staff';
}
