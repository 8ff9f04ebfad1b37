import { createRequire } from 'node:module';
import type { DataSource, EntityManager } from 'typeorm';
import type adapterModule from 'typeorm-adapter';
import type { GroupingRule } from './member-change.ts';
import { addedRules, type CasbinRuleRow } from '../tables/entities.ts';

/** A row for Casbin with the id that the database gave it. */
export type AddedRule = readonly [id: number, ...rule: GroupingRule];

type AdapterClass = (typeof adapterModule)['default'];
type Adapter = Awaited<ReturnType<AdapterClass['newAdapter']>>;

/** As much of a repository as the adapter uses for single rows. One of its own would not be in our transaction. */
class RuleTable {
  readonly #manager: EntityManager;
  /** The row to be removed. Somebody else may have added the same, and that one stays. */
  removed: number | undefined;
  added: number[] = [];

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async save(line: CasbinRuleRow): Promise<void> {
    this.added.push((await this.#manager.save(addedRules, line, { transaction: false })).id);
  }

  async delete(line: Partial<CasbinRuleRow>): Promise<void> {
    if (this.removed === undefined) throw new Error('no row is to be removed');
    await this.#manager.delete(addedRules, { ...line, id: this.removed });
  }
}

/** Rows `g` that typeorm-adapter adds and removes one by one, inside a transaction of ours. */
class AddedRules {
  readonly #adapter: Adapter;
  readonly #table: RuleTable;

  private constructor(adapter: Adapter, table: RuleTable) {
    this.#adapter = adapter;
    this.#table = table;
  }

  static async create(manager: EntityManager): Promise<AddedRules> {
    const table = new RuleTable(manager);
    const source = { isInitialized: true, options: manager.dataSource.options, getRepository: () => table };
    const adapter = await loadAdapter().newAdapter({ connection: source as unknown as DataSource });
    return new AddedRules(adapter, table);
  }

  async add(rule: GroupingRule): Promise<AddedRule> {
    await this.#adapter.addPolicy('g', 'g', [...rule]);
    const id = this.#table.added.pop();
    if (id === undefined) throw new Error('the adapter has added no row');
    return [id, ...rule];
  }

  async remove([id, ...rule]: AddedRule): Promise<void> {
    this.#table.removed = id;
    await this.#adapter.removePolicy('g', 'g', rule);
    this.#table.removed = undefined;
  }
}

/**
 * Brings the rows of a membership to what they are to be, and answers them. Nothing is loaded when they are that
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
  const rows = await AddedRules.create(manager);
  for (const row of superfluous) await rows.remove(row);
  for (const rule of missing.values()) kept.push(await rows.add(rule));
  return kept;
}

/**
 * Loads the adapter, at the first call. It takes a twelfth of a second, so who must not stand still later does it
 * before. `import` gives a CommonJS module of this form differently on different loaders; `require` does not.
 */
export function loadAdapter(): AdapterClass {
  return (createRequire(import.meta.url)('typeorm-adapter') as { readonly default: AdapterClass }).default;
}
