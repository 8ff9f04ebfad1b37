import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import { findCircle, readSources } from './support/source-texts.ts';

/** Every folder of `src` and what it is for. A file imports from its own folder or one further down, be it types alone. */
const rooms: readonly (readonly [folder: string, sentence: string])[] = [
  ['cli', 'argv → exit code: the table of commands, and nothing else'],
  ['cli/usage', '`review` and `replay`: what a log of decisions says of these files'],
  ['cli/ask', '`who-can`, `access` and `matrix`: who may do what, in every direction'],
  ['cli/completion', 'what a shell may put where somebody types'],
  ['cli/edit', '`role`, `member`, `group` and more: the files changed as a person would'],
  ['cli/accept', '`accept`: what a sidecar keeps back, told and let through'],
  ['cli/releases', '`publish`, `pull`, `revisions` and `rollback`'],
  ['cli/diff', '`diff`: who gains and who loses'],
  ['cli/testing', '`test`: the tests, their coverage, their mutants'],
  ['cli/author', 'what a policy author types: `init`, `lint`, `enforce`, `compile`, `schema`'],
  ['cli/serve', '`serve`: a source, a shape, a lifetime'],
  ['cli/serve/changes', '`serve --changes`: where changes over HTTP are written'],
  ['cli/serve/publishing', 'a branch opened to be published: its clone, its publisher'],
  ['cli/serve/pages', 'the pages opened as the options say that people sign in to them'],
  ['cli/serve/shadow', 'the second policy opened: a folder, a ref here or elsewhere'],
  ['cli/serve/budget', 'the share that a new policy may change, as the options say it'],
  ['cli/load', 'the policy folder, read and compiled for one command'],
  ['cli/report', 'how things look on a screen, in a pull request, in an error'],
  ['cli/write', 'files written whole or not at all'],
  ['cli/command', "what every command is given: streams, options, exit codes, the package's own files"],
  ['http/workers', 'several processes on one port, all of one revision'],
  ['http', 'the sidecar in one process, and every route of it'],
  ['http/console', 'the pages: their files, and who signs in to them'],
  ['http/changes', 'the policy changed: edits, what they come to, what was made, undone'],
  ['http/hooks', 'a push is told'],
  ['http/review', 'what a review of past decisions found at a place, and what has become of it'],
  ['http/catalog', 'what there is: the permissions and built-in roles, one role in full'],
  ['http/subjects', 'who can do something, all that somebody has, and taking it away'],
  ['http/members', 'who holds what at a place, and changing it'],
  ['http/decisions', 'may she? The hot way, and the batch'],
  ['http/status', 'which policy is live, how old, how well'],
  ['http/server', 'sockets, bodies, Express'],
  ['http/endpoint', 'what an endpoint is, what it works with, and how all are described'],
  ['http/budget', 'how much of what was asked last a new policy may change'],
  ['http/openapi', 'the words, parameters and schemas that endpoints are described in'],
  ['http/sessions', 'who is signed in, by a cookie that nobody else can make'],
  ['http/openid', 'the provider that people sign in at, and what is believed of its word'],
  ['http/access', 'where it listens, and who may call'],
  ['http/ceilings', 'what a process holds at most, and whose turn it is'],
  ['http/shadow', 'what a second policy would have answered'],
  ['http/metrics', 'what is counted'],
  ['http/messages', 'what comes in and what goes out: strict JSON, answers, problems'],
  ['http/connections', 'open connections: how many, and for how long'],
  ['http/logging', 'what is written down: the log, the decision log, the calls of admins'],
  ['http/output', 'where lines go: a file, a stream, nowhere when nobody takes them'],
  ['library', 'the engine in an application: a policy loaded or followed, and asked'],
  ['store/pushing', 'a change of a branch elsewhere: a commit that is pushed to it, or to a branch for a review'],
  ['store/database/publishing', 'the commits of a branch elsewhere, each published to a database once'],
  ['store/database/changes', 'a change of what a database has: written with its record, and pulled into files'],
  ['store/history', 'the commits of a repository elsewhere, as changes'],
  ['store/changes/folder', 'a change of a policy folder: written with its record, as files or as a commit'],
  ['store/changes', 'a change asked for: who asks, what refuses it, the thread that makes it, the answer'],
  ['store/remote', 'a repository elsewhere: fetched into a clone that is kept, followed'],
  ['store/signatures', 'who signed a commit, and whether that is to be believed'],
  ['store/writing', 'policy files written back: all of a change or none of it'],
  ['store/committing', 'a commit of some files, and nothing else of the repository touched'],
  ['store/database/following', 'the live policy of a database, and the fleet that follows it'],
  ['store/database/cache', 'what a database said last, on disk'],
  ['store/database/releases', 'a policy published, listed, restored'],
  ['store/database/members', 'a membership changed, with its event and its rows'],
  ['store/database/connection', 'PostgreSQL, SQLite, and the news of both'],
  ['store/database/tables', 'the tables and their migrations'],
  ['store/database', 'what a database is: its address, its faults, its two verbs'],
  ['store/live', 'what decides right now, from whatever source: prepared beside, swapped whole'],
  ['store/watch', 'that it may have changed'],
  ['store/git', 'a repository on this machine, read'],
  ['store/folder', 'a policy directory as it was at one moment'],
  ['store/decisions', 'the decisions of the past: log files read and counted, and a review of them'],
  [
    'store',
    'long work in short turns, the clock of the process, what is closed at its end, and which packages may be missing',
  ],
  ['review/usage', 'decisions of the past against these files; what nobody uses'],
  ['review/budget', 'requests decided by two policies, how many differ, and which members fit both'],
  ['review/changes', 'edits judged before they are written: problems, tests, effect, patch'],
  ['review/changes/tests', 'policy tests that speak of what edits change'],
  ['review/changes/text', 'what was done to a text: as a patch, undone, joined with what others did'],
  ['review/access', 'who may do this, what may somebody do, which role gives what'],
  ['review/diff/wording', 'how changes are grouped, shortened and gated'],
  ['review/diff/compare', 'two policies → every gain and loss, share by share'],
  ['review/diff/notices', 'what else is told, that is no gain and no loss'],
  ['review/diff/causes', 'which line of YAML did it'],
  ['review/diff/matching', 'which of the one policy is which of the other'],
  ['review/testing/mutation', 'small mistakes that a test should notice'],
  ['review/testing', 'policy tests: run, and what they cover'],
  ['review/escalation', 'who can get to more than they hold'],
  ['review/members', 'who holds what, and who may change it'],
  ['review/waivers', 'warnings that were looked at and accepted'],
  ['engine', 'PolicySet → Decision'],
  ['engine/conditions', 'whether a `when` holds, fails, or is not known'],
  ['compile', 'the front door: the files of a policy → PolicySet, and its revision'],
  ['compile/edit', 'what an edit of the policy changes in its files'],
  ['compile/patch', 'a YAML text changed by position: what a change does not mean stays as it is'],
  ['compile/incremental', 'what an unchanged file gave is kept'],
  ['compile/resolve', 'names become things: permissions, roles, members, tests'],
  ['compile/checks', 'right by the schema, wrong by sense'],
  ['compile/file', 'one file, as it is written and as it is understood'],
  ['compile/escalation', 'the shortest way from some roles to more'],
  ['compile/schema', 'the published schemas, and their words'],
  ['compile/yaml', 'text → plain data that knows where it stands, in small steps'],
  ['compile/casbin', 'the rows and the model that Casbin reads'],
  ['compile/words', 'names quoted, the nearest name, and which words name jobs'],
  ['policy/decision-log', 'a decision as it is written down, and how many like it there were'],
  ['policy/review', 'what a review of past decisions may find, and by which limits'],
  ['policy/membership', 'who holds what at a place, alone or by a group'],
  ['policy', 'the words: types, limits, problems, errors'],
  ['policy/limits', 'limits of one kind, which `limits` has among all others'],
  ['policy/text', 'what a text says: a time, a revision, a token, JSON; and which texts look alike'],
];

