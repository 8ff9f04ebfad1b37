import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { cellWithin } from '../../engine/permission-listing.ts';
import { rolesOf } from '../../engine/role-listing.ts';
import type { RoleSet } from '../../engine/role-set.ts';
import { canHold } from '../../policy/catalog.ts';
import type { Cell, Permission, Scope } from '../../policy/permission.ts';
import { findRole, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import type { Position } from '../../policy/position.ts';
import { ruleFor, type Role, type Rule } from '../../policy/role.ts';
import { rootOf } from '../diff/causes/trace-rule.ts';

/** How a role stands to a cell. */
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

/** The roles of a workspace, or the built-in ones, against every permission. */
export class RoleMatrix {
  readonly roles: readonly Role[];
  /** Undefined: of built-in roles, wherever they are held. */
  readonly workspace: Workspace | undefined;
  readonly #engine: CasbinEngine;
  readonly #roleSets = new Map<string, readonly (RoleSet | undefined)[]>();

  constructor(engine: CasbinEngine, workspace?: Workspace) {
    const { catalog } = engine.policy;
    this.#engine = engine;
    this.workspace = workspace;
    this.roles = workspace ? rolesOf(engine.policy, workspace) : [...catalog.roles.values()];
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
    if (this.workspace) return cellWithin(this.#engine.policy, this.workspace, permission, scope.id);
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
    return takenOut(policy, this.workspace, role, cell) ?? { state: 'none' };
  }

  // Built-in roles are asked as on a plan that has the permission: where they are held is not known.
  #roleSetsFor({ plans }: Permission): readonly (RoleSet | undefined)[] {
    const plan = this.workspace ? this.workspace.organization.plan : plans && [...plans][0];
    const key = plan ?? '';
    const known = this.#roleSets.get(key);
    if (known) return known;
    // Ids of workspaces have no colon, and built-in roles mean the same in all of them.
    const sets = this.roles.map((role) => this.#engine.setOfRoles([role], this.workspace?.id ?? ':', plan));
    this.#roleSets.set(key, sets);
    return sets;
  }
}

function at(rule: Rule | undefined): Pick<MatrixCell, 'position'> {
  return rule ? { position: rule.origin } : {};
}

function canHoldCell({ catalog }: PolicySet, role: Role, cell: Cell): boolean {
  const isKept = role.workspace !== undefined && catalog.keptFromCustomRoles.has(cell);
  return !isKept && canHold(catalog, role, cell.permission);
}

function takenOut(policy: PolicySet, workspace: Workspace | undefined, role: Role, cell: Cell): MatrixCell | undefined {
  for (const id of role.extends) {
    const parent = workspace ? findRole(policy, workspace, id) : policy.catalog.roles.get(id);
    const rule = parent && ruleFor(parent, cell);
    if (parent && rule?.effect === 'allow')
      return { state: 'taken-out', from: rootOf(policy, parent, rule), position: role.position };
  }
  return undefined;
}
