import { LessThan, type EntityManager } from 'typeorm';
import { casbinRules, releases } from '../tables/entities.ts';
import { insertRows } from '../tables/insert-rows.ts';
import type { GroupingRule, WrittenRules } from './member-change.ts';

/**
 * Takes published rows away that hold no more because a role was handed over which YAML gives, and adds those that hold
 * again. The release does not know its rows any more then, so the next publication writes them anew, as they are right.
 */
export async function replaceWrittenRules(
  manager: EntityManager,
  parts: readonly ({ readonly written?: WrittenRules | undefined } | undefined)[],
): Promise<void> {
  const gone = parts.flatMap((part) => part?.written?.gone ?? []);
  const back = parts.flatMap((part) => part?.written?.back ?? []);
  if (gone.length + back.length === 0) return;
  for (const [v0, v1, v2] of gone) await manager.delete(casbinRules, { id: LessThan(0), ptype: 'g', v0, v1, v2 });
  await addRows(manager, back);
  const [newest] = await manager.find(releases, { order: { sequence: 'DESC' }, take: 1 });
  if (!newest) return;
  const rules = Math.max(0, newest.rules - gone.length + back.length);
  await manager.update(releases, { sequence: newest.sequence }, { rules, rulesDigest: '' });
}

// Below those that are there: above zero are the rows of memberships at run time.
async function addRows(manager: EntityManager, rows: readonly GroupingRule[]): Promise<void> {
  if (rows.length === 0) return;
  const [found] = await manager.query<{ first: number | null }[]>('SELECT min(id) AS first FROM casbin_rule');
  const first = Math.min(found?.first ?? 0, 0);
  const added = rows.map(([v0, v1, v2], index) => ({ id: first - 1 - index, ptype: 'g', v0, v1, v2 }));
  await insertRows(manager, casbinRules, added);
}
