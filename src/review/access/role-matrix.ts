import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { cellWithin } from '../../engine/permission-listing.ts';
import { rolesOf } from '../../engine/role-listing.ts';
import type { RoleSet } from '../../engine/role-set.ts';
import { canHold } from '../../policy/catalog.ts';
import type { Cell, Permission, Scope } from '../../policy/permission.ts';
import { findParent, isAtOrganization, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import type { Position } from '../../policy/position.ts';
import { isBuiltIn, ruleFor, type Role, type Rule } from '../../policy/role.ts';
import { rootOf } from '../diff/causes/trace-rule.ts';

/** The stand of a role to a cell. */
export type CellState =
  /** It says so itself. */
  | 'own'
  /** A role that it follows says so. */
  | 'inherited'
  /** Every member may, whatever their roles. */
  | 'everybody'
  | 'none'
  /** A role that it follows gives it, and this one does not. */
  | 'taken-out'
  /** No role of its kind can hold it, whatever it says. */
  | 'cannot'
  /** It denies it, whatever other role is held. */
  | 'denied'
  /** It would give it, and the plan of the company does not have it. */
  | 'off-plan'
  /** No request of the workspace is in this scope alone, by what its company has set. */
  | 'no-request';

export interface MatrixCell {
  readonly state: CellState;
  /** The role that says so, where it is another one. */
  readonly from?: Role;
  /** The line of YAML that says so. */
  readonly position?: Position;
}

/** One permission in one of its scopes, or one that has none, and how each role stands to it. */
export interface MatrixRow {
  readonly permission: Permission;
  readonly scope: Scope | undefined;
  readonly cells: readonly MatrixCell[];
}

/** The roles of a workspace or of a company, or the built-in ones, against every permission. */
export class RoleMatrix {
  readonly roles: readonly Role[];
  /** Undefined: of built-in roles, wherever they are held. */
  readonly place: Workspace | undefined;
  readonly #engine: CasbinEngine;
  readonly #roleSets = new Map<string, readonly (RoleSet | undefined)[]>();

  /** `roles`: of these alone. */
  constructor(engine: CasbinEngine, place?: Workspace, roles = rolesSeenAt(engine.policy, place)) {
    this.#engine = engine;
    this.place = place;
    this.roles = roles;
  }

  /** Each permission of the catalog in its order, in each of its scopes by itself. */
  *rows(): Generator<MatrixRow, undefined> {
    for (const permission of this.#engine.policy.catalog.permissions.values()) {
      const scopes = permission.scopes.length === 0 ? [undefined] : permission.scopes;
      for (const scope of scopes) {
        const cell = this.#cellOf(permission, scope);
        yield {
          permission,
          scope,
          cells: this.roles.map((role, index) => this.#describe(role, index, permission, cell)),
        };
      }
    }
    return undefined;
  }

  #cellOf(permission: Permission, scope: Scope | undefined): Cell | undefined {
    if (!scope) return permission.cells[0];
    if (this.place) return cellWithin(this.#engine.policy, this.place, permission, scope.id);
    return permission.cellsByWord.get(scope.id);
  }

  #describe(role: Role, index: number, permission: Permission, cell: Cell | undefined): MatrixCell {
    if (!cell) return { state: 'no-request' };
    const { policy } = this.#engine;
    const rule = ruleFor(role, cell);
    if (this.#engine.allows(this.#roleSetsFor(permission)[index], cell)) {
      if (policy.catalog.baseline.has(cell)) return { state: 'everybody', ...at(rule) };
      const root = rule && rootOf(policy, role, rule);
      return root && root !== role ? { state: 'inherited', from: root, ...at(rule) } : { state: 'own', ...at(rule) };
    }
    if (rule?.effect === 'allow') return { state: 'off-plan', ...at(rule) };
    if (rule) {
      const root = rootOf(policy, role, rule);
      return { state: 'denied', ...(root === role ? {} : { from: root }), ...at(rule) };
    }
    if (!canHoldCell(policy, role, cell)) return { state: 'cannot' };
    return takenOut(policy, role, cell) ?? { state: 'none' };
  }

  // Built-in roles are asked as on a plan that has the permission: where they are held is not known.
  #roleSetsFor({ plans }: Permission): readonly (RoleSet | undefined)[] {
    const plan = this.place ? this.place.organization.plan : plans && [...plans][0];
    const key = plan ?? '';
    const known = this.#roleSets.get(key);
    if (known) return known;
    // Ids of workspaces have no colon, and built-in roles mean the same in all of them.
    const sets = this.roles.map((role) => this.#engine.setOfRoles([role], this.place?.id ?? ':', plan));
    this.#roleSets.set(key, sets);
    return sets;
  }
}

/** The roles that a place sees: of a company all that its workspaces do, not only what is given at the company itself. */
export function rolesSeenAt(policy: PolicySet, place: Workspace | undefined): readonly Role[] {
  const { catalog } = policy;
  if (!place) return [...catalog.roles.values()];
  if (!isAtOrganization(place)) return rolesOf(policy, place);
  return [...catalog.roles.values(), ...place.organization.roles.values()];
}

function at(rule: Rule | undefined): Pick<MatrixCell, 'position'> {
  return rule ? { position: rule.origin } : {};
}

function canHoldCell({ catalog }: PolicySet, role: Role, cell: Cell): boolean {
  const isKept = !isBuiltIn(role) && catalog.keptFromCustomRoles.has(cell);
  return !isKept && canHold(catalog, role, cell.permission);
}

function takenOut(policy: PolicySet, role: Role, cell: Cell): MatrixCell | undefined {
  for (const id of role.extends) {
    const parent = findParent(policy, role, id);
    const rule = parent && ruleFor(parent, cell);
    if (parent && rule?.effect === 'allow')
      return { state: 'taken-out', from: rootOf(policy, parent, rule), position: role.position };
  }
  return undefined;
}
