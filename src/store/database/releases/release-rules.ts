import { createHash } from 'node:crypto';
import { In, type EntityManager } from 'typeorm';
import { requirePlainValues, type CasbinRows } from '../../../compile/casbin/casbin-rules.ts';
import { limits } from '../../../policy/limits.ts';
import { casbinRules, type CasbinRuleRow } from '../tables/entities.ts';
import { inChunks, insertRows } from '../tables/insert-rows.ts';

/** The rows of a policy as they stand in the table, sorted by their ids, which end at -1. */
export function* ruleRows(rows: CasbinRows): Generator<CasbinRuleRow> {
  let id = -countRules(rows);
  for (const [ptype, list] of [
    ['p', rows.p],
    ['g', rows.g],
  ] as const) {
    for (const row of list) {
      // typeorm-adapter makes CSV of what it reads, and reads that.
      requirePlainValues(row);
      const [v0, v1, v2, v3, v4, v5, v6] = row;
      yield { id, ptype, v0, v1, v2, ...(ptype === 'p' ? { v3, v4, v5, v6 } : {}) } as CasbinRuleRow;
      id += 1;
    }
  }
}

export function countRules({ p, g }: CasbinRows): number {
  return p.length + g.length;
}

export function digestRules(rows: Readonly<Record<'p' | 'g', readonly (readonly string[])[]>>): string {
  const hash = createHash('sha256');
  for (const list of [rows.p, rows.g]) {
    for (const row of list) hash.update(`${JSON.stringify(row)}\n`);
    hash.update('\n');
  }
  return hash.digest('hex');
}

/**
 * Brings the rows of a publication to what they are to be, and touches no others: a change of one role is not to write those
 * of everybody. They do not stand in the order of a publication then.
 */
export async function changeRules(manager: EntityManager, rows: CasbinRows): Promise<void> {
  const found = await manager.query<Record<string, string | number | null>[]>(
    'SELECT id, ptype, v0, v1, v2, v3, v4, v5, v6 FROM casbin_rule WHERE id < 0',
  );
  const there = new Map<string, number[]>();
  let first = 0;
  for (const { id, ...values } of found) {
    const key = keyOf(values);
    const known = there.get(key);
    if (known) known.push(Number(id));
    else there.set(key, [Number(id)]);
    first = Math.min(first, Number(id));
  }
  const missing: CasbinRuleRow[] = [];
  for (const row of ruleRows(rows)) {
    if (there.get(keyOf({ ...row }))?.pop() === undefined) missing.push({ ...row, id: first - 1 - missing.length });
  }
  for (const ids of inChunks([...there.values()].flat(), limits.databaseRowsAtOnce)) {
    await manager.delete(casbinRules, { id: In(ids) });
  }
  await insertRows(manager, casbinRules, missing);
}

function keyOf({ ptype, v0, v1, v2, v3, v4, v5, v6 }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([ptype, v0, v1, v2, v3 ?? null, v4 ?? null, v5 ?? null, v6 ?? null]);
}
