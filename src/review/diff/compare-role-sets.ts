import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { RoleSet } from '../../engine/role-set.ts';
import type { CellPair, CellPairs } from './cell-pairs.ts';
import { effectsOf } from './role-effects.ts';

/** What somebody gains and loses who held one role set before and holds another one after. */
export interface RoleSetDifference {
  readonly before: RoleSet | undefined;
  readonly after: RoleSet | undefined;
  readonly gained: readonly CellPair[];
  readonly lost: readonly CellPair[];
}

/**
 * Compares role sets by the answers of both engines. Members with the same roles share a role set, so a hundred
 * thousand of them are some dozen comparisons.
 */
export class RoleSetComparer {
  readonly #before: CasbinEngine;
  readonly #after: CasbinEngine;
  readonly #cells: CellPairs;
  readonly #known = new Map<RoleSet | undefined, Map<RoleSet | undefined, RoleSetDifference>>();

  constructor(before: CasbinEngine, after: CasbinEngine, cells: CellPairs) {
    this.#before = before;
    this.#after = after;
    this.#cells = cells;
  }

  compare(before: RoleSet | undefined, after: RoleSet | undefined): RoleSetDifference {
    const known = this.#known.get(before)?.get(after);
    if (known) return known;
    const found = this.#ask(before, after);
    const byAfter = this.#known.get(before) ?? new Map<RoleSet | undefined, RoleSetDifference>();
    this.#known.set(before, byAfter.set(after, found));
    return found;
  }

  #ask(before: RoleSet | undefined, after: RoleSet | undefined): RoleSetDifference {
    const gained: CellPair[] = [];
    const lost: CellPair[] = [];
    if (!isSameRoles(before, after)) {
      for (const pair of this.#candidates(before, after)) {
        const wasAllowed = pair.before !== undefined && this.#before.allows(before, pair.before);
        const isAllowed = pair.after !== undefined && this.#after.allows(after, pair.after);
        if (wasAllowed !== isAllowed) (isAllowed ? gained : lost).push(pair);
      }
    }
    return { before, after, gained, lost };
  }

  // Casbin decides by the rows that match, and by nothing else. Where both sides have an allow, a deny, both or none for
  // a cell, its answer is the same, so it need not be asked.
  #candidates(before: RoleSet | undefined, after: RoleSet | undefined): readonly CellPair[] {
    const { all, ofBefore, ofAfter } = this.#cells;
    const then = effectsOf(before?.roles ?? [], ofBefore, all.length);
    const now = effectsOf(after?.roles ?? [], ofAfter, all.length);
    return all.filter(({ index }) => then[index] !== now[index]);
  }
}

// What an unchanged file gave is the very same object on both sides.
function isSameRoles(before: RoleSet | undefined, after: RoleSet | undefined): boolean {
  if (!before || !after) return before === after;
  return before.roles.length === after.roles.length && before.roles.every((role, index) => role === after.roles[index]);
}
