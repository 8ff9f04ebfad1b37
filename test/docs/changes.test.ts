import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { apiProblems } from '../../src/http/messages/api-problem.ts';
import { changeProblems } from '../../src/http/changes/change-problems.ts';
import { editSchemas } from '../../src/http/changes/edit-schemas.ts';
import { runCommand } from '../support/command-line.ts';
import { Serving } from '../support/serving.ts';
import { repository } from './markdown.ts';

// Ids of changes, digests, revisions and times: what differs from run to run, and with the files of the template.
const passing = /\b(?:\d{8}-[0-9a-f]{8}|[0-9a-f]{24}|[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z)\b/g;
const mask = (value: string): unknown => JSON.parse(value.replaceAll(passing, 'passing'));

describe('docs/changes.md', () => {
  const read = (): Promise<string> => readFile(join(repository, 'docs/changes.md'), 'utf8');

  it('shows what its commands answer, one after the other', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'rolebook-changes-'));
    let serving: Serving | undefined;
    try {
      await runCommand(['init'], { cwd });
      const page = await read();
      const [serve = '', header = ''] = /```console\n([^]*?)```/.exec(page)?.[1]?.trim().split('\n') ?? [];
      serving = new Serving(serve.slice('$ rolebook serve '.length).replace('8181', '0').split(' '), cwd);
      await serving.untilOutput('try: ');
      await promisify(execFile)('sh', ['-c', header.slice('$ '.length)], { cwd });
      const steps = [...page.matchAll(/```sh\n(curl [^]*?)```\n```json\n([^]*?)```/g)];
      assert.isAbove(steps.length, 8);
      // What the page shows, and what it is here.
      const told = new Map<string, string>();
      for (const [, command = '', shown = ''] of steps) {
        const call = command.replaceAll(passing, (text) => told.get(text) ?? text);
        const here = call.replace('http://127.0.0.1:8181', serving.address);
        const { stdout } = await promisify(execFile)('sh', ['-c', here], { cwd });
        assert.deepEqual(mask(stdout), mask(shown), command);
        const found = stdout.match(passing) ?? [];
        for (const [index, text] of (shown.match(passing) ?? []).entries()) told.set(text, found[index] ?? '');
      }
    } finally {
      serving?.kill();
      await rm(cwd, { recursive: true, force: true, maxRetries: 5 });
    }
  }).timeout(60_000);

  it('names every code that a change is refused with, with its status, and every edit', async () => {
    const page = await read();
    const rows = [...page.matchAll(/^\| (\d{3}) \| ([^|]*) \|/gm)];
    const told = new Map(
      rows.flatMap(([, status, codes = '']) =>
        [...codes.matchAll(/`([a-z0-9-]+)`/g)].map(([, code]) => [code, status] as const),
      ),
    );
    for (const code of changeProblems.filter((one) => !['no-policy', 'idempotency-key-reused'].includes(one)))
      assert.strictEqual(told.get(code), String(apiProblems[code].status), code);
    for (const edit of Object.keys(editSchemas)) assert.include(page, `\`${edit}\``);
  });
});
