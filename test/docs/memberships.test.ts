import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { apiProblems } from '../../src/http/messages/api-problem.ts';
import { runCommand } from '../support/command-line.ts';
import { Serving } from '../support/serving.ts';
import { repository } from './markdown.ts';

const revisionPattern = /\b[0-9a-f]{12}\.\d+-[0-9a-f]{8}\b/;

/** What differs from run to run and from machine to machine, and nothing else. */
function mask(value: unknown): unknown {
  const text = JSON.stringify(value, (key, inner: unknown) => {
    if (['id', 'host', 'pid', 'version'].includes(key) && !String(inner).includes('@')) return 'masked';
    return key === 'startedAt' || key === 'seenAt' || key === 'lastWordAt' ? 'time' : inner;
  });
  return JSON.parse(
    text.replaceAll(/\b[0-9a-f]{12}\.(\d+)-[0-9a-f]{8}\b/g, 'revision.$1').replaceAll(/\b[0-9a-f]{24}\b/g, 'tag'),
  );
}

describe('docs/memberships.md', () => {
  it('shows what its commands answer, one after the other', async function () {
    this.timeout(60_000);
    const cwd = await mkdtemp(join(tmpdir(), 'rolebook-memberships-'));
    let serving: Serving | undefined;
    try {
      await runCommand(['init'], { cwd });
      const page = await readFile(join(repository, 'docs/memberships.md'), 'utf8');
      const [publish = '', serve = '', header = ''] =
        /```console\n([^]*?)```/.exec(page)?.[1]?.trim().split('\n') ?? [];
      const published = await runCommand(publish.slice('$ rolebook '.length).split(' '), { cwd });
      assert.strictEqual(published.exitCode, 0, published.all);
      const args = serve.slice('$ rolebook serve '.length).replace('8181', '0').split(' ');
      serving = new Serving(args, cwd);
      await serving.untilOutput('try: ');
      const { address } = serving;
      await promisify(execFile)('sh', ['-c', header.slice('$ '.length)], { cwd });
      const steps = [...page.matchAll(/```sh\n(curl [^]*?)```\n```json\n([^]*?)```/g)];
      assert.isAbove(steps.length, 9);
      // What the page shows as the revision of an answer, and what it is here.
      const told = new Map<string, string>();
      for (const [, command = '', shown = ''] of steps) {
        const call = command
          .replace('http://127.0.0.1:8181', address)
          .replace(revisionPattern, (revision) => told.get(revision) ?? revision);
        const expected = mask(JSON.parse(shown));
        let answer: unknown;
        // A heartbeat tells how it was up to two seconds ago.
        for (let tries = 0; tries < 200; tries += 1) {
          const { stdout } = await promisify(execFile)('sh', ['-c', call], { cwd });
          answer = mask(JSON.parse(stdout));
          const [onPage, here] = [shown, stdout].map((text) => revisionPattern.exec(text)?.[0]);
          if (onPage !== undefined && here !== undefined) told.set(onPage, here);
          if (!call.includes('/v1/fleet') || JSON.stringify(answer) === JSON.stringify(expected)) break;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        assert.deepEqual(answer, expected, command);
      }
    } finally {
      serving?.kill();
      await rm(cwd, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

describe('docs/http.md', () => {
  it('names every code of a problem, with its status', async () => {
    const page = await readFile(join(repository, 'docs/http.md'), 'utf8');
    const rows = [...page.matchAll(/^\| (`[^|]*) \| (\d{3}) \|/gm)];
    const told = new Map(
      rows.flatMap(([, codes = '', status]) =>
        [...codes.matchAll(/`([a-z0-9-]+)`/g)].map(([, code]) => [code, status]),
      ),
    );
    for (const [code, { status }] of Object.entries(apiProblems))
      assert.strictEqual(told.get(code), String(status), code);
  });
});
