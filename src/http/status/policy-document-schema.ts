import { failureKinds } from '../../store/live/policy-source.ts';
import { budgetSchema } from '../budget/budget-document.ts';
import { named } from '../openapi/named-schema.ts';
import { count, flag, list, record, revisionOrNone, text, time, timeOrNone } from '../openapi/openapi-words.ts';
import { listedProblems, problemCount } from '../openapi/problem-schema.ts';

const gitSource = named(
  'GitSource',
  record({
    kind: { const: 'git' },
    url: { ...text, description: 'It carries no credentials.' },
    ref: text,
    path: { ...text, description: 'The folder of the policy; empty at the top.' },
    lastWordAt: {
      ...timeOrNone,
      description: 'When the repository answered last, be it with a commit that is no good.',
    },
    isFromCache: { ...flag, description: 'The clone decides; nothing good was fetched since the start.' },
  }),
);

const databaseSource = named(
  'DatabaseSource',
  record({
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
);

const cache = named(
  'Cache',
  record(
    {
      sequence: { ...count, type: ['integer', 'null'], description: 'The last change that is in it.' },
      writtenAt: timeOrNone,
      keptBy: { enum: ['this', 'other'], description: '`other`: another process that shares the folder writes it.' },
    },
    { error: { ...text, description: 'Why it cannot be written.' } },
  ),
);

const maxStaleness = named(
  'MaxStaleness',
  record({
    limit: { ...text, description: 'As `--max-staleness` said it.' },
    whenStale: { ...text, description: '`go-on`, `deny-all`, or `deny:` and what is denied.' },
    lastWordAt: { ...timeOrNone, description: 'When the source said last that this is how it is.' },
    isBeyond: { ...flag, description: 'That is longer ago than the limit.' },
  }),
);

const worker = named(
  'Worker',
  record({
    pid: { ...count, type: ['integer', 'null'], description: 'null while its place is empty: another one is started.' },
    startedAt: timeOrNone,
    revision: { ...revisionOrNone, description: 'What it answers from.' },
    loadedAt: timeOrNone,
  }),
);

const policyCounts = named(
  'PolicyCounts',
  record({
    organizations: count,
    workspaces: count,
    permissions: count,
    builtInRoles: count,
    customRoles: count,
    members: count,
    rules: count,
  }),
);

const lastReload = named(
  'LastReload',
  record(
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
);

const missingHolders = named(
  'MissingHolders',
  record({
    count,
    first: list(
      record(
        {
          role: text,
          holders: { type: ['integer', 'string'], description: 'How many must hold it; `1+`: so many at least.' },
          found: { ...count, description: 'How many people hold it without a date.' },
        },
        { workspace: text, organization: text },
      ),
    ),
  }),
);

/** Why a look at the source failed. */
export const failureKind = {
  enum: failureKinds,
  description:
    '`problems`: what is there is no good. `untrusted`: nobody signed it who may. `refused`: the database does not take it, or nothing of it can be published. `over-budget`: it changes more than `--max-changed`, and waits to be accepted. `unavailable`, `configuration`: the source could not be asked, which passes or has to be mended.',
};

const looks = named(
  'Looks',
  record({
    lastReachedAt: { ...timeOrNone, description: 'When the source said last how it is, and that was good.' },
    lastNewsAt: { ...timeOrNone, description: 'When it had something new last that became live.' },
    failing: {
      anyOf: [record({ since: time }, { error: text }), { type: 'null' }],
      description:
        'Since when every look at it failed, and why the last one did; without `error` the files have problems.',
    },
    lastFailure: {
      anyOf: [record({ at: time, kind: failureKind }, { error: text }), { type: 'null' }],
      description: 'The last look that failed, also when it is well since.',
    },
  }),
);

const publishing = named(
  'PublishedBranch',
  record({
    url: { ...text, description: 'It carries no credentials.' },
    ref: text,
    path: { ...text, description: 'The folder of the policy; empty at the top.' },
    commit: { type: ['string', 'null'], description: 'The last commit that was published, by whichever sidecar.' },
    lastWordAt: { ...timeOrNone, description: 'When the repository answered last.' },
    lastLook: { anyOf: [lastReload, { type: 'null' }] },
    looks,
  }),
);

const shadow = named(
  'ShadowPolicy',
  record(
    {
      kind: { enum: ['folder', 'ref'] },
      name: { ...text, description: 'As `--shadow` said it.' },
      revision: revisionOrNone,
      loadedAt: timeOrNone,
      isStale: { ...flag, description: 'It could not be loaded since; live answers do not depend on it.' },
      lastReload: { anyOf: [lastReload, { type: 'null' }] },
    },
    { commit: text },
  ),
);

/** What `describePolicy` tells. */
export const policyDocumentSchema = named(
  'Policy',
  record(
    {
      revision: revisionOrNone,
      loadedAt: timeOrNone,
      counts: { anyOf: [policyCounts, { type: 'null' }] },
      isStale: { ...flag, description: 'The policy could not be loaded since; the last good one answers.' },
      missingHolders,
      lastReload: { anyOf: [lastReload, { type: 'null' }] },
      looks,
    },
    {
      commit: { ...text, description: 'The git commit the files were read at, where they are in git.' },
      cache: cache,
      maxStaleness: maxStaleness,
      source: { oneOf: [databaseSource, gitSource] },
      publishing,
      decidesAt: { ...time, description: 'With `--at`: what every decision is made as of, for tests.' },
      shadow,
      budget: { ...budgetSchema, description: 'With `--max-changed`.' },
      workers: { ...list(worker), description: 'With `--workers`: all of them, whichever is asked.' },
    },
  ),
);
