import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import type { AskedEdit } from '../../src/review/changes/asked-edit.ts';
import { asked, changesOf, connectionTo, idOf } from '../support/changed-database.ts';
import { runCommand } from '../support/command-line.ts';
import { masked, repository } from './markdown.ts';

/** As a sidecar does it for a page. */
async function makeChange(cwd: string, actor: string, edit: AskedEdit): Promise<void> {
  const connection = connectionTo(`sqlite:${join(cwd, 'releases.db')}`);
  try {
    idOf(await changesOf(connection).ask(asked([edit], { actor: { type: 'user', id: actor } })));
  } finally {
    await connection.close();
  }
}

describe('docs/changes-database.md', () => {
  it('shows what its commands print, one after the other', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'rolebook-changes-'));
    try {
      await runCommand(['init'], { cwd });
      await runCommand(['publish', '--database', 'sqlite:releases.db'], { cwd });
      const page = await readFile(join(repository, 'docs/changes-database.md'), 'utf8');
      const parts = page.matchAll(
        /<!-- (\S+): `(.*)` becomes `(.*)` -->|<!-- (\S+) asks for (\{.*\}) -->|```console\n([^]*?)```/g,
      );
      const [shown, printed]: [string[], string[]] = [[], []];
      for (const [, file, from = '', to = '', actor, edit = '', console = ''] of parts) {
        if (actor !== undefined) await makeChange(cwd, actor, JSON.parse(edit) as AskedEdit);
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
      await rm(cwd, { recursive: true, force: true });
    }
  });
});

function maskedIds(text: string): string {
  return masked(text.replaceAll(/\b\d{10}-[0-9a-f]{8}\b/g, 'change'));
}
