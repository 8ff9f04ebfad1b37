import { Writable } from 'node:stream';
import { assert } from 'chai';
import { splitPolicies, type PolicyShares } from '../../src/compile/policy-shares.ts';
import { judgeInShares } from '../../src/cli/diff-in-shares.ts';
import { judgeChange, judgeWhole } from '../../src/cli/diff-judgement.ts';
import type { DiffOptions } from '../../src/cli/diff-command.ts';
import type { CommandIo } from '../../src/cli/command-io.ts';
import { readBothSides } from '../../src/cli/diff-reading.ts';
import { startThreads } from '../../src/cli/start-threads.ts';
import { diffFormats, diffReporters, type DiffOutcome } from '../../src/cli/diff-report.ts';
import { DiffThreads } from '../../src/cli/diff-threads.ts';
import { annotationRootOf } from '../../src/cli/github-annotation.ts';
import { paintFor } from '../../src/cli/paint.ts';
import { ShareJudge, type ShareJudgement } from '../../src/review/diff/judge-share.ts';
import { permissionIds } from '../soak/many-workspaces.ts';
import { nowMs, sourceFiles } from '../support/compile-yaml.ts';
import { createGitPolicy, type GitPolicy } from '../support/git-policy.ts';
import { threadEntry } from '../support/thread-entry.ts';
import { runCommand } from './command-line.ts';
import { quietIo, readingOf } from './judged-diffs.ts';

const options: DiffOptions = { policy: '.', format: 'json' };

type Files = Record<string, string>;

const rolesText = (grants: string): string =>
  `permissions:
  Things:
${permissionIds.map((id) => `    ${id}: { title: May ${id}${id === 'team:share' ? ', controls: members' : ''} }`).join('\n')}
roles:
  member: { grants: [${grants}] }
  admin: { grants: ["*"] }
`;

/** Workspaces in which everybody follows `member`, some members of which are in the next one after the change. */
function workspaces(count: number, membersEach: number, side: 'before' | 'after'): Files {
  const files: Files = {};
  for (let index = 0; index < count; index += 1) {
    const members = Array.from({ length: membersEach }, (_, member) => {
      const moved = member === 0 && side === 'after' && index % 7 === 0 ? (index + 1) % count : index;
      return [moved, `  person-${index}-${member}@acme.example: ${member % 2 === 0 ? 'lead' : 'member'}\n`] as const;
    });
    const path = `policies/w-${index}.yaml`;
    files[path] ??= '';
    files[path] =
      `workspace: w-${index}\nroles:\n  lead: { extends: member, grants: ["tag:*"] }\nmembers:\n${files[path]}`;
    for (const [at, line] of members) {
      if (at === index) files[path] += line;
      else files[`policies/w-${at}.yaml`] = line + (files[`policies/w-${at}.yaml`] ?? '');
    }
  }
  return files;
}

function sides(count: number): { before: ReturnType<typeof sourceFiles>; after: ReturnType<typeof sourceFiles> } {
  return {
    before: sourceFiles({ 'roles.yaml': rolesText('"doc:read"'), ...workspaces(count, 4, 'before') }),
    after: sourceFiles({ 'roles.yaml': rolesText('"doc:read", "team:share"'), ...workspaces(count, 4, 'after') }),
  };
}

/** Has nobody but these threads judge all of it. */
async function judgeIn(threads: DiffThreads, shares: PolicyShares): Promise<ShareJudgement[]> {
  const found: ShareJudgement[] = [];
  threads.judge({ shares, nowMs, next: new Int32Array(new SharedArrayBuffer(4)) }, (index, judgement) => {
    found[index] = judgement;
  });
  while (!threads.areOver) await threads.next();
  threads.end();
  return found;
}

const scripts = {
  'throws at its start': 'throw new Error("no")',
  'ends while it works':
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(0))',
  'is no program': 'const const',
};

