-- Counts decisions in ClickHouse, as decision-counts.duckdb.sql does in DuckDB. To be loaded before:
--   CREATE TABLE decision_lines (line String) ENGINE = MergeTree ORDER BY tuple();
--   clickhouse-client --query 'INSERT INTO decision_lines FORMAT LineAsString' < decisions.jsonl
-- Afterwards the rows of this are the lines of a counts file; an empty text is no limit, and for `now` the clock:
--   SELECT line FROM decision_counts_file(since = '2026-09-01T00:00:00Z', until = '', now = '') FORMAT TSVRaw
CREATE OR REPLACE VIEW decision_counts_file AS
WITH parsed AS (
  SELECT
    -- What is no text would be read as one.
    line,
    isValidJSON(line) AND JSONType(line) = 'Object' AS is_object,
    if(JSONType(line, 'time') = 'String', JSONExtractString(line, 'time'), '') AS time,
    if(JSONType(line, 'revision') = 'String', JSONExtractString(line, 'revision'), '') AS revision,
    if(JSONType(line, 'subject', 'type') = 'String', JSONExtractString(line, 'subject', 'type'), '') AS subject_type,
    if(JSONType(line, 'subject', 'id') = 'String', JSONExtractString(line, 'subject', 'id'), '') AS subject_id,
    if(JSONType(line, 'workspace') = 'String', JSONExtractString(line, 'workspace'), '') AS workspace,
    if(JSONType(line, 'organization') = 'String', JSONExtractString(line, 'organization'), '') AS organization,
    if(JSONType(line, 'permission') = 'String', JSONExtractString(line, 'permission'), '') AS permission,
    JSONExtract(line, 'scope', 'Array(String)') AS scope,
    if(JSONType(line, 'foundScope') = 'String', JSONExtractString(line, 'foundScope'), '') AS found_scope,
    if(JSONType(line, 'role') = 'String', JSONExtractString(line, 'role'), '') AS role,
    if(JSONType(line, 'group') = 'String', JSONExtractString(line, 'group'), '') AS group_id,
    if(JSONType(line, 'reason') = 'String', JSONExtractString(line, 'reason'), '') AS reason
  FROM decision_lines
  WHERE match(line, '[^ \\t\\r\\n]')
),
timed AS (
  SELECT
    *,
    -- The thirtieth of February would be one of March.
    if(
      match(time, '^\\d{4}-\\d{2}-\\d{2}[Tt]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})$')
        AND toString(toDate32OrNull(substring(time, 1, 10))) = substring(time, 1, 10),
      parseDateTime64BestEffortOrNull(upper(time), 3, 'UTC'),
      NULL
    ) AS decided_at
  FROM parsed
),
checked AS (
  SELECT
    *,
    multiIf(
      NOT coalesce(
        is_object
          AND decided_at IS NOT NULL
          AND revision <> '' AND subject_type <> '' AND subject_id <> '' AND permission <> '' AND reason <> ''
          AND (JSONType(line, 'workspace') = 'Null') <> (JSONType(line, 'organization') = 'Null')
          AND (workspace <> '' OR organization <> '')
          AND JSONType(line, 'decision') = 'Bool' AND JSONExtractBool(line, 'decision') = (reason = 'granted')
          AND (JSONType(line, 'foundScope') = 'Null' OR found_scope <> '')
          AND (JSONType(line, 'role') = 'Null' OR role <> '')
          AND (JSONType(line, 'group') = 'Null' OR group_id <> '')
          AND (
            JSONType(line, 'scope') = 'Null'
              OR JSONType(line, 'scope') = 'Array'
                AND notEmpty(JSONExtractArrayRaw(line, 'scope'))
                AND arrayAll(one -> startsWith(one, '"') AND one <> '""', JSONExtractArrayRaw(line, 'scope'))
          ),
        false
      ), 'skipped',
      {since:String} <> '' AND decided_at < parseDateTime64BestEffortOrNull({since:String}, 3, 'UTC'), 'outside',
      {until:String} <> '' AND decided_at >= parseDateTime64BestEffortOrNull({until:String}, 3, 'UTC'), 'outside',
      'counted'
    ) AS fate,
    decided_at > coalesce(parseDateTime64BestEffortOrNull({now:String}, 3, 'UTC'), now64(3, 'UTC')) AS is_ahead
  FROM timed
)
SELECT concat('{', arrayStringConcat(arrayFilter(member -> member <> '', [
  '"format":"rolebook-counts/1"',
  if(countIf(fate = 'counted') = 0, '', concat('"from":"', ifNull(replaceOne(toString(minIf(decided_at, fate = 'counted')), ' ', 'T'), ''), 'Z"')),
  if(countIf(fate = 'counted') = 0, '', concat('"to":"', ifNull(replaceOne(toString(maxIf(decided_at, fate = 'counted')), ' ', 'T'), ''), 'Z"')),
  concat('"days":', toString(uniqExactIf(toDate32(decided_at), fate = 'counted'))),
  concat('"lines":', toString(countIf(fate = 'counted'))),
  concat('"skipped":', toString(countIf(fate = 'skipped'))),
  concat('"outside":', toString(countIf(fate = 'outside'))),
  concat('"ahead":', toString(countIf(fate = 'counted' AND is_ahead))),
  concat('"revisions":', toString(uniqExactIf(revision, fate = 'counted')))
]), ','), '}') AS line
FROM checked
UNION ALL
SELECT concat('{', arrayStringConcat(arrayFilter(member -> member <> '', [
  concat('"subject":{"type":', toJSONString(subject_type), ',"id":', toJSONString(subject_id), '}'),
  if(workspace = '', '', concat('"workspace":', toJSONString(workspace))),
  if(organization = '', '', concat('"organization":', toJSONString(organization))),
  concat('"permission":', toJSONString(permission)),
  if(empty(scope), '', concat('"scope":', toJSONString(scope))),
  if(found_scope = '', '', concat('"foundScope":', toJSONString(found_scope))),
  if(role = '', '', concat('"role":', toJSONString(role))),
  if(group_id = '', '', concat('"group":', toJSONString(group_id))),
  concat('"decision":', if(reason = 'granted', 'true', 'false')),
  concat('"reason":', toJSONString(reason)),
  concat('"count":', toString(count())),
  concat('"first":"', ifNull(replaceOne(toString(min(decided_at)), ' ', 'T'), ''), 'Z"'),
  concat('"last":"', ifNull(replaceOne(toString(max(decided_at)), ' ', 'T'), ''), 'Z"')
]), ','), '}') AS line
FROM checked
WHERE fate = 'counted'
GROUP BY subject_type, subject_id, workspace, organization, permission, scope, found_scope, role, group_id, reason;
