import type { CasbinEngine } from '../../../engine/casbin-engine.ts';
import type { RoleSet } from '../../../engine/role-set.ts';
import type { Cell } from '../../../policy/permission.ts';
import type { CellPair, CellPairs } from './cell-pairs.ts';
import { effectsOf, withoutAllow } from './role-effects.ts';

/** Gains and losses of somebody who held one role set before and holds another one after. */
export interface RoleSetDifference {
  readonly before: RoleSet | undefined;
  readonly after: RoleSet | undefined;
  readonly gained: readonly CellPair[];
  readonly lost: readonly CellPair[];
}

/**
 * A comparer of role sets by the answers of both engines. Members with the same roles share a role set, so a hundred
 * thousand of them are some dozen comparisons.
 */
export class RoleSetComparer {
  readonly #before: AskedEngine;
  readonly #after: AskedEngine;
  readonly #cells: CellPairs;
  readonly #known = new Map<RoleSet | undefined, Map<RoleSet | undefined, RoleSetDifference>>();

  constructor(before: CasbinEngine, after: CasbinEngine, cells: CellPairs) {
    this.#before = new AskedEngine(before);
    this.#after = new AskedEngine(after);
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
    if (isSameRoles(before, after)) return { before, after, gained, lost };
    const { all, ofBefore, ofAfter } = this.#cells;
    const effectsBefore = effectsOf(before?.roles ?? [], ofBefore, all.length);
    const effectsAfter = effectsOf(after?.roles ?? [], ofAfter, all.length);
    takeOffPlan(before, ofBefore, effectsBefore);
    takeOffPlan(after, ofAfter, effectsAfter);
    for (const pair of all) {
      const effectBefore = effectsBefore[pair.index] ?? 0;
      const effectAfter = effectsAfter[pair.index] ?? 0;
      if (effectBefore === effectAfter) continue;
      const wasAllowed = this.#before.allows(before, pair.before, effectBefore);
      const isAllowed = this.#after.allows(after, pair.after, effectAfter);
      if (wasAllowed !== isAllowed) (isAllowed ? gained : lost).push(pair);
    }
    return { before, after, gained, lost };
  }
}

/**
 * Casbin decides by the rows that match, and by nothing else. Where they are an allow, a deny, both or none again, its
 * answer is the same again, so it is asked once for each; a law asks it about all of them.
 */
class AskedEngine {
  readonly #engine: CasbinEngine;
  readonly #answers = new Map<number, boolean>();

  constructor(engine: CasbinEngine) {
    this.#engine = engine;
  }

  /** `effects` is what the roles of the set say of the cell. */
  allows(roleSet: RoleSet | undefined, cell: Cell | undefined, effects: number): boolean {
    if (!roleSet || !cell) return false;
    const known = this.#answers.get(effects);
    if (known !== undefined) return known;
    const answer = this.#engine.allows(roleSet, cell);
    this.#answers.set(effects, answer);
    return answer;
  }
}

// No row allows what the plan does not have.
function takeOffPlan(roleSet: RoleSet | undefined, pairs: CellPairs['ofAfter'], effects: Uint8Array): void {
  for (const { cells } of roleSet?.offPlan ?? []) {
    for (const cell of cells) {
      for (const { index } of pairs[cell.index] ?? []) effects[index] = withoutAllow(effects[index]);
    }
  }
}

function isSameOffPlan(before: RoleSet, after: RoleSet): boolean {
  if (before.offPlan.size !== after.offPlan.size) return false;
  const ids = new Set([...before.offPlan].map(({ id }) => id));
  return [...after.offPlan].every(({ id }) => ids.has(id));
}

// What an unchanged file gave is the very same object on both sides.
function isSameRoles(before: RoleSet | undefined, after: RoleSet | undefined): boolean {
  if (!before || !after) return before === after;
  if (!isSameOffPlan(before, after)) return false;
  return before.roles.length === after.roles.length && before.roles.every((role, index) => role === after.roles[index]);
}
