import { isOnPlan, type Cell, type Permission } from '../../policy/permission.ts';
import { findOrganization, findParent, type PolicySet } from '../../policy/policy-set.ts';
import { ruleFor, type Role, type Rule } from '../../policy/role.ts';
import type { Place } from '../../policy/runtime-member.ts';

/** One permission in one of its scopes, or one that has none, that a role gives to who would not have it without. */
export interface RoleGrant {
  readonly permission: Permission;
  /** Empty where the permission has none. */
  readonly scope: string;
  readonly rule: Rule;
}

/** All that a role gives beyond the baseline, in the order of the catalog. */
export function grantsOf(policy: PolicySet, role: Role): readonly RoleGrant[] {
  const { catalog } = policy;
  const workspace = role.workspace === undefined ? undefined : policy.workspaces.get(role.workspace);
  const above = role.organization === undefined ? undefined : findOrganization(policy, role.organization);
  const organization = workspace?.organization ?? above;
  // Scopes that a request names are the application's word, whatever its company has set.
  const cellOf = (permission: Permission, scope: string): Cell | undefined =>
    scope === '' ? permission.cells[0] : permission.cellsByWord.get(scope);
  return [...catalog.permissions.values()].flatMap((permission) => {
    if (organization && !isOnPlan(permission, organization.plan)) return [];
    return scopesOf(permission).flatMap((scope): RoleGrant[] => {
      const cell = cellOf(permission, scope);
      if (!cell || catalog.baseline.has(cell)) return [];
      const rule = ruleFor(role, cell);
      return rule?.effect === 'allow' ? [{ permission, scope, rule }] : [];
    });
  });
}

/** The scopes of a permission, or the one empty word of a permission without. */
export function scopesOf({ scopes }: Permission): readonly string[] {
  return scopes.length === 0 ? [''] : scopes.map(({ id }) => id);
}

/** The place that defines a role; undefined: it is built in. */
export function placeOfRole({ workspace, organization }: Role): Place | undefined {
  if (workspace !== undefined) return { kind: 'workspace', id: workspace };
  return organization === undefined ? undefined : { kind: 'organization', id: organization };
}

/** A role and all that it follows, near and far. */
export class Ancestry {
  readonly #policy: PolicySet;
  readonly #known = new Map<Role, ReadonlySet<Role>>();

  constructor(policy: PolicySet) {
    this.#policy = policy;
  }

  of(role: Role): ReadonlySet<Role> {
    const known = this.#known.get(role);
    if (known) return known;
    const found = new Set<Role>([role]);
    for (const one of found) {
      for (const id of one.extends) {
        const parent = findParent(this.#policy, one, id);
        if (parent) found.add(parent);
      }
    }
    this.#known.set(role, found);
    return found;
  }
}
