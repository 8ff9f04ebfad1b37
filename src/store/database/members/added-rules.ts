import type { EntityManager } from 'typeorm';
import { casbinRules } from '../tables/entities.ts';
import type { GroupingRule } from './member-change.ts';

/** A row for Casbin with the id that the database gave it. */
export type AddedRule = readonly [id: number, ...rule: GroupingRule];

/** Adds a row `g` as typeorm-adapter does it. */
async function addRule(manager: EntityManager, rule: GroupingRule): Promise<AddedRule> {
  const [v0, v1, v2] = rule;
  const { identifiers } = await manager.insert(casbinRules, { ptype: 'g', v0, v1, v2 });
  const id: unknown = identifiers[0]?.['id'];
  if (typeof id !== 'number') throw new Error('the database gave the row no id');
  return [id, ...rule];
}

// Somebody else may have added the same, and that one stays.
async function removeRule(manager: EntityManager, [id, v0, v1, v2]: AddedRule): Promise<void> {
  await manager.delete(casbinRules, { id, ptype: 'g', v0, v1, v2 });
}

/**
 * Brings the rows of a membership to what they are to be, and answers them. Nothing is written when they are that
 * already.
 */
export async function replaceRules(
  manager: EntityManager,
  old: readonly AddedRule[],
  wanted: readonly GroupingRule[],
): Promise<readonly AddedRule[]> {
  const missing = new Map(wanted.map((rule) => [JSON.stringify(rule), rule]));
  const kept: AddedRule[] = [];
  const superfluous: AddedRule[] = [];
  for (const row of old) {
    const [, ...rule] = row;
    (missing.delete(JSON.stringify(rule)) ? kept : superfluous).push(row);
  }
  if (missing.size === 0 && superfluous.length === 0) return old;
  for (const row of superfluous) await removeRule(manager, row);
  for (const rule of missing.values()) kept.push(await addRule(manager, rule));
  return kept;
}
