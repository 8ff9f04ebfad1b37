import type { EnforceRequest } from '../policy/decision.ts';
import type { Cell, Condition, Permission } from '../policy/permission.ts';
import type { JsonObject } from '../policy/text/json.ts';
import { lookUp, truthOf, truthOfAll, type Attributes } from './conditions/condition-truth.ts';
import { cellOfScopes } from './request-cell.ts';

/** Every cell that a request could be about, of which something is not known. */
export interface PossibleCells {
  /** First the one if nothing unknown holds; undefined: then it would be in no scope. */
  readonly cells: readonly (Cell | undefined)[];
  /** The pairs that are unknown, in the order of the permission's scopes. */
  readonly unknown: readonly UnknownPair[];
}

/** A pair of a `when` that neither holds nor fails, and why: what is missing, or what cannot be compared. */
export interface UnknownPair {
  readonly scope: string;
  /** The paths on which it hangs, as written: those that are missing, else those on either side. */
  readonly paths: readonly string[];
  readonly isMissing: boolean;
}

/**
 * The cells of a request that names no scopes, each unknown scope taken to hold and not to hold. Scopes count as
 * independent of one another, so there are twice as many with each.
 */
export function findPossibleCells(
  permission: Permission,
  request: EnforceRequest,
  properties: JsonObject | undefined,
): PossibleCells {
  const attributes = { request, properties };
  const holding: string[] = [];
  const open: string[] = [];
  const unknown: UnknownPair[] = [];
  for (const { id, when } of permission.scopes) {
    const truth = when === undefined ? 'fails' : truthOfAll(when, attributes);
    if (truth === 'holds') holding.push(id);
    if (when === undefined || truth !== 'unknown') continue;
    open.push(id);
    unknown.push(...unknownPairs(id, when, attributes));
  }
  const cells: (Cell | undefined)[] = [];
  for (let mask = 0; mask < 1 << open.length; mask += 1) {
    const taken = open.filter((_, bit) => (mask >> bit) & 1);
    cells.push(cellOfScopes(permission, [...holding, ...taken]));
  }
  return { cells, unknown };
}

function unknownPairs(scope: string, when: readonly Condition[], attributes: Attributes): UnknownPair[] {
  return when
    .filter((condition) => truthOf(condition, attributes) === 'unknown')
    .map((condition) => unknownPair(scope, condition, attributes));
}

function unknownPair(scope: string, { path, other }: Condition, attributes: Attributes): UnknownPair {
  const sides = 'literal' in other ? [path] : [path, other.path];
  const missing = sides.filter((side) => lookUp(side, attributes) === undefined);
  const isMissing = missing.length > 0;
  return { scope, paths: (isMissing ? missing : sides).map((side) => side.join('.')), isMissing };
}