describe('threads that judge shares of a change', () => {
  it('say what this thread would say', async () => {
    const { before, after } = sides(12);
    const shares = splitPolicies(before, after, 6);
    const threads = new DiffThreads(2, threadEntry);
    const found = await judgeIn(threads, shares);
    assert.isFalse(threads.hasFailed);
    const judge = new ShareJudge(shares.common, nowMs);
    const own = await Promise.all(shares.shares.map((share) => judge.judge(share)));
    assert.lengthOf(found, 6);
    assert.deepEqual(
      found,
      own.map((share) => share?.judgement),
    );
  });

  it('give up all shares when one has an error', async () => {
    const { before, after } = sides(12);
    const broken = sourceFiles({ 'policies/w-1.yaml': 'workspace: [' });
    const shares = splitPolicies(before, [...after.filter(({ path }) => path !== 'policies/w-1.yaml'), ...broken], 6);
    const threads = new DiffThreads(1, threadEntry);
    const found = await judgeIn(threads, shares);
    assert.isTrue(threads.hasFailed);
    assert.isBelow(found.filter(Boolean).length, 6);
  });

  for (const [what, script] of Object.entries(scripts)) {
    it(`leave nothing out when one ${what}`, async () => {
      const entry = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
      const { before, after } = sides(12);
      const alone = await judgeIn(new DiffThreads(1, entry), splitPolicies(before, after, 6));
      assert.isEmpty(alone);
      const judged = await judgeInShares(readingOf({ before, after }), 6, new DiffThreads(1, entry), nowMs, quietIo);
      // This thread may have been quick enough to judge all of it by itself.
      if (!judged) return;
      assert.deepEqual(judged, await judgeWhole(readingOf({ before, after }), nowMs, options, quietIo));
    });
  }

  it('leave nothing out when they cannot be started', async () => {
    const threads = new DiffThreads(1, new URL('https://acme.example/thread.js'));
    assert.isTrue(threads.hasFailed);
    const { before, after } = sides(2);
    assert.isEmpty(await judgeIn(threads, splitPolicies(before, after, 2)));
  });
});

describe('rolebook diff of many workspaces', () => {
  let policy: GitPolicy;
  let written = '';

  const io = (): CommandIo => ({
    ...quietIo,
    cwd: policy.root,
    stdout: new Writable({
      write: (chunk, _encoding, done) => {
        written += String(chunk);
        done();
      },
    }),
  });

  before(async () => {
    const model = Object.fromEntries(
      Object.entries(workspaces(210, 100, 'before')).concat([['roles.yaml', rolesText('"doc:read"')]]),
    );
    policy = await createGitPolicy(model);
    policy.commit();
    await policy.write('roles.yaml', rolesText('"doc:read", "team:share"'));
    for (const [path, text] of Object.entries(workspaces(210, 100, 'after'))) await policy.write(path, text);
  });
  after(() => policy.dispose());

  const judgeWith = async (threads: DiffThreads | undefined): Promise<DiffOutcome | undefined> => {
    const reading = await readBothSides(io(), { policy: '.' }, 'HEAD', startThreads(io(), '.'));
    reading.threads?.end();
    const outcome = await judgeChange({ ...reading, threads }, options, io());
    threads?.end();
    return outcome;
  };

  it('tells the same in threads as in one', async () => {
    const [judged, whole] = [await judgeWith(new DiffThreads(1, threadEntry)), await judgeWith(undefined)];
    assert(judged && whole);
    assert.isNotEmpty(whole.difference?.changes);
    assert.isNotEmpty(whole.difference?.notices);
    assert.isNotEmpty(whole.escalations.opened);
    const surroundings = { paint: paintFor(quietIo, 'stdout'), annotationRoot: annotationRootOf(quietIo) };
    for (const format of diffFormats) {
      const [some, all] = [judged, whole].map((outcome) => diffReporters[format](outcome, surroundings));
      assert.deepEqual(some, all, format);
    }
  });

  it('prints the same errors', async () => {
    await policy.write('policies/w-150.yaml', 'workspace: w-150\nmembers: { ana@acme.example: nobody }\n');
    const printed: string[] = [];
    for (const threads of [new DiffThreads(1, threadEntry), undefined]) {
      written = '';
      assert.isUndefined(await judgeWith(threads));
      printed.push(written);
    }
    assert.include(printed[0], 'unknown role');
    assert.equal(printed[0], printed[1]);
  });

  it('is the same command, whatever the machine has', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['diff', 'HEAD'], { cwd: policy.root });
    assert.equal(exitCode, 1);
    assert.include(stdout, 'unknown role `nobody`');
    assert.include(stderr, 'nothing was compared');
  });
});
