import type { Role } from '../../../policy/role.ts';
import type { CellPair } from './cell-pairs.ts';

const allows = 1;
const denies = 2;

/** What roles say of each cell, by `CellPair.index`: whether some rule allows it, whether some rule denies it, or both. */
export function effectsOf(roles: readonly Role[], pairs: readonly (readonly CellPair[])[], count: number): Uint8Array {
  const effects = new Uint8Array(count);
  for (const role of roles) {
    for (const { cell, effect } of role.rules) {
      for (const { index } of pairs[cell.index] ?? []) {
        effects[index] = (effects[index] ?? 0) | (effect === 'allow' ? allows : denies);
      }
    }
  }
  return effects;
}

/** The same effects without what allows. */
export function withoutAllow(effect: number | undefined): number {
  return (effect ?? 0) & denies;
}

/** Whether these effects allow a cell: some rule does, and none denies. */
export function isAllowing(effect: number | undefined): boolean {
  return effect === allows;
}
