import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { createSchemaCheck } from '../../src/compile/schema/json-schema.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';
import { runCommand } from '../support/command-line.ts';
import { gitIn } from '../support/git-policy.ts';
import { logText, pastDecisions, type Habit } from '../support/past-decisions.ts';
import { rolebookProgram } from '../support/rolebook-program.ts';
import { Serving } from '../support/serving.ts';
import { repository } from './markdown.ts';
import { inboxHabits, phoneHabits } from './reviewed-products.ts';

const page = 'docs/reviewing-access.md';
const toMs = Date.UTC(2026, 10, 30, 0);
const dayMs = 86_400_000;
const run = promisify(execFile);

/** A command of the page and what it shows. */
interface Step {
  readonly product: 'inbox' | 'phone';
  readonly command: string;
  readonly output: string;
}

describe(page, function () {
  // A dozen commands, each of which judges the policies of two products.
  this.timeout(120_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-review-'));
    await layProduct('inbox', repository, inboxHabits);
    await layProduct('phone', join(repository, 'examples/phone'), phoneHabits);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is what the commands say, one after the other', async () => {
    const steps = stepsOf(await readFile(join(repository, page), 'utf8'));
    assert.isAtLeast(steps.length, 8);
    for (const { product, command, output } of steps) {
      assert.equal(masked(await runStep(product, command)), masked(output), command);
    }
    assert.equal(gitIn(join(folder, 'inbox'), 'status', '--porcelain', 'policies', 'roles.yaml'), '');
  });

  it('names formats that it has, and JSON that its schema describes', async () => {
    const text = await readFile(join(repository, page), 'utf8');
    const [, block = ''] = /```sh\n([^]*?)```/.exec(text) ?? [];
    const lines = block.trim().split('\n');
    assert.lengthOf(lines, 4);
    const cwd = join(folder, 'phone');
    await writeFile(join(cwd, 'counts.jsonl'), `${JSON.stringify(emptyCounts)}\n`);
    for (const line of lines) {
      const { exitCode, stdout, all } = await runCommand(line.split(' ').slice(1), { cwd });
      assert.equal(exitCode, line.includes('--counts') ? 3 : 0, all);
      if (!line.endsWith('json')) continue;
      const schema = JSON.parse(await readFile(join(repository, 'schemas/review.schema.json'), 'utf8')) as object;
      assert.deepEqual(createSchemaCheck(schema)(JSON.parse(stdout)), []);
    }
  });

  it('shows on the pages what was reviewed, by the lines that it says', async () => {
    const text = await readFile(join(repository, page), 'utf8');
    const [, block = ''] = /## On a page[^]*?```sh\n([^]*?)```/.exec(text) ?? [];
    const [review = '', serve = '', ...rest] = block.trim().split('\n');
    assert.deepEqual([rest.length, serve.startsWith('rolebook serve ')], [0, true]);
    const cwd = join(folder, 'served');
    const today = Math.floor(Date.now() / dayMs) * dayMs;
    await layPolicy(join(cwd, 'access'), repository);
    await writeFile(join(cwd, 'decisions.jsonl'), await logOf(join(cwd, 'access'), inboxHabits, today));
    await writeFile(join(cwd, 'rolebook'), `#!/bin/sh\nexec '${process.execPath}' '${rolebookProgram}' "$@"\n`, {
      mode: 0o755,
    });
    await run('sh', ['-c', review], { cwd, env: { ...process.env, PATH: `${cwd}:${process.env['PATH'] ?? ''}` } });
    const serving = new Serving([...wordsOf(serve).slice(2), '--listen', '127.0.0.1:0'], cwd);
    try {
      await serving.untilOutput('sign-in#');
      const [, token = ''] = /sign-in#(\S+)/.exec(serving.stdout) ?? [];
      let cookie = '';
      const call = async (method: string, path: string, body?: object): Promise<unknown> => {
        const headers = {
          'X-Rolebook-Session': 'page',
          Origin: serving.address,
          'Content-Type': 'application/json',
          Cookie: cookie,
        };
        const sent = body === undefined ? {} : { body: JSON.stringify(body) };
        const reply = await fetch(`${serving.address}${path}`, { method, headers, ...sent });
        cookie = (reply.headers.get('set-cookie') ?? cookie).split(';')[0] ?? '';
        assert.equal(reply.status, 200, path);
        return reply.json();
      };
      await call('POST', '/v1/session', { token });
      await call('PUT', '/v1/session', { actor: 'farid@acme.example' });
      const told = (await call('GET', '/v1/workspaces/support-emea/review')) as {
        findings: readonly { id: string; state: string; edits: readonly object[] }[];
      };
      const found = told.findings.find(({ id }) => id === 'deff669071');
      assert.deepEqual([found?.state, found?.edits.length], ['open', 1]);
    } finally {
      serving.kill();
    }
  });

  async function layPolicy(to: string, from: string): Promise<void> {
    for (const part of ['roles.yaml', 'policies']) await cp(join(from, part), join(to, part), { recursive: true });
  }

  async function logOf(root: string, habits: readonly Habit[], untilMs: number): Promise<string> {
    const { policy } = compilePolicy(await new PolicyDirectory(root, 'in-one-turn').read('deciding'), untilMs);
    if (!policy) throw new Error(`${root} has errors`);
    return logText(await pastDecisions(policy, habits, { toMs: untilMs, days: 89 }));
  }

  async function layProduct(name: string, from: string, habits: readonly Habit[]): Promise<void> {
    const to = join(folder, name);
    await layPolicy(to, from);
    await writeFile(join(to, 'decisions.jsonl'), await logOf(to, habits, toMs));
    gitIn(to, 'init', '--quiet', '--initial-branch', 'main');
    gitIn(to, 'add', 'roles.yaml', 'policies');
    gitIn(to, 'commit', '--quiet', '--message', 'policy');
    gitIn(folder, 'init', '--quiet', '--bare', `${name}.git`);
    gitIn(to, 'remote', 'add', 'origin', join(folder, `${name}.git`));
  }

  async function runStep(product: string, command: string): Promise<string> {
    const cwd = join(folder, product);
    const [program, ...words] = wordsOf(command);
    if (program === 'git') return gitIn(cwd, ...words);
    const { exitCode, all } = await runCommand(words, { cwd });
    assert.equal(exitCode, 0, all);
    return all.trimEnd();
  }
});

const emptyCounts = {
  format: 'rolebook-counts/1',
  days: 0,
  lines: 0,
  skipped: 0,
  outside: 0,
  ahead: 0,
  revisions: 0,
};

function stepsOf(text: string): Step[] {
  return [...text.matchAll(/(<!-- in phone -->\n)?```console\n([^]*?)```/g)].flatMap(([, mark, block = '']) =>
    block
      .trimEnd()
      .split(/^\$ /m)
      .slice(1)
      .map((one): Step => {
        const [command = '', ...output] = one.trimEnd().split('\n');
        return { product: mark === undefined ? 'inbox' : 'phone', command, output: output.join('\n') };
      }),
  );
}

/** Words as a shell has them: a quoted one may have blanks. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
}

// Each commit has its own name.
function masked(text: string): string {
  return text.replaceAll(/commit [0-9a-f]{12}/g, 'commit');
}
