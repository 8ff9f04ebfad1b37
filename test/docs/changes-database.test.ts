import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand } from '../support/command-line.ts';
import { send } from '../support/running-sidecar.ts';
import { Serving } from '../support/serving.ts';
import { codeBlocks, masked, repository } from './markdown.ts';

/** The sidecar of the page is asked, as a page of the product does it. */
async function makeChange(serving: Serving, cwd: string, actor: string, edit: object): Promise<void> {
  const token = (await readFile(join(cwd, 'admin-tokens'), 'utf8')).trim();
  const headers = { Authorization: `Bearer ${token}` };
  const call = { method: 'POST', headers, body: { actor, edits: [edit] } };
  const { status, text } = await send(serving.address, '/v1/changes', call);
  assert.strictEqual(status, 200, text);
}

describe('docs/changes-database.md', () => {
  it('shows what its commands print, one after the other, beside the sidecar that it starts', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'rolebook-changes-'));
    let serving: Serving | undefined;
    try {
      await runCommand(['init'], { cwd });
      await runCommand(['publish', '--database', 'sqlite:releases.db'], { cwd });
      const page = await readFile(join(repository, 'docs/changes-database.md'), 'utf8');
      const [serve = ''] = codeBlocks('docs/changes-database.md', 'sh');
      const words = serve.trim().slice('rolebook serve '.length).split(' ');
      serving = new Serving([...words, '--listen', '127.0.0.1:0'], cwd);
      await serving.untilOutput('try: ');
      const parts = page.matchAll(
        /<!-- (\S+): `(.*)` becomes `(.*)` -->|<!-- (\S+) asks for (\{.*\}) -->|```console\n([^]*?)```/g,
      );
      const [shown, printed]: [string[], string[]] = [[], []];
      for (const [, file, from = '', to = '', actor, edit = '', console = ''] of parts) {
        if (actor !== undefined) await makeChange(serving, cwd, actor, JSON.parse(edit) as object);
        if (file !== undefined) {
          const text = await readFile(join(cwd, file), 'utf8');
          assert.include(text, from);
          await writeFile(join(cwd, file), text.replace(from, to));
        }
        for (const line of console === '' ? [] : console.trimEnd().split('\n')) {
          shown.push(line);
          if (!line.startsWith('$ rolebook ')) continue;
          const { all } = await runCommand(line.slice('$ rolebook '.length).split(' '), { cwd });
          printed.push(line, ...all.trimEnd().split('\n'));
        }
      }
      assert.isAbove(printed.length, 8);
      assert.strictEqual(maskedIds(printed.join('\n')), maskedIds(shown.join('\n')));
    } finally {
      serving?.kill();
      await rm(cwd, { recursive: true, force: true, maxRetries: 5 });
    }
  }).timeout(60_000);
});

function maskedIds(text: string): string {
  return masked(text.replaceAll(/\b\d{10}-[0-9a-f]{8}\b/g, 'change'));
}
