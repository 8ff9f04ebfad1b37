-- Counts decisions in PostgreSQL, as decision-counts.duckdb.sql does in DuckDB. To be loaded before, by psql:
--   CREATE TABLE decision_lines (line text);
--   \copy decision_lines FROM PROGRAM 'tr "\000\001\002\r" "\003\003\003\t" < decisions.jsonl' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02', ESCAPE E'\x02')
-- What COPY does not take, zero bytes and carriage returns, becomes what JSON takes in the very same places.
-- May be set before: SET rolebook.since = '2026-09-01T00:00:00Z'; SET rolebook.until = '2026-12-01T00:00:00Z';
-- Afterwards the rows of `decision_counts_file` are the lines of a counts file.
CREATE FUNCTION pg_temp.read_json(line text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN jsonb_strip_nulls(line::jsonb);
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

CREATE FUNCTION pg_temp.read_instant(written text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN date_trunc('milliseconds', written::timestamptz);
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

CREATE TEMP TABLE decision_counts AS
WITH parsed AS MATERIALIZED (
  SELECT pg_temp.read_json(line) AS j
  FROM decision_lines
  WHERE btrim(line, E' \t\r\n\uFEFF') <> ''
),
timed AS (
  SELECT
    j,
    CASE
      WHEN j ->> 'time' ~ '^\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$'
      THEN pg_temp.read_instant(j ->> 'time')
    END AS decided_at
  FROM parsed
),
checked AS (
  SELECT
    *,
    CASE
      WHEN decided_at IS NOT NULL
        AND jsonb_typeof(j -> 'revision') = 'string' AND j ->> 'revision' <> ''
        AND jsonb_typeof(j -> 'subject' -> 'type') = 'string' AND j -> 'subject' ->> 'type' <> ''
        AND jsonb_typeof(j -> 'subject' -> 'id') = 'string' AND j -> 'subject' ->> 'id' <> ''
        AND (j ? 'workspace') <> (j ? 'organization')
        AND jsonb_typeof(coalesce(j -> 'workspace', j -> 'organization')) = 'string'
        AND coalesce(j ->> 'workspace', j ->> 'organization') <> ''
        AND jsonb_typeof(j -> 'permission') = 'string' AND j ->> 'permission' <> ''
        AND jsonb_typeof(j -> 'reason') = 'string' AND j ->> 'reason' <> ''
        AND j -> 'decision' = to_jsonb(j ->> 'reason' = 'granted')
        AND coalesce(jsonb_typeof(j -> 'foundScope') = 'string' AND j ->> 'foundScope' <> '', true)
        AND coalesce(jsonb_typeof(j -> 'role') = 'string' AND j ->> 'role' <> '', true)
        AND coalesce(jsonb_typeof(j -> 'group') = 'string' AND j ->> 'group' <> '', true)
        AND CASE
          WHEN j ? 'scope' THEN jsonb_typeof(j -> 'scope') = 'array'
            AND jsonb_path_exists(j, '$.scope[0]')
            AND NOT jsonb_path_exists(j, 'strict $.scope[*] ? (@.type() != "string" || @ == "")')
          ELSE true
        END
      THEN
        CASE
          WHEN decided_at < nullif(current_setting('rolebook.since', true), '')::timestamptz
            OR decided_at >= nullif(current_setting('rolebook.until', true), '')::timestamptz
          THEN 'outside'
          ELSE 'counted'
        END
      ELSE 'skipped'
    END AS fate
  FROM timed
),
kept AS (
  SELECT
    fate,
    decided_at,
    CASE WHEN fate = 'counted' THEN jsonb_strip_nulls(jsonb_build_object(
      'subject', jsonb_build_object('type', j -> 'subject' -> 'type', 'id', j -> 'subject' -> 'id'),
      'workspace', j -> 'workspace', 'organization', j -> 'organization', 'permission', j -> 'permission',
      'scope', j -> 'scope', 'foundScope', j -> 'foundScope', 'role', j -> 'role', 'group', j -> 'group',
      'decision', j -> 'decision', 'reason', j -> 'reason'
    )) END AS kind,
    (decided_at AT TIME ZONE 'UTC')::date AS day,
    j ->> 'revision' AS revision,
    decided_at > coalesce(nullif(current_setting('rolebook.now', true), '')::timestamptz, now()) AS is_ahead
  FROM checked
)
SELECT
  fate, kind, day, revision, is_ahead, count(*) AS count, min(decided_at) AS first, max(decided_at) AS last,
  grouping(day) = 1 AS is_row
FROM kept
GROUP BY GROUPING SETS ((fate, kind), (fate, day, revision, is_ahead));

CREATE TEMP VIEW decision_counts_file AS
SELECT jsonb_strip_nulls(jsonb_build_object(
  'format', 'rolebook-counts/1',
  'from', to_char(min(first) FILTER (WHERE fate = 'counted') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'to', to_char(max(last) FILTER (WHERE fate = 'counted') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'days', count(DISTINCT day) FILTER (WHERE fate = 'counted'),
  'lines', coalesce(sum(count) FILTER (WHERE fate = 'counted'), 0),
  'skipped', coalesce(sum(count) FILTER (WHERE fate = 'skipped'), 0),
  'outside', coalesce(sum(count) FILTER (WHERE fate = 'outside'), 0),
  'ahead', coalesce(sum(count) FILTER (WHERE fate = 'counted' AND is_ahead), 0),
  'revisions', count(DISTINCT revision) FILTER (WHERE fate = 'counted')
))::text AS line
FROM decision_counts
WHERE NOT is_row
UNION ALL
SELECT (kind || jsonb_build_object(
  'count', count,
  'first', to_char(first AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'last', to_char(last AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
))::text
FROM decision_counts
WHERE is_row AND fate = 'counted';
