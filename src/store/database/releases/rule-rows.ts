import { createHash } from 'node:crypto';
import { requirePlainValues, type CasbinRows } from '../../../compile/casbin/casbin-rules.ts';
import type { CasbinRuleRow } from '../tables/entities.ts';

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
