import { apiProblems } from '../messages/api-problem.ts';
import { batchRequestSchema, enforceRequestSchema, questionSchema } from './api-schemas.ts';
import { memberSchemas } from './openapi-member-schemas.ts';
import {
  count,
  flag,
  list,
  record,
  reference,
  revision,
  revisionOrNone,
  text,
  time,
  timeOrNone,
} from './openapi-words.ts';
import { limits } from '../../policy/limits.ts';
import { problemSeverities } from '../../policy/problem.ts';

const next = { ...text, description: 'What `after` of the next page is; left out on the last.' };
const listedProblems = { ...list(reference('PolicyProblem')), maxItems: limits.toldProblems };
const problemCount = { ...count, description: 'How many there are, those that are not listed among them.' };

/** What the sidecar takes and answers. */
export const schemas: Readonly<Record<string, object>> = {
  EnforceRequest: enforceRequestSchema,
  EnforceAnswer: record({ decision: flag, revision }, { reason: reference('Reason') }),
  Question: questionSchema,
  BatchRequest: batchRequestSchema(reference('Question')),
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
          'stale-policy',
          'error',
        ],
      },
      message: { ...text, description: 'One sentence for a person.' },
    },
    {
      role: text,
      file: text,
      line: count,
      column: count,
      rolesThatAllow: { ...list(text), description: 'The first twenty.' },
      rolesThatAllowCount: { ...count, description: 'How many there are, when there are more than those.' },
      didYouMean: text,
      staleSince: time,
    },
  ),
  Permissions: record(
    {
      workspace: text,
      subject: record({ type: text, id: text }),
      revision,
      roles: list(record({ role: text, title: text }, { from: time, until: time })),
      permissions: list(
        record(
          {
            permission: text,
            title: text,
            category: text,
            decision: { ...flag, description: 'In at least one scope.' },
          },
          { scopes: { type: 'object', additionalProperties: flag } },
        ),
      ),
    },
    { next },
  ),
  ...memberSchemas,
  Roles: record({ workspace: text, revision, roles: list(reference('Role')) }, { next }),
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
      isStale: { ...flag, description: 'The policy could not be loaded since; the last good one answers.' },
      lastReload: { anyOf: [reference('LastReload'), { type: 'null' }] },
    },
    {
      commit: { ...text, description: 'The git commit the files were read at, where they are in git.' },
      cache: reference('Cache'),
      maxStaleness: reference('MaxStaleness'),
      source: reference('DatabaseSource'),
      workers: { ...list(reference('Worker')), description: 'With `--workers`: all of them, whichever is asked.' },
    },
  ),
  DatabaseSource: record({
    kind: { const: 'database' },
    url: { ...text, description: 'Without user and password.' },
    sequence: { ...count, type: ['integer', 'null'], description: 'The last change of the database that is live.' },
    lastWordAt: { ...timeOrNone, description: 'When the database said last that this is how it is.' },
    isFromCache: {
      ...flag,
      description: 'What was kept on disk decides; the database has not answered since the start.',
    },
    release: {
      anyOf: [record({ release: count, publishedAt: time, author: text }), { type: 'null' }],
      description: 'What was published and is live.',
    },
  }),
  Cache: record(
    {
      sequence: { ...count, type: ['integer', 'null'], description: 'The last change that is in it.' },
      writtenAt: timeOrNone,
      keptBy: { enum: ['this', 'other'], description: '`other`: another process that shares the folder writes it.' },
    },
    { error: { ...text, description: 'Why it cannot be written.' } },
  ),
  MaxStaleness: record({
    limit: { ...text, description: 'As `--max-staleness` said it.' },
    whenStale: { ...text, description: '`go-on`, `deny-all`, or `deny:` and what is denied.' },
    lastWordAt: { ...timeOrNone, description: 'When the source said last that this is how it is.' },
    isBeyond: { ...flag, description: 'That is longer ago than the limit.' },
  }),
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
      trigger: { enum: ['start', 'files', 'news', 'poll', 'signal', 'request'] },
      at: time,
      durationMs: { type: 'number', minimum: 0 },
      problems: listedProblems,
      problemCount,
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
    problems: { ...listedProblems, description: 'The first 100. Warnings only; errors are a 422.' },
    problemCount,
  }),
  Health: record({ status: { const: 'ok' } }),
  Ready: record(
    { status: { const: 'ready' }, revision, isStale: flag },
    {
      isFromCache: { ...flag, description: 'With `--database`: what was kept on disk decides.' },
      isBeyondMaxStaleness: { ...flag, description: 'With `--max-staleness`.' },
    },
  ),
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
      permission: { ...text, description: 'What the acting subject does not hold.' },
      outcome: { const: 'failed' },
      revision: { ...revisionOrNone, description: 'With `invalid-policy`: what stays live.' },
      problems: listedProblems,
      problemCount,
    },
  ),
};
