import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { rolesYaml, testsYaml, workspaceYaml } from './edited-folder.ts';

describe('an edit that cannot be made', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({
      'roles.yaml': rolesYaml,
      'policies/w.yaml': workspaceYaml,
      'policies/w.test.yaml': testsYaml,
    });
  });
  afterEach(() => folder.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: folder.root });
  const text = (file = 'policies/w.yaml'): string => readFileSync(join(folder.root, file), 'utf8');

  const paths = ['policies', 'policies/w.test.yaml', 'policies/w.yaml', 'roles.yaml'];

  for (const [what, argv, code, says] of [
    ['an unknown workspace', ['role', 'create', 'v', 'x'], 2, 'there is no workspace `v`'],
    ['an unknown role', ['role', 'change', 'w', 'leed', '--allow', 'doc:read'], 2, 'did you mean `lead`?'],
    ['a built-in role', ['role', 'change', 'w', 'member', '--allow', 'doc:wipe'], 1, '[built-in-role]'],
    ['an id that is taken', ['role', 'create', 'w', 'admin'], 1, '[role-exists]'],
    [
      'an unknown permission',
      ['role', 'change', 'w', 'lead', '--allow', 'doc:reed'],
      2,
      'unknown permission `doc:reed`',
    ],
    ['a grant that is none', ['role', 'create', 'w', 'x', '--grant', 'nonsense'], 2, 'unknown permission'],
    ['an id that is none', ['role', 'create', 'w', '9x'], 1, '[bad-id]'],
    ['what requires another', ['role', 'create', 'w', 'x', '--grant', 'doc:wipe'], 0, 'written'],
    ['an exclusive pair', ['role', 'change', 'w', 'lead', '--allow', 'bill:approve'], 1, '[exclusive-permissions]'],
    ['a role of the organization in a workspace', ['member', 'set', 'w', 'ana', 'boss'], 1, '[wrong-span]'],
    ['a subject id that is none', ['member', 'set', 'w', 'a"b', 'lead'], 1, '[bad-subject]'],
    ['a subject type that is none', ['member', 'set', 'w', 'bot:a', 'lead'], 1, '[unknown-subject-type]'],
    [
      'a time that is none',
      ['member', 'set', 'w', 'ana', 'lead', '--until', '2026-02-30'],
      2,
      '`--until` takes a time',
    ],
    [
      'a period that ends before it begins',
      ['member', 'set', 'w', 'ana', 'lead', '--from', '2027-02-01', '--until', '2027-01-01'],
      1,
      '[inverted-period]',
    ],
    ['a member who is none', ['member', 'remove', 'w', 'zed'], 2, '`zed` is no member'],
    ['an heir that is the role itself', ['role', 'delete', 'w', 'lead', '--to', 'lead', '--yes'], 2, 'that very role'],
    [
      'an heir that spans the organization',
      ['role', 'delete', 'w', 'lead', '--to', 'boss', '--yes'],
      2,
      'cannot be given in one workspace',
    ],
    ['a copy of what is not there', ['role', 'duplicate', 'w', 'nobody', 'x'], 2, 'there is no role `nobody`'],
    [
      'a way to copy that is none',
      ['role', 'duplicate', 'w', 'lead', 'x', '--as', 'twin'],
      2,
      '`--as` cannot be `twin`',
    ],
    ['no one to ask', ['role', 'delete', 'w', 'trainee'], 1, '`--yes` agrees beforehand'],
    ['a command that is none', ['role', 'destroy', 'w', 'lead'], 2, 'unknown command `destroy`'],
    ['an argument too few', ['role', 'rename', 'w', 'lead'], 2, 'NEW'],
  ] as const) {
    it(`answers ${what} with what is wrong, and writes ${code === 0 ? 'it' : 'nothing'}`, async () => {
      const { exitCode, all } = await run(...argv);
      assert.equal(exitCode, code, all);
      assert.include(all, says);
      if (code === 0) return;
      assert.equal(text() + text('policies/w.test.yaml'), workspaceYaml + testsYaml);
      assert.deepEqual(readdirSync(folder.root, { recursive: true, encoding: 'utf8' }).sort(), paths);
    });
  }

  it('refuses a role that another one extends', async () => {
    await run('role', 'create', 'w', 'sub', '--extends', 'lead');
    const before = text();
    const { exitCode, stderr } = await run('role', 'delete', 'w', 'lead', '--yes');
    assert.deepEqual([exitCode, stderr.includes('is extended by `sub` [extended-role]')], [1, true], stderr);
    assert.equal(text(), before);
  });

  it('refuses a layout that it does not understand, with the place', async () => {
    const unusual = workspaceYaml.replace('  # Keeps the shelves.\n  lead:\n    title', '  ? lead\n  : title');
    writeFileSync(join(folder.root, 'policies/w.yaml'), unusual);
    const before = text();
    const { exitCode, stderr } = await run('role', 'change', 'w', 'lead', '--description', 'Keeps order.');
    assert.deepEqual([exitCode, /policies\/w\.yaml:5:\d+: .* \[unusual-layout\]/.test(stderr)], [1, true], stderr);
    assert.equal(text(), before);
  });

  it('refuses files that have errors, and tells them', async () => {
    writeFileSync(join(folder.root, 'policies/w.yaml'), 'workspace: w\nroles: { a: { extends: nobody } }\n');
    const { exitCode, all } = await run('role', 'create', 'w', 'x');
    assert.deepEqual([exitCode, all.includes('[unknown-role]'), all.includes('nothing was edited')], [1, true, true]);
  });

  it('keeps a symbolic link and the mode of a file', async () => {
    const [path, target] = [join(folder.root, 'policies/w.yaml'), join(folder.root, 'policies/..kept')];
    renameSync(path, target);
    symlinkSync('..kept', path);
    chmodSync(target, 0o640);
    assert.equal((await run('role', 'create', 'w', 'clerk')).exitCode, 0);
    assert.include(readFileSync(target, 'utf8'), 'clerk: {}');
    assert.equal(statSync(target).mode & 0o777, 0o640);
  });

  it('says what cannot be written, and leaves nothing behind', async () => {
    if (process.getuid?.() === 0) {
      // Root may write anywhere, so something is put in the way.
      mkdirSync(join(folder.root, '.rolebook-staging.json'));
    } else chmodSync(join(folder.root, 'policies'), 0o500);
    const { exitCode, stderr } = await run('role', 'create', 'w', 'clerk');
    chmodSync(join(folder.root, 'policies'), 0o700);
    assert.notEqual(exitCode, 0);
    assert.include(stderr, 'cannot write to');
    assert.equal(text(), workspaceYaml);
  });
});
