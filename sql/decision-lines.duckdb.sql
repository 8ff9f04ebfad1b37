-- The lines of decision logs, as decision-counts.duckdb.sql counts them. To be set before, with the log's own files:
--   SET VARIABLE files = ['decisions.log', 'rotated/decisions-*.log.gz'];
-- What is no JSON becomes a row of nulls, and so is skipped and counted.
CREATE OR REPLACE TEMP VIEW decision_lines AS
SELECT
  time,
  revision,
  subject.type AS subject_type,
  subject.id AS subject_id,
  workspace,
  organization,
  permission,
  scope,
  foundScope AS found_scope,
  role,
  "group" AS group_id,
  decision,
  reason
FROM read_json(
  getvariable('files'),
  format = 'newline_delimited',
  ignore_errors = true,
  maximum_object_size = 262144,
  columns = {
    time: 'JSON',
    revision: 'JSON',
    subject: 'STRUCT("type" JSON, id JSON)',
    workspace: 'JSON',
    organization: 'JSON',
    permission: 'JSON',
    scope: 'JSON',
    foundScope: 'JSON',
    role: 'JSON',
    "group": 'JSON',
    decision: 'JSON',
    reason: 'JSON'
  }
);
