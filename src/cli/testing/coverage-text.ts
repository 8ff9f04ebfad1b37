import { formatCell, noScopeWord, type Cell, type Scope } from '../../policy/permission.ts';
import { ownerOf, type Role } from '../../policy/role.ts';
import type { CoverageReport, RoleCoverage } from '../../review/testing/coverage.ts';
import type { Figure } from './test-threshold.ts';

/** The roles of one workspace or organization, or the built-in ones. */
export interface RoleGroup {
  readonly title: string;
  readonly isBuiltIn: boolean;
  readonly roles: readonly RoleCoverage[];
}

/** Built-in roles first, then organizations and workspaces; groups without a role are left out. */
export function groupRoles(report: CoverageReport): RoleGroup[] {
  const groups = new Map<string, RoleCoverage[]>();
  for (const covered of report.roles) {
    const title = titleOf(covered.role);
    const group = groups.get(title);
    if (group) group.push(covered);
    else groups.set(title, [covered]);
  }
  return [...groups].map(([title, roles]) => ({ title, isBuiltIn: title === builtInTitle, roles }));
}

// Ids hold no blank.
const builtInTitle = 'built-in roles';

function titleOf({ workspace, organization }: Role): string {
  if (workspace !== undefined) return workspace;
  return organization === undefined ? builtInTitle : `organization ${organization}`;
}

export function figureOf({ asserted, total }: { readonly asserted: number; readonly total: number }): Figure {
  return { part: asserted, whole: total };
}

export function figureOfRole({ allowed, denied }: RoleCoverage): Figure {
  return { part: allowed.asserted + denied.asserted, whole: allowed.total + denied.total };
}

export function nameOfRole(role: Role): string {
  const owner = ownerOf(role);
  return owner === undefined ? `role \`${role.id}\`` : `role \`${role.id}\` of \`${owner}\``;
}

/** What no test asserts about a role, as lines that a policy test takes. */
export function gapLines({ pairs }: RoleCoverage, baseline: readonly Cell[], most: number): string[] {
  return (['allow', 'deny'] as const).flatMap((decision) => {
    const open = pairs.filter((pair) => pair.decision === decision && pair.assertedAt.length === 0);
    if (open.length === 0) return [];
    const openCells = new Set(open.map(({ cell }) => cell));
    const all = [...pairs.map(({ cell }) => cell), ...baseline];
    const resources = new Set(open.map(({ cell }) => cell.permission.resource));
    const words = [...resources].flatMap((resource) =>
      grantsOf(
        all.filter((cell) => cell.permission.resource === resource),
        openCells,
      ),
    );
    const more = words.length > most ? ` and ${words.length - most} more` : '';
    return [`${decision === 'allow' ? 'can' : 'cannot'}: [${words.slice(0, most).join(', ')}]${more}`];
  });
}

/** The scopes of which a side is not asserted, with what a test has to send along. */
export function openScopes({ scopes }: CoverageReport): { scope: Scope; gap: string }[] {
  return scopes.flatMap(({ scope, assertedAt: { holds, fails } }) => {
    const sides = [...(holds.length === 0 ? ['holding'] : []), ...(fails.length === 0 ? ['failing'] : [])];
    return sides.length === 0 ? [] : [{ scope, gap: `no answer hangs on its \`when\` ${sides.join(', nor on its ')}` }];
  });
}

// The open cells of one resource in as few words as name just them, quoted as YAML wants it.
function grantsOf(cells: readonly Cell[], open: ReadonlySet<Cell>): string[] {
  const permissions = new Set(cells.map(({ permission }) => permission));
  const [first] = cells;
  if (first && permissions.size > 1 && cells.every((cell) => open.has(cell)))
    return [`"${first.permission.resource}:*"`];
  return [...permissions].flatMap((permission) => {
    const own = cells.filter((cell) => cell.permission === permission);
    if (own.every((cell) => open.has(cell))) return [permission.id];
    return own.filter((cell) => open.has(cell)).map((cell) => `"${formatCell(cell)}"`);
  });
}

export function scopeOf(cell: Cell): string | undefined {
  return cell.scopeWord === noScopeWord ? undefined : cell.scopeWord;
}
