/**
 * The view of Parquet files that has what `decision-lines.duckdb.sql` has of JSON lines. Who wrote them decided what is a
 * text, a time or a list, and which columns there are.
 */
export function parquetLines(columns: ReadonlyMap<string, string>): string {
  const selected = Object.entries(sources).map(([name, [column, expressionOf]]) => {
    const type = columns.get(column);
    return `${type === undefined ? 'NULL::JSON' : expressionOf(type)} AS ${name}`;
  });
  return `CREATE OR REPLACE TEMP VIEW decision_lines_of_parquet AS
    SELECT ${selected.join(', ')} FROM read_parquet(getvariable('parquet_files'), union_by_name = true)`;
}

/** What tells the columns of Parquet files and their types. */
export const parquetColumns = `SELECT column_name || ' ' || column_type FROM (
    DESCRIBE SELECT * FROM read_parquet(getvariable('parquet_files'), union_by_name = true))`;

type Source = readonly [column: string, expressionOf: (type: string) => string];

// Some writers have an empty text, or list, for what a line does not have.
const text = (column: string): Source => [column, () => `to_json(nullif("${column}"::VARCHAR, ''))`];

const subject = (member: 'type' | 'id'): Source => [
  'subject',
  (type) =>
    type.startsWith('STRUCT')
      ? `to_json(nullif(subject."${member}"::VARCHAR, ''))`
      : `(try_cast(subject AS JSON) -> '${member}')`,
];

const sources: Readonly<Record<string, Source>> = {
  time: [
    'time',
    (type) =>
      type.startsWith('TIMESTAMP')
        ? "to_json(strftime(time::TIMESTAMPTZ, '%Y-%m-%dT%H:%M:%S.%gZ'))"
        : 'to_json(time::VARCHAR)',
  ],
  revision: text('revision'),
  subject_type: subject('type'),
  subject_id: subject('id'),
  workspace: text('workspace'),
  organization: text('organization'),
  permission: text('permission'),
  scope: [
    'scope',
    (type) =>
      type.endsWith('[]')
        ? 'CASE WHEN len(scope) > 0 THEN to_json(scope) END'
        : "try_cast(nullif(scope::VARCHAR, '') AS JSON)",
  ],
  found_scope: text('foundScope'),
  role: text('role'),
  group_id: text('group'),
  decision: ['decision', () => 'to_json(decision::BOOLEAN)'],
  reason: text('reason'),
};
