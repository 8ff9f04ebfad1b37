import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { ParseAhead, startParseAhead } from '../../../src/cli/diff/parse-ahead.ts';
import { PolicyCompiler, type CompileResult } from '../../../src/compile/compile-policy.ts';
import type { SentWorkspace } from '../../../src/compile/incremental/sent-workspace.ts';
import type { SourceFile } from '../../../src/compile/file/source-file.ts';
import type { ParsedElsewhere } from '../../../src/compile/incremental/workspace-source.ts';
import { nowMs, sourceFiles } from '../../support/compile-yaml.ts';
import { createGitPolicy } from '../../support/git-policy.ts';
import { threadEntry } from '../../support/thread-entry.ts';

const workspace = (index: number): string => `workspace: w-${index}
title: Number ${index}
roles:
  lead: { extends: member, grants: ["doc:edit"] }
members:
  "${index}": lead
  ana-${index}@acme.example: member
  bo:
    - role: lead
      until: 2030-01-01
`;

function policyOf(count: number, more: Record<string, string> = {}): SourceFile[] {
  const files: Record<string, string> = {
    'roles.yaml':
      'permissions: { Docs: { doc:read: Read, doc:edit: Edit } }\nroles: { member: { grants: ["doc:read"] } }\n',
  };
  for (let index = 0; index < count; index += 1) files[`policies/w-${index}.yaml`] = workspace(index);
  return sourceFiles({ ...files, ...more });
}

function compile(files: readonly SourceFile[], parsed?: ParsedElsewhere): Pick<CompileResult, 'policy' | 'problems'> {
  const { policy, problems } = new PolicyCompiler({ parsed }).compile(files, nowMs);
  return { policy, problems };
}

/** What was parsed elsewhere, and how many files that were. */
class Counted implements ParsedElsewhere {
  count = 0;
  readonly #ahead: ParseAhead;

  constructor(ahead: ParseAhead) {
    this.#ahead = ahead;
  }

  take(file: SourceFile): SentWorkspace | undefined {
    const sent = this.#ahead.take(file);
    if (sent) this.count += 1;
    return sent;
  }
}

/** Waits until the thread has parsed all that it was given: it takes one after the other, and this last. */
async function catchUp(ahead: ParseAhead): Promise<void> {
  for (;;) {
    const [file] = sourceFiles({ 'policies/last.yaml': 'workspace: last' });
    assert(file);
    ahead.add([file]);
    await pause(20);
    if (ahead.take(file)) return;
  }
}

const threadOf = (script: string): URL => new URL(`data:text/javascript,${encodeURIComponent(script)}`);

const useless = {
  'throws at its start': 'throw new Error("no")',
  'ends before it begins': 'process.exit(0)',
  'ends while it works':
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", ({ states }) => { states.fill(1); process.exit(0); })',
  'is no program': 'const const',
  'takes all and never comes back':
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", ({ states }) => states.fill(1))',
  'says that it is done and sends nothing':
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", ({ states }) => states.fill(2))',
  'gives up on every file': `import { parentPort, workerData } from "node:worker_threads";
    parentPort.on("message", ({ batches, states }) => {
      for (const [index, { number, files }] of batches.entries()) {
        workerData.postMessage({ number, files: files.map(() => undefined) });
        Atomics.store(states, index, 2);
      }
    });`,
};

