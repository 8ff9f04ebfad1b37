import type { Catalog } from '../../policy/catalog.ts';
import type { Role } from '../../policy/role.ts';

/** What one role says of one cell; a deny of a role that also grants counts as a deny. */
export const roleAnswers = { silent: 0, grants: 1, denies: 2 } as const;

/** The answers of a role for each cell, by `Cell.index`. */
export type RoleAnswers = Uint8Array;

export function answersOfRole(role: Role, catalog: Catalog): RoleAnswers {
  const found = new Uint8Array(catalog.cells.length);
  for (const { cell, effect } of role.rules) {
    if (effect === 'deny') found[cell.index] = roleAnswers.denies;
    else if (found[cell.index] === roleAnswers.silent) found[cell.index] = roleAnswers.grants;
  }
  return found;
}

/** What somebody with these roles may do, by `Cell.index`: 1 where some role grants and none denies. */
export function allowedByAll(roles: readonly RoleAnswers[], cellCount: number): Uint8Array {
  const allowed = new Uint8Array(cellCount);
  for (let index = 0; index < cellCount; index += 1) {
    let answer = 0;
    for (const role of roles) answer = Math.max(answer, role[index] ?? 0);
    allowed[index] = answer === roleAnswers.grants ? 1 : 0;
  }
  return allowed;
}
