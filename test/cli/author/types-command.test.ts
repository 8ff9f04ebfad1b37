import { assert } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';

describe('rolebook types', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
  });
  afterEach(() => folder.dispose());

  const types = (...argv: string[]): Promise<CommandResult> => runCommand(['types', ...argv], { cwd: folder.root });
  const rewrite = async (change: (text: string) => string): Promise<void> =>
    folder.write('roles.yaml', change(smallPolicy()['roles.yaml'] ?? ''));

  it('writes the words of roles.yaml as unions, and the same words give the same bytes', async () => {
    const shown = await types();
    assert.equal(shown.exitCode, 0);
    assert.include(shown.stdout, "export type Permission =\n  // Send messages\n  | 'message:send'\n");
    assert.include(shown.stdout, "export type Scope =\n  | 'personal'\n  | 'shared';\n");
    assert.include(shown.stdout, "  // Standard access\n  | 'member'\n");
    assert.notInclude(shown.stdout, 'team-lead');
    const written = await types('--out', 'src/permissions.ts');
    assert.deepInclude(written, {
      exitCode: 0,
      stdout: 'src/permissions.ts\n',
      stderr: '5 permissions, 2 scopes, 3 built-in roles\n',
    });
    assert.equal(await readFile(join(folder.root, 'src/permissions.ts'), 'utf8'), shown.stdout);
  });

  it('tells with --check whether the file is up to date, and writes nothing', async () => {
    const check = (): Promise<CommandResult> => types('--out', 'permissions.ts', '--check');
    assert.deepInclude(await check(), { exitCode: 1, stdout: 'permissions.ts is out of date\n' });
    await types('--out', 'permissions.ts');
    assert.deepInclude(await check(), { exitCode: 0, stdout: 'permissions.ts is up to date\n', stderr: '' });
    await rewrite((text) =>
      text.replace('tag:create: Create tags', 'tag:create: Create tags\n    tag:drop: Drop tags'),
    );
    const old = await check();
    assert.deepInclude(old, { exitCode: 1, stderr: 'write it anew: rolebook types --out permissions.ts\n' });
    assert.notInclude(await readFile(join(folder.root, 'permissions.ts'), 'utf8'), 'tag:drop');
    assert.deepInclude(
      JSON.parse((await types('--out', 'permissions.ts', '--check', '--format', 'json')).stdout) as object,
      {
        file: 'permissions.ts',
        upToDate: false,
      },
    );
  });

  it('keeps a title a comment, whatever is in it', async () => {
    await rewrite((text) =>
      text.replace('Create tags', '"*/ } export const stolen = 1; /* \\u2028 export const more = 1"'),
    );
    const { stdout } = await types();
    assert.notMatch(stdout, /^ *export const/mu);
    assert.include(stdout, '  // */ } export const stolen = 1; /*   export const more = 1\n  |');
  });

  it('has no former id, and nothing at all where there are no scopes', async () => {
    await rewrite((text) =>
      text
        .replace('tag:create: Create tags', 'label:create: { title: Create labels, was: [tag:create] }')
        .replace(/scopes:\n {2}personal:[^]*?\n\n/u, '')
        .replace('      scopes: [personal, shared]\n', '')
        .replace('baseline: ["message:send@personal"]', 'baseline: ["message:send"]'),
    );
    await folder.write('policies/support.yaml', 'workspace: support\n');
    const { stdout, stderr } = await types();
    assert.include(stdout, "'label:create'", stderr);
    assert.notInclude(stdout, 'tag:create');
    assert.include(stdout, 'export type Scope = never;');
  });

  it('refuses what it cannot do, and leaves the file as it is', async () => {
    assert.deepInclude(await types('--check'), { exitCode: 2, stdout: '' });
    assert.deepInclude(await types('--out', ''), { exitCode: 2, stdout: '' });
    assert.equal((await types('--format', 'yaml')).exitCode, 2);
    assert.equal((await types('--policy', 'nowhere')).exitCode, 2);
    await types('--out', 'permissions.ts');
    const before = await readFile(join(folder.root, 'permissions.ts'), 'utf8');
    await rewrite((text) => text.replace('tag:create:', 'tag create:'));
    assert.equal((await types('--out', 'permissions.ts')).exitCode, 1);
    assert.equal(await readFile(join(folder.root, 'permissions.ts'), 'utf8'), before);
    assert.equal((await types('--out', 'policies')).exitCode, 1);
  });
});
