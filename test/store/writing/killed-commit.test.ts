import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import type { CommitWords } from '../../../src/store/committing/make-commit.ts';
import { openCommitPlace } from '../../../src/store/committing/commit-place.ts';
import { settleUnfinished, writePolicyFiles } from '../../../src/store/writing/write-policy-files.ts';
import { gitIn } from '../../support/git-policy.ts';
import { commitAndCopy, replacementsOf, textsBelow, writeElsewhere, type Texts } from './policy-writer.ts';

const old: Texts = {
  'policies/a.yaml': 'a: 1\n',
  'policies/gone.yaml': 'gone: 1\n',
  'roles.yaml': 'roles: {}\n',
};
const wanted: Texts = {
  'policies/a.yaml': 'a: 2\n',
  'policies/new/c.yaml': 'c\n',
  'roles.yaml': 'roles: {}\n',
};
const words: Omit<CommitWords, 'place'> = {
  message: 'Change a\n\nRolebook-Change: 1\n',
  author: { name: 'Ana', mail: 'ana@acme.example' },
  committer: { name: 'rolebook', mail: 'rolebook@localhost' },
  atMs: 0,
};
const isShown = (path: string): boolean => !path.split('/').some((part) => part.startsWith('.'));
const policyIn = (folder: string): Texts =>
  Object.fromEntries(Object.entries(textsBelow(folder)).filter(([path]) => isShown(path)));

