import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { ReleaseFiles } from '../../src/store/database/releases/release-files.ts';
import { change, request } from '../support/opened-databases.ts';
import { runCommand } from '../support/command-line.ts';
import { masked, repository } from './markdown.ts';

/** As a sidecar does it for an application. */
async function giveRole(
  cwd: string,
  { member, role, workspace }: { member: string; role: string; workspace: string },
): Promise<void> {
  const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', cwd);
  try {
    const { policy } = compilePolicy(await new ReleaseFiles(database).read(), Date.now());
    if (!policy) return assert.fail('the published policy has errors');
    const place = { kind: 'workspace', id: workspace } as const;
    await change(database, policy, request(member, [role], { place, atMs: Date.now() }));
  } finally {
    await database.close();
  }
}

describe('docs/database.md', () => {
  it('shows what its commands print, one after the other', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'rolebook-database-'));
    try {
      await runCommand(['init'], { cwd });
      const page = await readFile(join(repository, 'docs/database.md'), 'utf8');
      const parts = page.matchAll(
        /<!-- (\S+): `(.*)` becomes `(.*)` -->|<!-- (\S+) holds (\S+) in (\S+) at run time -->|```console\n([^]*?)```/g,
      );
      const shown: string[] = [];
      const printed: string[] = [];
      const revisions: string[] = [];
      for (const [, file, from = '', to = '', member, role = '', workspace = '', console = ''] of parts) {
        if (member !== undefined) await giveRole(cwd, { member, role, workspace });
        if (file !== undefined) {
          const text = await readFile(join(cwd, file), 'utf8');
          assert.include(text, from);
          await writeFile(join(cwd, file), text.replace(from, to));
        }
        for (const line of console === '' ? [] : console.trimEnd().split('\n')) {
          shown.push(line);
          if (!line.startsWith('$ rolebook ')) continue;
          const argv = line.slice('$ rolebook '.length).split(' ');
          if (argv[0] === 'rollback') argv[1] = revisions[0] ?? '';
          const { all } = await runCommand(argv, { cwd });
          revisions.push(...[...all.matchAll(/\b[0-9a-f]{12}\b/g)].map(([revision]) => revision));
          printed.push(`$ rolebook ${argv.join(' ')}`, ...all.trimEnd().split('\n'));
        }
      }
      assert.isAbove(printed.length, 8);
      assert.strictEqual(masked(printed.join('\n')), masked(shown.join('\n')));
    } finally {
      await rm(cwd, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
