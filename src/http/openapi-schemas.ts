import { apiProblems } from './api-problem.ts';
import { batchRequestSchema, enforceRequestSchema } from './api-schemas.ts';
import { problemSeverities } from '../policy/problem.ts';

// What the sidecar answers. Objects list all their members, so that the test which checks real answers against them
// finds every member that nobody described.

const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const time = { type: 'string', format: 'date-time' };
const timeOrNone = { ...time, type: ['string', 'null'] };
const revision = { ...text, description: 'Twelve hex digits: the same files, the same revision.' };
const revisionOrNone = { ...revision, type: ['string', 'null'] };

export function reference(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

export const schemas: Readonly<Record<string, object>> = {
  EnforceRequest: enforceRequestSchema,
  EnforceAnswer: record({ decision: flag, revision }, { reason: reference('Reason') }),
  BatchRequest: batchRequestSchema(reference('EnforceRequest')),
  BatchAnswer: record({ decisions: list(record({ decision: flag }, { reason: reference('Reason') })), revision }),
  Reason: record(
    {
      code: {
        enum: [
          'granted',
          'unknown-workspace',
          'not-a-member',
          'grant-expired',
          'grant-not-started',
          'unknown-permission',
          'unknown-scope',
          'not-in-scope',
          'not-granted',
          'denied-by-role',
          'error',
        ],
      },
      message: { ...text, description: 'One sentence for a person.' },
    },
    { role: text, file: text, line: count, column: count, rolesThatAllow: list(text), didYouMean: text },
  ),
  Permissions: record({
    workspace: text,
    subject: record({ type: text, id: text }),
    revision,
    roles: list(record({ role: text, title: text }, { from: time, until: time })),
    permissions: list(
      record(
        { permission: text, title: text, category: text, decision: { ...flag, description: 'In at least one scope.' } },
        { scopes: { type: 'object', additionalProperties: flag } },
      ),
    ),
  }),
  Roles: record({ workspace: text, revision, roles: list(reference('Role')) }),
  Role: record(
    {
      role: text,
      title: text,
      builtIn: flag,
      spans: { enum: ['workspace', 'organization'] },
      extends: list(text),
      grants: list({ ...text, description: '`permission` or `permission@scope`, wildcards spelled out.' }),
      denies: list(text),
    },
    { description: text, holders: count },
  ),
  Policy: record(
    {
      revision: revisionOrNone,
      loadedAt: timeOrNone,
      counts: { anyOf: [reference('PolicyCounts'), { type: 'null' }] },
      isStale: { ...flag, description: 'The files could not be loaded since; the last good policy answers.' },
      lastReload: { anyOf: [reference('LastReload'), { type: 'null' }] },
    },
    {
      commit: { ...text, description: 'The git commit the files were read at, where they are in git.' },
      workers: { ...list(reference('Worker')), description: 'With `--workers`: all of them, whichever is asked.' },
    },
  ),
  Worker: record({
    pid: { ...count, type: ['integer', 'null'], description: 'null while its place is empty: another one is started.' },
    startedAt: timeOrNone,
    revision: { ...revisionOrNone, description: 'What it answers from.' },
    loadedAt: timeOrNone,
  }),
  PolicyCounts: record({
    organizations: count,
    workspaces: count,
    permissions: count,
    builtInRoles: count,
    customRoles: count,
    members: count,
    rules: count,
  }),
  LastReload: record(
    {
      outcome: { enum: ['loaded', 'unchanged', 'failed'] },
      trigger: { enum: ['start', 'files', 'poll', 'signal', 'request'] },
      at: time,
      durationMs: { type: 'number', minimum: 0 },
      problems: list(reference('PolicyProblem')),
    },
    { error: text },
  ),
  PolicyProblem: record(
    {
      code: { enum: Object.keys(problemSeverities) },
      severity: { enum: ['error', 'warning'] },
      file: text,
      line: count,
      column: count,
      message: text,
    },
    { help: text },
  ),
  Reload: record({
    outcome: { enum: ['loaded', 'unchanged'] },
    revision,
    problems: { ...list(reference('PolicyProblem')), description: 'Warnings only; errors are a 422.' },
  }),
  Health: record({ status: { const: 'ok' } }),
  Ready: record({ status: { const: 'ready' }, revision, isStale: flag }),
  Problem: record(
    {
      type: { type: 'string', format: 'uri-reference' },
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text,
      code: { enum: Object.keys(apiProblems) },
    },
    {
      pointer: { ...text, description: 'RFC 6901, to the member of the body that is at fault.' },
      id: { ...text, description: 'Under which the log tells more, with `internal-error`.' },
      outcome: { const: 'failed' },
      revision: { ...revisionOrNone, description: 'With `invalid-policy`: what stays live.' },
      problems: list(reference('PolicyProblem')),
    },
  ),
};

function record(required: Record<string, object>, optional: Record<string, object> = {}): object {
  return {
    type: 'object',
    required: Object.keys(required),
    additionalProperties: false,
    properties: { ...required, ...optional },
  };
}

function list(items: object): { type: 'array'; items: object } {
  return { type: 'array', items };
}
