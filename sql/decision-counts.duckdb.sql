-- Counts the decisions of `decision_lines`, whose columns are JSON. May be set before:
--   SET VARIABLE since = TIMESTAMPTZ '2026-09-01T00:00:00Z';   the first instant that counts
--   SET VARIABLE until = TIMESTAMPTZ '2026-12-01T00:00:00Z';   the first that counts no more
-- Afterwards `decision_counts_file` is the counts file: COPY decision_counts_file TO 'counts.jsonl' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x1f');
CREATE OR REPLACE TEMP TABLE decision_counts AS
WITH timed AS (
  SELECT
    *,
    -- A time without an offset would be of no certain instant, and a date of a whole day.
    CASE
      WHEN regexp_full_match(time, '"\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})"')
      -- Small letters are of RFC 3339, and not of the cast.
      THEN try_cast(upper(time[2:-2]) AS TIMESTAMPTZ)
    END AS decided_at
  FROM decision_lines
),
checked AS (
  SELECT
    *,
    CASE
      WHEN decided_at IS NOT NULL
        AND starts_with(revision, '"') AND revision <> '""'
        AND starts_with(subject_type, '"') AND subject_type <> '""'
        AND starts_with(subject_id, '"') AND subject_id <> '""'
        AND starts_with(coalesce(workspace, organization), '"') AND coalesce(workspace, organization) <> '""'
        AND (workspace IS NULL OR organization IS NULL)
        AND starts_with(permission, '"') AND permission <> '""'
        AND starts_with(reason, '"') AND reason <> '""'
        AND decision = CASE WHEN reason = '"granted"' THEN 'true' ELSE 'false' END
        AND (found_scope IS NULL OR starts_with(found_scope, '"') AND found_scope <> '""')
        AND (role IS NULL OR starts_with(role, '"') AND role <> '""')
        AND (group_id IS NULL OR starts_with(group_id, '"') AND group_id <> '""')
        AND (scope IS NULL OR regexp_full_match(scope, '\["([^"\\]|\\.)+"(,"([^"\\]|\\.)+")*\]'))
      THEN
        CASE
          WHEN decided_at < getvariable('since')::TIMESTAMPTZ OR decided_at >= getvariable('until')::TIMESTAMPTZ THEN 'outside'
          ELSE 'counted'
        END
      ELSE 'skipped'
    END AS fate
  FROM timed
),
kept AS (
  SELECT fate, decided_at, revision, decided_at::DATE AS day, decided_at > coalesce(getvariable('now')::TIMESTAMPTZ, now()) AS is_ahead,
    UNNEST(CASE WHEN fate = 'counted' THEN {
      subject_type: subject_type, subject_id: subject_id, workspace: workspace, organization: organization,
      permission: permission, scope: scope, found_scope: found_scope, role: role, group_id: group_id, reason: reason
    } END)
  FROM checked
)
SELECT
  fate, subject_type, subject_id, workspace, organization, permission, scope, found_scope, role, group_id, reason,
  day, revision, is_ahead, count(*) AS count, min(decided_at) AS first, max(decided_at) AS last, grouping(day) = 1 AS is_row
FROM kept
GROUP BY GROUPING SETS (
  (fate, subject_type, subject_id, workspace, organization, permission, scope, found_scope, role, group_id, reason),
  (fate, day, revision, is_ahead)
);

-- The lines of a counts file: the header, then a row for each kind of decision.
CREATE OR REPLACE TEMP VIEW decision_counts_header AS
SELECT json_merge_patch('{}', to_json({
  format: 'rolebook-counts/1',
  "from": strftime(min(first) FILTER (fate = 'counted'), '%Y-%m-%dT%H:%M:%S.%gZ'),
  "to": strftime(max(last) FILTER (fate = 'counted'), '%Y-%m-%dT%H:%M:%S.%gZ'),
  days: count(DISTINCT day) FILTER (fate = 'counted'),
  lines: coalesce(sum(count) FILTER (fate = 'counted'), 0)::BIGINT,
  skipped: coalesce(sum(count) FILTER (fate = 'skipped'), 0)::BIGINT,
  outside: coalesce(sum(count) FILTER (fate = 'outside'), 0)::BIGINT,
  ahead: coalesce(sum(count) FILTER (fate = 'counted' AND is_ahead), 0)::BIGINT,
  revisions: count(DISTINCT revision) FILTER (fate = 'counted')
})) AS line
FROM decision_counts
WHERE NOT is_row;

CREATE OR REPLACE TEMP VIEW decision_counts_rows AS
SELECT json_merge_patch('{}', to_json({
  subject: { "type": subject_type, id: subject_id },
  workspace: workspace,
  organization: organization,
  permission: permission,
  scope: scope,
  foundScope: found_scope,
  role: role,
  "group": group_id,
  decision: reason = '"granted"',
  reason: reason,
  count: count,
  first: strftime(first, '%Y-%m-%dT%H:%M:%S.%gZ'),
  last: strftime(last, '%Y-%m-%dT%H:%M:%S.%gZ')
})) AS line
FROM decision_counts
WHERE is_row AND fate = 'counted';

CREATE OR REPLACE TEMP VIEW decision_counts_file AS
SELECT line FROM decision_counts_header UNION ALL SELECT line FROM decision_counts_rows;
