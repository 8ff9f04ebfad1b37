import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const wrong = 'workspace: sales\nmembers: { ana@acme.example: membr }\n';

describe('rolebook lint FILE', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({
      ...smallPolicy(),
      'policies/emea/sales.yaml': wrong,
      'policies/hr.yaml': wrong.replace('sales', 'hr'),
      'policies/hr.test.yaml': 'tests: [{ name: x, workspace: nowhere, as: ana, can: [comment:send] }]\n',
      'notes.txt': '',
      'policies/README.md': '',
    });
  });
  afterEach(() => folder.dispose());

  const lint = (files: readonly string[], cwd = folder.root, ...more: string[]): Promise<CommandResult> =>
    runCommand(['lint', ...more, ...files], { cwd });
  const placesIn = ({ stdout }: CommandResult): string[] =>
    stdout.split('\n').flatMap((line) => /^([^ ]+):\d+:\d+: /.exec(line)?.[1] ?? []);

  it('tells only of the files that are named, and looks at the whole policy', async () => {
    const one = await lint(['policies/hr.yaml']);
    assert.deepEqual(placesIn(one), ['policies/hr.yaml']);
    assert.equal(one.exitCode, 1);
    assert.equal(one.stderr, '2 problems elsewhere; `rolebook lint` without files tells of all\n1 problem in 1 file\n');
    const two = await lint(['policies/hr.yaml', 'policies/emea/sales.yaml', './policies/hr.yaml']);
    assert.deepEqual(placesIn(two), ['policies/emea/sales.yaml', 'policies/hr.yaml']);
    assert.match(two.stderr, /^1 problem elsewhere; .*\n2 problems in 2 files\n$/);
    assert.deepEqual(placesIn(await lint(['policies/hr.test.yaml'])), ['policies/hr.test.yaml']);
  });

  it('is clean where these files are, whatever is wrong elsewhere', async () => {
    const result = await lint(['policies/support.yaml', 'model.conf', 'roles.yaml']);
    assert.deepInclude(result, { exitCode: 0, stdout: '' });
    assert.match(result.stderr, /^3 problems elsewhere; .*\nno problems in 3 files\n$/);
  });

  it('does not call a file right that could not be checked for want of roles.yaml', async () => {
    await folder.write('roles.yaml', 'permissions: [');
    const result = await lint(['policies/support.yaml']);
    assert.deepInclude(result, { exitCode: 1, stdout: '' });
    assert.include(result.stderr, '`roles.yaml` has problems, so no other file could be checked');
    assert.deepEqual(placesIn(await lint(['roles.yaml'])), ['roles.yaml']);
  });

  it('finds what only the other files show', async () => {
    await folder.write('policies/zz.yaml', wrong.replace('membr', 'member'));
    const result = await lint(['policies/zz.yaml']);
    assert.include(
      result.stdout,
      'policies/zz.yaml:1:12: workspace `sales` is already defined at policies/emea/sales.yaml',
    );
    assert.equal(result.exitCode, 1);
  });

  it('takes names from where it was started, whole ones, and by way of links', async () => {
    await mkdir(join(folder.root, 'elsewhere'));
    await symlink(folder.root, join(folder.root, 'elsewhere/link'));
    const cases: readonly (readonly [file: string, cwd: string, policy: string])[] = [
      ['hr.yaml', 'policies', '..'],
      ['../policies/hr.yaml', 'elsewhere', '..'],
      [join(folder.root, 'policies/hr.yaml'), 'elsewhere', folder.root],
      ['link/policies/hr.yaml', 'elsewhere', '..'],
      ['../policies/hr.yaml', 'elsewhere', 'link'],
    ];
    for (const [file, cwd, policy] of cases) {
      const result = await lint([file], join(folder.root, cwd), '--policy', policy);
      assert.include(result.stdout, '`membr`', `${file} in ${cwd}: ${result.all}`);
      assert.match(result.stderr, /1 problem in 1 file\n$/);
    }
  });

  it('tells them in every format, and warnings count with `--strict`', async () => {
    const json = JSON.parse((await lint(['policies/hr.yaml'], folder.root, '--format', 'json')).stdout) as object;
    assert.deepNestedInclude(json, { counts: { files: 1, errors: 1, warnings: 0, waived: 0 } });
    const github = await lint(['policies/hr.yaml'], folder.root, '--format', 'github');
    assert.lengthOf(github.stdout.trimEnd().split('\n'), 1);
    await folder.write(
      'policies/old.yaml',
      'workspace: old\nmembers: { ana: [{ role: member, until: 2020-01-01 }] }\n',
    );
    assert.equal((await lint(['policies/old.yaml'])).exitCode, 0);
    assert.equal((await lint(['policies/old.yaml'], folder.root, '--strict')).exitCode, 1);
  });

  it('tells of a file whose name is nearly right, too', async () => {
    await folder.write('policies/it.YAML', '');
    assert.include((await lint(['policies/it.YAML'])).stdout, '[bad-file-name]');
  });

  it('exits 2 for whatever is no file of the policy, and says what would be', async () => {
    const cases: readonly (readonly [file: string, says: string, help: string])[] = [
      ['notes.txt', '`notes.txt` is no file of the policy in `.`', 'end in `.yaml`'],
      ['policies/README.md', 'is no file of the policy', '`--policy DIR`'],
      ['policies/suport.yaml', 'there is no file `policies/suport.yaml`', 'did you mean `policies/support.yaml`?'],
      ['support.yaml', 'there is no file `support.yaml`', ''],
      ['policies', '`policies` is a folder', '--policy policies'],
      ['../policies/hr.yaml', 'there is no file', ''],
      ['/etc/passwd', 'is no file of the policy', ''],
      ['', 'is a folder', ''],
    ];
    for (const [file, says, help] of cases) {
      const result = await lint([file]);
      assert.deepInclude(result, { exitCode: 2, stdout: '' }, file);
      assert.include(result.stderr, says);
      assert.include(result.stderr, help);
    }
    assert.equal((await lint(['policies/hr.yaml', 'notes.txt'])).exitCode, 2);
  });
});
