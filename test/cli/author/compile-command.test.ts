import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { newEnforcer } from 'casbin';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

describe('rolebook compile', () => {
  let folder: PolicyFolder;

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
  });
  afterEach(() => folder.dispose());

  const compile = (...argv: string[]): Promise<CommandResult> => runCommand(['compile', ...argv], { cwd: folder.root });

  it('writes policy.csv to stdout', async () => {
    const result = await compile();
    assert.equal(result.exitCode, 0);
    for (const line of result.stdout.trimEnd().split('\n')) assert.match(line, /^(p(, \S+){7}|g(, \S+){3})$/);
    assert.include(result.stdout, 'g, user:ana@acme.example, role:support/team-lead, support\n');
    assert.match(result.stderr, /^\d+ p rows, 5 g rows of revision [0-9a-f]{12}\n$/);
  });

  it('writes files that stock Casbin loads and decides the same from', async () => {
    const result = await compile('--out', 'build/casbin');
    assert.equal(result.exitCode, 0);
    assert.equal(result.stdout, 'build/casbin/model.conf\nbuild/casbin/policy.csv\n');
    const out = join(folder.root, 'build/casbin');
    assert.sameMembers(await readdir(out), ['model.conf', 'policy.csv']);
    const enforcer = await newEnforcer(join(out, 'model.conf'), join(out, 'policy.csv'));
    assert.isTrue(await enforcer.enforce('user:ana@acme.example', 'support', 'conversation', 'assign', '-'));
    assert.isTrue(await enforcer.enforce('user:bo@acme.example', 'support', 'message', 'send', 'personal'));
    assert.isFalse(await enforcer.enforce('user:bo@acme.example', 'support', 'message', 'send', 'shared'));
    assert.isTrue(await enforcer.enforce('user:olu@acme.example', 'support', 'analytics', 'view', '-'));
    assert.isFalse(await enforcer.enforce('user:nobody@acme.example', 'support', 'comment', 'send', '-'));
  });

  it('replaces what an earlier run wrote, and gives the same bytes each time', async () => {
    await compile('--out', 'out');
    const first = await readFile(join(folder.root, 'out/policy.csv'), 'utf8');
    await writeFile(join(folder.root, 'out/policy.csv'), 'p, old');
    await compile('--out', 'out');
    assert.equal(await readFile(join(folder.root, 'out/policy.csv'), 'utf8'), first);
    assert.equal((await compile()).stdout, first);
  });

  it('holds the memberships of the asked time', async () => {
    await folder.write(
      'policies/support.yaml',
      'workspace: support\ntitle: Support\nmembers:\n  ana@acme.example: [{ role: member, until: 2026-01-31 }]\n',
    );
    const membership = 'g, user:ana@acme.example, role:member, support\n';
    assert.include((await compile('--at', '2026-01-31')).stdout, membership);
    assert.notInclude((await compile('--at', '2026-02-01')).stdout, membership);
  });

  it('writes rows as JSON', async () => {
    const { stdout } = await compile('--format', 'json');
    const rows = JSON.parse(stdout) as {
      revision: string;
      counts: { p: number; g: number };
      p: string[][];
      g: string[][];
    };
    assert.hasAllKeys(rows, ['revision', 'counts', 'p', 'g']);
    assert.deepEqual(rows.counts, { p: rows.p.length, g: rows.g.length });
    const written = JSON.parse((await compile('--format', 'json', '--out', 'out')).stdout) as object;
    assert.deepInclude(written, { files: ['out/model.conf', 'out/policy.csv'] });
  });

  it('writes nothing from a policy with errors', async () => {
    await folder.write('policies/support.yaml', 'workspace: support\ntitle: x\nroles: 3\n');
    const result = await compile('--out', 'out');
    assert.equal(result.exitCode, 1);
    assert.equal(result.stdout, '');
    assert.include(result.stderr, 'policies/support.yaml:3:');
    assert.notInclude(await readdir(folder.root), 'out');
  });

  it('exits 2 when a file is in the way, and leaves nothing behind', async () => {
    await writeFile(join(folder.root, 'file'), '');
    await mkdir(join(folder.root, 'taken/policy.csv'), { recursive: true });
    for (const out of ['file', 'file/below', 'taken']) {
      const result = await compile('--out', out);
      assert.equal(result.exitCode, 2, result.all);
      assert.include(result.stderr, `cannot write to \`${out}\`: a file or folder is in the way`);
    }
    assert.notMatch((await readdir(join(folder.root, 'taken'))).join(' '), /tmp/);
  });

  it('exits 3 when the disk refuses', async () => {
    for (const out of ['x'.repeat(300), '/proc/rolebook/below']) {
      const result = await compile('--out', out);
      assert.equal(result.exitCode, 3);
      assert.include(result.stderr, `cannot write to \`${out}\``);
    }
  });

  it('exits 2 on an unknown flag, a flag without value, a bad time, a bad format and an operand', async () => {
    const cases = [
      ['--output', 'x'],
      ['--out'],
      ['--out', ''],
      ['--out', '--at'],
      ['--at', '1'],
      ['--format', 'csv'],
      ['x'],
    ];
    for (const argv of cases) {
      const result = await compile(...argv);
      assert.equal(result.exitCode, 2, argv.join(' '));
      assert.equal(result.stdout, '');
      assert.match(result.stderr, /^error: .+\nhelp: /);
    }
  });
});
