import type { EnforceRequest } from '../policy/decision.ts';
import type { Cell, Condition, Permission } from '../policy/permission.ts';
import type { JsonObject } from '../policy/text/json.ts';
import { lookUp, truthOf, truthOfAll } from './conditions/condition-truth.ts';

/** Every cell that a request could be about of which something is not known: each unknown scope in and out of it. */
export class PossibleCells {
  /** First the one if nothing unknown holds; undefined: then it would be in no scope. */
  readonly cells: readonly (Cell | undefined)[];
  /** The first of them, whose answer is told where all of them agree. */
  readonly told: Cell | undefined;

  constructor(cells: readonly (Cell | undefined)[]) {
    this.cells = cells;
    this.told = cells.find((cell) => cell !== undefined);
  }
}

// What was found for a permission, by which of its scopes hold and which are unknown: there are few such states, and
// requests that lack something lack it again and again.
const found = new WeakMap<Permission, Map<number, PossibleCells>>();

/**
 * The cells of a request, given which scopes of its permission with a `when` hold and which are unknown, as bits in their
 * order. Scopes count as independent of one another, so there are twice as many with each that is unknown.
 */
export function possibleCellsOf(permission: Permission, held: number, unknown: number): PossibleCells {
  let known = found.get(permission);
  if (!known) found.set(permission, (known = new Map<number, PossibleCells>()));
  const key = held * 2 ** 16 + unknown;
  let possible = known.get(key);
  if (!possible) known.set(key, (possible = combine(permission, held, unknown)));
  return possible;
}

function combine(permission: Permission, held: number, unknown: number): PossibleCells {
  const conditional = permission.scopes.filter(({ when }) => when !== undefined).map(({ id }) => id);
  const idsOf = (bits: number): string[] => conditional.filter((_, index) => (bits >> index) & 1);
  const open = idsOf(unknown);
  const cells: (Cell | undefined)[] = [];
  for (let mask = 0; mask < 1 << open.length; mask += 1) {
    const taken = open.filter((_, bit) => (mask >> bit) & 1);
    cells.push(cellOfScopes(permission, [...idsOf(held), ...taken]));
  }
  return new PossibleCells(cells);
}

/** The cell of the scopes that hold, or of all the rest when none does; undefined: there is no rest. */
export function cellOfScopes(permission: Permission, holding: readonly string[]): Cell | undefined {
  const [first, second] = holding;
  if (first === undefined) return permission.restScope && permission.cellsByWord.get(permission.restScope.id);
  return permission.cellsByWord.get(second === undefined ? first : [...holding].sort().join('+'));
}

/** A pair of a `when` that neither holds nor fails, and why: what is missing, or what cannot be compared. */
export interface UnknownPair {
  readonly scope: string;
  /** The paths on which it hangs, as written: those that are missing, else those on either side. */
  readonly paths: readonly string[];
  readonly isMissing: boolean;
}

/** The pairs on which it hangs what a request is about, in the order of the permission's scopes. */
export function findUnknownPairs(
  permission: Permission,
  request: EnforceRequest,
  properties: JsonObject | undefined,
  settings: JsonObject | undefined,
): UnknownPair[] {
  return permission.scopes.flatMap(({ id, when }) => {
    if (when === undefined || truthOfAll(when, request, properties, settings) !== 'unknown') return [];
    return when
      .filter((condition) => truthOf(condition, request, properties, settings) === 'unknown')
      .map((condition) => unknownPair(id, condition, request, properties, settings));
  });
}

function unknownPair(
  scope: string,
  { path, other }: Condition,
  request: EnforceRequest,
  properties: JsonObject | undefined,
  settings: JsonObject | undefined,
): UnknownPair {
  const sides = 'literal' in other ? [path] : [path, other.path];
  const missing = sides.filter((side) => lookUp(side, request, properties, settings) === undefined);
  const isMissing = missing.length > 0;
  return { scope, paths: (isMissing ? missing : sides).map((side) => side.join('.')), isMissing };
}