describe('workspaces that a thread parses ahead', () => {
  it('compile to what they compile to when they are parsed here', async () => {
    const ahead = new ParseAhead(threadEntry);
    const files = policyOf(50);
    ahead.add(files);
    await catchUp(ahead);
    const counted = new Counted(ahead);
    const found = compile(files, counted);
    ahead.end();
    assert.equal(counted.count, 50);
    assert.isDefined(found.policy);
    assert.deepEqual(found, compile(files));
  });

  it('have the same problems at the same places', async () => {
    const ahead = new ParseAhead(threadEntry);
    const files = policyOf(20, {
      'policies/w-3.yaml': 'workspace: [',
      'policies/w-4.yaml': 'workspace: w-4\nmembers: { bo: nobody, "9": member, ana: [member, member] }\n',
      'policies/w-8.yaml': 'workspace: w-8\nmembers: { "": member }\n',
      'policies/w-5.yaml': 'workspace: w-5\nrolls: {}\nmembers:\n',
      'policies/w-6.yaml': 'workspace: w-6\nroles: { lead: { extends: lead, grants: ["doc:red", "doc:edit"] } }\n',
      'policies/w-7.yaml': '',
    });
    ahead.add(files);
    await catchUp(ahead);
    const counted = new Counted(ahead);
    const found = compile(files, counted);
    ahead.end();
    // One is not YAML, one is empty, one has a wrong name in it, one an empty one.
    assert.equal(counted.count, 20 - 4);
    assert.isUndefined(found.policy);
    assert.deepEqual(found, compile(files));
    assert.includeMembers(
      found.problems.map(({ code }) => code),
      [
        'yaml-syntax',
        'unknown-role',
        'duplicate-role',
        'bad-subject',
        'unknown-key',
        'wrong-type',
        'extends-cycle',
        'unknown-permission',
      ],
    );
  });

  it('are parsed here when they are asked for before the thread has begun', () => {
    const ahead = new ParseAhead(threadEntry);
    const files = policyOf(30);
    ahead.add(files);
    const counted = new Counted(ahead);
    assert.deepEqual(compile(files, counted), compile(files));
    ahead.end();
    assert.equal(counted.count, 0);
  });

  it('are given once, and nothing is given that was not asked for', async () => {
    const ahead = new ParseAhead(threadEntry);
    const files = policyOf(3);
    ahead.add(files);
    ahead.add(files);
    await catchUp(ahead);
    const [roles, first, second] = files;
    assert(roles && first && second);
    assert.isUndefined(ahead.take(roles));
    assert.equal(ahead.take(second)?.path, second.path);
    assert.isUndefined(ahead.take(second));
    assert.isUndefined(ahead.take({ ...first }));
    assert.equal(ahead.take(first)?.path, first.path);
    ahead.end();
    assert.isUndefined(ahead.take(first));
  });

  for (const [what, script] of Object.entries(useless)) {
    it(`lose nothing to a thread that ${what}`, async () => {
      const ahead = new ParseAhead(threadOf(script), 50);
      const files = policyOf(40);
      ahead.add(files);
      for (const pauseMs of [0, 300]) {
        await pause(pauseMs);
        const counted = new Counted(ahead);
        assert.deepEqual(compile(files, counted), compile(files));
        assert.equal(counted.count, 0);
      }
      ahead.end();
    });
  }

  it('lose nothing to a thread that cannot be started', () => {
    const ahead = new ParseAhead(new URL('https://acme.example/thread.js'));
    const files = policyOf(10);
    ahead.add(files);
    assert.deepEqual(compile(files, ahead), compile(files));
    ahead.end();
  });

  it('wait once for a thread that does not come back, not once for each batch', async () => {
    const ahead = new ParseAhead(threadOf(useless['takes all and never comes back']), 400);
    const files = policyOf(200);
    ahead.add(files);
    await pause(300);
    const startedMs = performance.now();
    compile(files, ahead);
    // 25 batches, of which each would be waited for 400 ms.
    assert.isBelow(performance.now() - startedMs, 5000);
    ahead.end();
  });
});

describe('a thread to parse ahead', () => {
  it('is started for many files only, on a machine that has a core for it', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`policies/${index}.yaml`, 'x']));
    const [policy, small] = await Promise.all([createGitPolicy(many), createGitPolicy({ 'policies/a.yaml': 'x' })]);
    const started = await Promise.all([
      startParseAhead(policy.root, 2),
      startParseAhead(policy.root, 1),
      startParseAhead(small.root, 8),
      startParseAhead(`${small.root}/nowhere`, 8),
    ]);
    for (const ahead of started) ahead?.end();
    await Promise.all([policy.dispose(), small.dispose()]);
    assert.deepEqual(
      started.map((ahead) => ahead !== undefined),
      [true, false, false, false],
    );
  });
});