/** The way of a decision: each of these files imports the one before it. */
const wayOfADecision = [
  'compile/casbin/casbin-rules.ts',
  'engine/casbin-decider.ts',
  'engine/casbin-engine.ts',
  'store/live/policy-source.ts',
  'http/decisions/enforce-route.ts',
];

const mostFiles = 20;

describe('the rooms', () => {
  const sources = readSources();
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const order = rooms.map(([folder]) => folder);
  const page = readFileSync(new URL('../ARCHITECTURE.md', import.meta.url), 'utf8');

  it('are all listed, once, and none is empty', () => {
    assert.deepEqual([...order].sort(), [...new Set(sources.map(({ folder }) => folder))].sort());
  });

  it('have the same sentences in ARCHITECTURE.md, in the same order', () => {
    const [, part = ''] = page.split('\n## Rooms\n');
    const lines = part.slice(0, part.indexOf('\n## ')).matchAll(/^\| `([^`]+)` \| (.+) \|$/gm);
    const found = [...lines].map(([, folder, sentence]) => [folder, sentence]);
    assert.deepEqual(
      found,
      rooms.map((room) => [...room]),
    );
  });

  it('hold no more files than one can take in', () => {
    for (const folder of order) {
      const count = sources.filter((source) => source.folder === folder).length;
      assert.isAtMost(count, mostFiles, folder);
    }
  });

  it('import from rooms further down the list', () => {
    for (const { path, folder, files } of sources) {
      for (const file of files) {
        const to = byPath.get(file)?.folder ?? 'nowhere';
        assert.isAtLeast(order.indexOf(to), order.indexOf(folder), `${path} imports ${file}`);
      }
    }
  });

  it('never import each other', () => {
    const imports = new Set(
      sources.flatMap(({ folder, files }) => files.map((file) => `${folder} ${byPath.get(file)?.folder ?? ''}`)),
    );
    for (const one of order) {
      for (const other of order) {
        if (one >= other || !imports.has(`${one} ${other}`)) continue;
        assert.strictEqual(imports.has(`${other} ${one}`), false, `${one} and ${other} import each other`);
      }
    }
  });

  it('hold no files that import one another in a circle, be it types alone', () => {
    assert.strictEqual(findCircle(byPath), undefined);
  });

  it('have the five files of the way of a decision, each of which imports the one before', () => {
    for (const [index, path] of wayOfADecision.entries()) {
      const source = byPath.get(path);
      assert.notStrictEqual(source, undefined, path);
      if (index > 0) assert.isTrue(source?.files.includes(wayOfADecision[index - 1] ?? ''), path);
    }
    const [, part = ''] = page.split('\n## The way of a decision\n');
    const told = [...part.slice(0, part.indexOf('\n## ')).matchAll(/^\d\. `src\/([^`]+)`/gm)].map(([, path]) => path);
    assert.deepEqual(told, wayOfADecision);
  });
});
