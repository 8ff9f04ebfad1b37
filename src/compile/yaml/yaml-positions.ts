import type { Span } from '../../policy/position.ts';

/** The positions of the values of a YAML document, as plain data, which one thread can give to another. */
export interface PositionTable {
  /**
   * `column.count` numbers for each value, a value before those it holds: line, column and length of its key, the line
   * 0 when it has none; the same of itself; and how many rows it takes with those it holds, which is where the next
   * beside it is found.
   */
  readonly rows: Int32Array;
  /**
   * The keys of mappings of which an object may have another order than the file, by row: it puts numbers first. Those
   * of long mappings, too.
   */
  readonly keyOrders: ReadonlyMap<number, readonly string[]>;
}

export const column = { key: 0, value: 3, rows: 6, count: 7 } as const;

/** What a value holds: in a mapping by key, in a list by number. */
interface Children {
  readonly keys: readonly string[] | undefined;
  /** The row of each, in the order of the file. */
  readonly rows: readonly number[];
  /** The one that was asked for last. */
  latest: number;
  /** Made for whoever asks in another order than that of the file. */
  indices: ReadonlyMap<string, number> | undefined;
}

/** The entries of one mapping, in the order of the file, with where they stand. */
export interface WrittenEntries {
  readonly keys: readonly string[];
  valueOf(index: number): unknown;
  /** Where the key of an index among them stands. */
  keySpan(index: number): Span;
  valueSpan(index: number): Span;
}

/** The positions of the values of a document. */
export class YamlPositions {
  readonly table: PositionTable;
  readonly #file: string;
  readonly #value: unknown;
  readonly #children = new Map<number, Children>();

  constructor(file: string, value: unknown, table: PositionTable) {
    this.#file = file;
    this.#value = value;
    this.table = table;
  }

  /** The position of the key or value at a path; of the nearest thing around it where the path leads nowhere. */
  locate(path: readonly (string | number)[], on: 'key' | 'value'): Span {
    const row = this.#rowOf(path);
    const hasKey = this.#at(row, column.key) > 0;
    return this.#spanAt(row, on === 'key' && hasKey ? column.key : column.value);
  }

  /** The way to what stands at a position: the innermost key or value that begins there or before it. */
  pathAt(line: number, columnAt: number): (string | number)[] {
    const path: (string | number)[] = [];
    const begins = (row: number): boolean => {
      const from = this.#at(row, column.key) > 0 ? column.key : column.value;
      const rowLine = this.#at(row, from);
      return rowLine < line || (rowLine === line && this.#at(row, from + 1) <= columnAt);
    };
    for (let row = 0, value = this.#value; typeof value === 'object' && value !== null;) {
      const { keys, rows } = this.#childrenOf(row, value);
      const index = rows.findLastIndex(begins);
      const next = rows[index];
      if (next === undefined) break;
      const segment = keys ? (keys[index] ?? '') : index;
      path.push(segment);
      [row, value] = [next, (value as Readonly<Record<string | number, unknown>>)[segment]];
    }
    return path;
  }

  /** The positions of the items of the list at a path, of any of which it is told without looking for the list again. */
  itemsOf(path: readonly (string | number)[]): (index: number) => Span {
    const row = this.#rowOf(path);
    const rows = this.#rowsWithin(row);
    return (index) => this.#spanAt(rows[index] ?? row, column.value);
  }

  #rowOf(path: readonly (string | number)[]): number {
    let row = 0;
    let value = this.#value;
    for (const segment of path) {
      if (typeof value !== 'object' || value === null) break;
      const children = this.#childrenOf(row, value);
      const next = children.rows[indexIn(children, segment)];
      if (next === undefined) break;
      row = next;
      value = (value as Readonly<Record<string, unknown>>)[segment];
    }
    return row;
  }

  /** What the mapping holds that is the value of a key at the top. */
  entriesOf(topKey: string): WrittenEntries | undefined {
    const document = this.#value as Readonly<Record<string, unknown>>;
    if (typeof document !== 'object' || !Object.hasOwn(document, topKey)) return undefined;
    const top = this.#childrenOf(0, document);
    const row = top.rows[indexIn(top, topKey)];
    if (row === undefined) return undefined;
    const mapping = document[topKey];
    const keys =
      typeof mapping !== 'object' || mapping === null || Array.isArray(mapping) ? [] : this.#keysOf(row, mapping);
    const rows = this.#rowsWithin(row);
    return {
      keys,
      valueOf: (index) => (mapping as Readonly<Record<string, unknown>>)[keys[index] ?? ''],
      keySpan: (index) => this.#spanAt(rows[index] ?? row, column.key),
      valueSpan: (index) => this.#spanAt(rows[index] ?? row, column.value),
    };
  }

  #spanAt(row: number, which: typeof column.key | typeof column.value): Span {
    const line = this.#at(row, which);
    return { file: this.#file, line, column: this.#at(row, which + 1), length: this.#at(row, which + 2) };
  }

  #at(row: number, which: number): number {
    return this.table.rows[row * column.count + which] ?? 0;
  }

  #childrenOf(row: number, value: object): Children {
    const known = this.#children.get(row);
    if (known) return known;
    const keys = Array.isArray(value) ? undefined : this.#keysOf(row, value);
    const children = { keys, rows: this.#rowsWithin(row), latest: 0, indices: undefined };
    this.#children.set(row, children);
    return children;
  }

  #rowsWithin(row: number): number[] {
    const rows: number[] = [];
    const end = row + this.#at(row, column.rows);
    for (let child = row + 1; child < end; child += this.#at(child, column.rows)) rows.push(child);
    return rows;
  }

  #keysOf(row: number, mapping: object): readonly string[] {
    return this.table.keyOrders.get(row) ?? Object.keys(mapping);
  }
}

// Who asks for one key after the other, as they stand in the file, or for one again and again, looks nothing up.
function indexIn(children: Children, segment: string | number): number {
  const { keys, latest } = children;
  if (!keys) return Number(segment);
  const key = String(segment);
  if (keys[latest] === key) return latest;
  if (keys[latest + 1] === key) return (children.latest = latest + 1);
  children.indices ??= new Map(keys.map((known, index) => [known, index]));
  const index = children.indices.get(key);
  if (index === undefined) return -1;
  return (children.latest = index);
}
