import type { Catalog } from './catalog.ts';
import type { Cell, Permission } from './permission.ts';

/** A permission that is held, and one that it requires and that is not held for the same things. */
export interface MissingRequirement {
  readonly permission: Permission;
  readonly required: Permission;
}

/** The cells that somebody may do, by cell index. */
type HeldCells = Pick<ReadonlySet<number>, 'has'>;

/**
 * What somebody who may do these cells, all roles together, lacks of what these require. In a scope that both
 * permissions have it must be held there; where the required one has scopes of its own, any of them will do.
 */
export function missingRequirements(held: HeldCells, catalog: Catalog): readonly MissingRequirement[] {
  const missing: MissingRequirement[] = [];
  for (const permission of catalog.requiring) {
    const cells = permission.cells.filter(({ index }) => held.has(index));
    if (cells.length === 0) continue;
    for (const id of permission.requires) {
      const required = catalog.permissions.get(id);
      if (required && !cells.every((cell) => isHeldBeside(required, cell, held)))
        missing.push({ permission, required });
    }
  }
  return missing;
}

/** Whether it is lacked at the company itself, wherever else somebody holds something: no role of a workspace makes up for it. */
export function isLackedAtCompany({ permission, required }: MissingRequirement): boolean {
  return permission.spans === 'organization' && required.spans === 'organization';
}

/** Tells one missing requirement from another, in one policy or in two. */
export function requirementKey({ permission, required }: MissingRequirement): string {
  return `${permission.id} ${required.id}`;
}

// A request in the scopes of the cell is, for the other permission, in those of them that it has, too.
function isHeldBeside(required: Permission, { permission, scopes }: Cell, held: HeldCells): boolean {
  const conditional = required.scopes.filter(({ when }) => when !== undefined);
  const shared = conditional.filter(({ id }) => permission.scopes.some((scope) => scope.id === id));
  const beside = required.cells.filter((cell) =>
    shared.every(({ id }) => cell.scopes.includes(id) === scopes.includes(id)),
  );
  return (beside.length > 0 ? beside : required.cells).some(({ index }) => held.has(index));
}
