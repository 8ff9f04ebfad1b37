import fc from 'fast-check';
import { openSqliteFile, type SqliteFile } from '../support/sqlite-file.ts';

const tables = {
  rolebook_release: ['sequence', 'digest', 'revision', 'git_commit', 'published_at', 'restores', 'counts', 'rules'],
  rolebook_release_file: ['sequence', 'path', 'digest'],
  rolebook_file: ['digest', 'content'],
  rolebook_event: [
    'sequence',
    'token',
    'happened_at',
    'kind',
    'release',
    'place_kind',
    'place',
    'subject_type',
    'subject_id',
    'actor_type',
    'reason',
    'held_before',
    'held_after',
  ],
  rolebook_member: ['place_kind', 'place', 'subject_type', 'subject_id', 'assignments', 'sequence', 'token', 'rules'],
  rolebook_migration: ['id', 'name'],
  casbin_rule: ['id', 'ptype', 'v0', 'v1', 'v2', 'v3', 'v4', 'v5'],
} as const;

type Table = keyof typeof tables;

/** One way to damage a row. */
export type Mutation =
  | {
      readonly kind: 'set';
      readonly table: Table;
      readonly column: number;
      readonly row: number;
      readonly value: unknown;
    }
  | { readonly kind: 'cut'; readonly table: Table; readonly column: number; readonly row: number; readonly at: number }
  | { readonly kind: 'delete'; readonly table: Table; readonly row: number }
  | { readonly kind: 'double'; readonly table: Table; readonly row: number }
  | { readonly kind: 'swap'; readonly what: number; readonly row: number; readonly other: number }
  | { readonly kind: 'rule'; readonly values: readonly string[] };

// Columns whose values are exchanged between two rows. Memberships are not among them: whoever writes a right row for
// somebody has given them a role.
const swaps = [
  ['rolebook_file', 'content'],
  ['rolebook_file', 'digest'],
  ['rolebook_release_file', 'digest'],
  ['rolebook_release_file', 'path'],
  ['rolebook_release_file', 'sequence'],
  ['rolebook_release', 'digest'],
  ['rolebook_release', 'revision'],
  ['rolebook_release', 'sequence'],
  ['rolebook_event', 'sequence'],
  ['rolebook_event', 'token'],
  ['rolebook_event', 'release'],
  ['rolebook_event', 'kind'],
] as const;

/** Bytes that are written as if they were a text. */
class TextBytes {
  readonly bytes: Buffer;

  constructor(bytes: readonly number[]) {
    this.bytes = Buffer.from(bytes);
  }
}

const anyValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    0,
    -1,
    1,
    2,
    7,
    1.5,
    2 ** 31,
    1e300,
    '',
    ' ',
    '0',
    'null',
    '[]',
    '{}',
    '[null]',
    '[[]]',
  ),
  fc.constantFrom('[{"role":5}]', '[{"role":"team-lead","until":5}]', '[{"role":"team-lead","from":null}]', '[{}]'),
  fc.constantFrom('{"role":"team-lead"}', '"team-lead"', '[{"role":{"toString":1}}]', '[', '__proto__'),
  // None of these is a text.
  fc.constantFrom([0], [0xff], [0xed, 0xa0, 0x80]).map((bytes) => new TextBytes(bytes)),
  fc.constantFrom('release', 'member', 'revoke', 'workspace', 'everywhere', 'x'.repeat(100_000), '"'.repeat(300)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ maxLength: 20 }),
  fc.constant('ab'.repeat(32)),
);

const anyTable = fc.constantFrom(...(Object.keys(tables) as Table[]));
const anyRow = fc.nat(30);
const anyColumn = fc.nat(12);

export const anyMutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      table: anyTable,
      column: anyColumn,
      row: anyRow,
      value: anyValue,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      table: anyTable,
      column: anyColumn,
      row: anyRow,
      at: fc.nat(200),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.record({ kind: fc.constant('delete' as const), table: anyTable, row: anyRow }),
      fc.record({ kind: fc.constant('double' as const), table: anyTable, row: anyRow }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('swap' as const),
      what: fc.nat(swaps.length - 1),
      row: anyRow,
      other: anyRow,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Mutation>(
      { kind: 'rule', values: ['p', 'role:member', '*', 'conversation', 'delete', '', 'allow', 'x'] },
      { kind: 'rule', values: ['g', 'user:eve', 'role:workspace-admin', 'support', '', '', '', ''] },
      { kind: 'rule', values: ['g2', '"', "'; DROP TABLE rolebook_event --", '\n', '', '', '', ''] },
    ),
  },
);

export function mutate(path: string, mutations: readonly Mutation[]): void {
  const file = openSqliteFile(path);
  try {
    for (const mutation of mutations) apply(file, mutation);
  } finally {
    file.close();
  }
}

function apply(file: SqliteFile, mutation: Mutation): void {
  if (mutation.kind === 'rule') {
    const { values } = mutation;
    file.prepare(`INSERT INTO casbin_rule VALUES (-1, ${values.map(() => '?').join(', ')})`).run(...values);
    return;
  }
  if (mutation.kind === 'swap') {
    const [table, column] = swaps[mutation.what] ?? swaps[0];
    const [one, other] = [rowAt(file, table, mutation.row), rowAt(file, table, mutation.other)];
    if (!one || !other) return;
    const set = file.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`);
    set.run(other[column], one['rowid']);
    set.run(one[column], other['rowid']);
    return;
  }
  const { table } = mutation;
  const row = rowAt(file, table, mutation.row);
  if (!row) return;
  if (mutation.kind === 'delete') file.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(row['rowid']);
  else if (mutation.kind === 'double') {
    file.prepare(`INSERT INTO ${table} SELECT * FROM ${table} WHERE rowid = ?`).run(row['rowid']);
  } else {
    const column = tables[table][mutation.column % tables[table].length] ?? 'sequence';
    const value = mutation.kind === 'set' ? mutation.value : cut(row[column], mutation.at);
    const [marker, bound] = value instanceof TextBytes ? ['CAST(? AS TEXT)', value.bytes] : ['?', value];
    file.prepare(`UPDATE ${table} SET ${column} = ${marker} WHERE rowid = ?`).run(bound, row['rowid']);
  }
}

// A text or a content without one of its characters.
function cut(value: unknown, at: number): unknown {
  if (typeof value === 'string') return value.slice(0, at % value.length) + value.slice((at % value.length) + 1);
  if (value instanceof Uint8Array) return value.subarray(0, value.length - 1);
  return value;
}

function rowAt(file: SqliteFile, table: Table, index: number): Record<string, unknown> | undefined {
  const rows = file.prepare(`SELECT rowid, * FROM ${table} ORDER BY rowid`).all() as Record<string, unknown>[];
  return rows.length === 0 ? undefined : rows[index % rows.length];
}

// Without keys, types and triggers, which keep rolebook from such rows, and not a damaged file or somebody with a client.
export function loosen(path: string): void {
  const file = openSqliteFile(path);
  try {
    file.exec('PRAGMA foreign_keys = OFF');
    for (const table of Object.keys(tables)) {
      file.exec(
        `ALTER TABLE ${table} RENAME TO strict_${table}; CREATE TABLE ${table} AS SELECT * FROM strict_${table}`,
      );
    }
    for (const table of Object.keys(tables).reverse()) file.exec(`DROP TABLE strict_${table}`);
  } finally {
    file.close();
  }
}
