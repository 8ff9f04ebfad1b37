import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { cellWithin, listPermission, type ListedName } from '../../engine/permission-listing.ts';
import { findRequestCell } from '../../engine/request-cell.ts';
import type { RoleSet } from '../../engine/role-set.ts';
import type { EnforceRequest } from '../../policy/decision.ts';
import type { Cell } from '../../policy/permission.ts';
import type { Workspace } from '../../policy/policy-set.ts';
import type { Position } from '../../policy/position.ts';
import { allowsCell, ruleFor, type Role } from '../../policy/role.ts';

/** A role that gives a permission, alone or beside others. */
export interface GivingRole {
  readonly role: Role;
  /** The scopes in which it does; empty where the permission has none, or where the scopes of a request were named. */
  readonly scopes: readonly string[];
  /** The first line of YAML that says so. */
  readonly origin: Position;
}

/** A permission that somebody with certain roles may use at a place. */
export interface AllowedPermission {
  readonly name: ListedName;
  /** Each scope by itself, where the permission has scopes and none was named. */
  readonly scopes: Readonly<Record<string, boolean>> | undefined;
  /** Those of them in which a request can be there: what a company has set may leave one none. */
  readonly possible: readonly string[];
  /** Whether every member may, whatever their roles: the baseline says so. */
  readonly isEverybodys: boolean;
  readonly by: readonly GivingRole[];
}

/** The subject of a question: a name, and the scopes that a request is in, all of them; undefined: each by itself. */
export interface AskedPermission {
  readonly name: ListedName;
  readonly scopes?: readonly string[] | undefined;
}

/** Cells by the scope for which each is asked; no scope where none is told apart. */
type AskedCells = readonly (readonly [scope: string | undefined, cell: Cell])[];

/** Whether these roles allow it there, and which of them does; undefined: they do not. */
export function findAllowed(
  engine: CasbinEngine,
  place: Workspace,
  roleSet: RoleSet | undefined,
  { name, scopes: named }: AskedPermission,
): AllowedPermission | undefined {
  if (!roleSet) return undefined;
  if (named !== undefined) {
    const cells = namedCells(name, named);
    const isAllowed = cells?.every(([, cell]) => engine.allows(roleSet, cell)) ?? false;
    return cells && isAllowed ? describe(engine, name, undefined, roleSet, cells) : undefined;
  }
  const { decision, scopes } = listPermission(engine, place, roleSet, name);
  if (!decision) return undefined;
  const asked = scopes ? Object.keys(scopes).filter((scope) => scopes[scope] === true) : [undefined];
  const cells = asked.flatMap((scope) =>
    name.permissions.flatMap((permission): AskedCells => {
      const cell = scope === undefined ? permission.cells[0] : cellWithin(engine.policy, place, permission, scope);
      return cell ? [[scope, cell]] : [];
    }),
  );
  const isPossible = (scope: string): boolean =>
    name.permissions.some((permission) => cellWithin(engine.policy, place, permission, scope) !== undefined);
  return { ...describe(engine, name, scopes, roleSet, cells), possible: Object.keys(scopes ?? {}).filter(isPossible) };
}

// The scopes are the application's word, as in a decision. A permission that does not have them refuses.
function namedCells({ permissions }: ListedName, scopes: readonly string[]): AskedCells | undefined {
  const cells: [undefined, Cell][] = [];
  for (const permission of permissions) {
    const cell = findRequestCell(permission, { ...nobodysRequest, scopes }, undefined);
    if (typeof cell === 'string' || !('scopeWord' in cell)) return undefined;
    cells.push([undefined, cell]);
  }
  return cells;
}

const nobodysRequest: EnforceRequest = { subjectType: '', subjectId: '', workspace: undefined, permission: '' };

function describe(
  { policy }: CasbinEngine,
  name: ListedName,
  scopes: AllowedPermission['scopes'],
  { roles }: RoleSet,
  cells: AskedCells,
): AllowedPermission {
  const { baseline } = policy.catalog;
  const isEverybodys = cells.every(([, cell]) => baseline.has(cell));
  const by = roles.flatMap((role): GivingRole[] => {
    // What every member may anyway is not what a role gives, unless there is nothing else.
    const isGiving = cells.some(([, cell]) => (isEverybodys || !baseline.has(cell)) && allowsCell(role, cell));
    const given = (isGiving ? cells : []).flatMap(([scope, cell]) => {
      const rule = ruleFor(role, cell);
      return rule?.effect === 'allow' ? [{ scope, origin: rule.origin }] : [];
    });
    const [first] = given;
    if (!first) return [];
    return [{ role, scopes: [...new Set(given.flatMap(({ scope }) => scope ?? []))], origin: first.origin }];
  });
  return { name, scopes, possible: [], isEverybodys, by };
}