describe('a process killed while it writes files with their commit', () => {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rolebook-killed-commit-'));
  let steps: readonly (readonly [step: number, call: string])[] = [];
  let first = '';
  before(async () => {
    const repository = join(root, 'repository');
    mkdirSync(join(repository, 'access/policies'), { recursive: true });
    mkdirSync(join(root, 'left'));
    for (const [path, text] of Object.entries(old)) writeFileSync(join(repository, 'access', path), text);
    writeFileSync(join(repository, 'README.md'), 'Ours.\n');
    gitIn(repository, 'init', '--quiet', '--initial-branch', 'main', '--template=');
    gitIn(repository, 'add', '--all');
    gitIn(repository, 'commit', '--quiet', '--message', 'First');
    first = gitIn(repository, 'rev-parse', 'HEAD');
    writeFileSync(join(repository, 'README.md'), 'Staged.\n');
    gitIn(repository, 'add', 'README.md');
    const [folder, left] = [join(repository, 'access'), join(root, 'left')];
    const calls = await commitAndCopy(repository, folder, left, replacementsOf(old, wanted), words);
    steps = calls.map((call, step) => [step, call] as const);
  });
  after(() => rmSync(root, { recursive: true }));

  const place = (step: number): string => join(root, 'left', `${step}`);
  const branchOf = (top: string): string => readFileSync(join(top, '.git/refs/heads/main'), 'utf8').trim();
  const index = (name: string): number => steps.find(([, call]) => call === name)?.[0] ?? assert.fail(name);
  /** Copied again, with two names of one file as two files, as nobody knows then whose a lock is. */
  const copyOf = (step: number): string => {
    const copy = join(root, `copy-${Math.random().toString(36).slice(2)}`);
    cpSync(place(step), copy, { recursive: true });
    return copy;
  };

  /** Holds that all is as before the change or as after it, and that git and the folder agree on which. */
  const requireWhole = (top: string, what: string): boolean => {
    const isMade = branchOf(top) !== first;
    assert.deepEqual(policyIn(join(top, 'access')), isMade ? wanted : old, what);
    const status = gitIn(top, 'status', '--porcelain').split('\n');
    assert.deepEqual(
      status.filter((line) => !line.includes('.rolebook')),
      ['M  README.md'],
      what,
    );
    return isMade;
  };

  it('leaves files and commit, or neither: the next one finishes it or undoes it, and nothing stays', async () => {
    assert.isAbove(steps.length, 40);
    const outcomes = new Set<string>();
    // Two names of one file stay two names of one file, as they were.
    execFileSync('cp', ['-a', join(root, 'left'), join(root, 'settled')]);
    for (const [step, call] of steps) {
      const top = join(root, 'settled', `${step}`);
      const what = `${step}: ${call}`;
      const settled = await settleUnfinished(join(top, 'access'));
      const isMade = requireWhole(top, what);
      if (settled) assert.deepEqual([settled.outcome, settled.foreign], [isMade ? 'finished' : 'undone', []], what);
      outcomes.add(settled?.outcome ?? (isMade ? 'made' : 'nothing'));
      assert.deepEqual(
        readdirSync(join(top, '.git')).filter((name) => /lock|rolebook/.test(name)),
        [],
        what,
      );
      if (step % 8 > 0) continue;
      const now = policyIn(join(top, 'access'));
      const commit = await writePolicyFiles(
        join(top, 'access'),
        replacementsOf(now, { ...now, 'policies/a.yaml': 'a: 3\n' }),
        { commit: { ...words, place: await openCommitPlace(join(top, 'access')) } },
      );
      assert.strictEqual(commit, branchOf(top), what);
      assert.deepEqual(gitIn(top, 'status', '--porcelain'), 'M  README.md', what);
    }
    assert.includeMembers([...outcomes], ['nothing', 'undone', 'finished']);
  });

  it('leaves to others what they committed since, be it its own files', async () => {
    const top = copyOf(index('update-ref'));
    rmSync(join(top, '.git/index.lock'));
    gitIn(top, 'commit', '--quiet', '--message', 'By hand', '--', 'access/policies/a.yaml');
    const settled = await settleUnfinished(join(top, 'access'));
    assert.deepInclude(settled, { outcome: 'undone', foreign: ['policies/a.yaml'] });
    assert.deepEqual(policyIn(join(top, 'access')), { ...old, 'policies/a.yaml': 'a: 2\n' });
    assert.equal(gitIn(top, 'status', '--porcelain'), 'M  README.md');
  });

  it('leaves a lock that is not its own, and an index without it is brought in order', async () => {
    const undone = copyOf(index('update-ref'));
    writeFileSync(join(undone, '.git/index.lock'), 'somebody else’s');
    assert.strictEqual((await settleUnfinished(join(undone, 'access')))?.outcome, 'undone');
    assert.isTrue(existsSync(join(undone, '.git/index.lock')));
    const made = copyOf(index('update-ref') + 1);
    assert.notStrictEqual(branchOf(made), first);
    rmSync(join(made, '.git/index.lock'));
    assert.strictEqual((await settleUnfinished(join(made, 'access')))?.outcome, 'finished');
    assert.isTrue(requireWhole(made, 'without the lock'));
  });

  it('is not needed for that: where no file may become as large as it must, nothing is written, nor stays', async () => {
    const told = new Set<string>();
    for (const blocks of [0, 1, 2, 4]) {
      const top = copyOf(0);
      const large = 'a: 2 # '.padEnd(1500, '.');
      const end = await writeElsewhere(
        join(top, 'access'),
        replacementsOf(old, { ...wanted, 'policies/a.yaml': large }),
        {
          limit: `ulimit -f ${blocks}`,
          commit: words,
        },
      );
      told.add(end.said.trim());
      if (branchOf(top) !== first) continue;
      assert.isFalse(requireWhole(top, `${blocks} blocks`));
      assert.strictEqual(end.exitCode, 3);
      const left = readdirSync(join(top, '.git')).filter((name) => /lock|rolebook/.test(name));
      assert.deepEqual(
        [left, Object.keys(textsBelow(join(top, 'access')))],
        [[], Object.keys(old)],
        `${blocks} blocks`,
      );
    }
    assert.isAbove(told.size, 1);
    assert.include([...told].join('\n'), 'nothing was written');
  });

  it('is not needed for that either: where git has no room for an object, an index or a branch', async () => {
    const [shim, environment] = [join(root, 'shim'), { ...process.env }];
    mkdirSync(shim);
    const found = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const script = `full() { echo 'fatal: unable to write: No space left on device' >&2; exit 128; }
case " $* " in *" $NO_ROOM_FOR "*) full;; esac
case "$NO_ROOM_FOR $GIT_INDEX_FILE" in "index "*/rolebook-*.index) full;; esac
exec ${found} "$@"`;
    writeFileSync(join(shim, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const top = copyOf(0);
    const place = await openCommitPlace(join(top, 'access'));
    for (const what of ['hash-object', 'read-tree', 'write-tree', 'commit-tree', 'update-ref', 'index']) {
      Object.assign(process.env, { PATH: `${shim}:${environment.PATH ?? ''}`, NO_ROOM_FOR: what });
      const error = await writePolicyFiles(join(top, 'access'), replacementsOf(old, wanted), {
        commit: { ...words, place },
      }).then(
        () => assert.fail(what),
        (reason: unknown) => reason,
      );
      process.env['PATH'] = environment.PATH;
      assert.include(String(error), 'No space left on device', what);
      assert.isFalse(requireWhole(top, what));
      const left = readdirSync(join(top, '.git')).filter((name) => /lock|rolebook/.test(name));
      assert.deepEqual([left, Object.keys(textsBelow(join(top, 'access')))], [[], Object.keys(old)], what);
    }
    Reflect.deleteProperty(process.env, 'NO_ROOM_FOR');
  });

  it('is told of where a journal is none of this program’s', async () => {
    const top = copyOf(index('update-ref'));
    const journal = join(top, 'access/.rolebook-journal.json');
    const right = JSON.parse(readFileSync(journal, 'utf8')) as Record<string, unknown>;
    const commit = right['commit'] as Record<string, unknown>;
    for (const wrong of [
      { ...right, id: '../../x' },
      { ...right, commit: null },
      { ...right, commit: [] },
      { ...right, commit: { ...commit, branch: '--help' } },
      { ...right, commit: { ...commit, branch: 'refs/heads/a b' } },
      { ...right, commit: { ...commit, commit: '--all' } },
      { ...right, commit: { ...commit, parent: 'HEAD' } },
      { ...right, commit: { ...commit, files: {} } },
      { ...right, commit: { ...commit, files: [{ path: '', mode: '100644', before: null, after: null }] } },
      { ...right, commit: { ...commit, files: [{ path: 'a', mode: '120000', before: null, after: null }] } },
      { ...right, commit: { ...commit, files: [{ path: 'README.md', mode: '100644', before: null, after: null }] } },
    ]) {
      writeFileSync(journal, JSON.stringify(wrong));
      const error = await settleUnfinished(join(top, 'access')).then(
        () => assert.fail(JSON.stringify(wrong)),
        (reason: unknown) => reason,
      );
      assert.include(String(error), 'is no journal of this program', JSON.stringify(wrong));
    }
  });
});
