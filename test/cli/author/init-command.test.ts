import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

describe('rolebook init', () => {
  let cwd: string;

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'rolebook-init-'));
  });
  afterEach(() => rm(cwd, { recursive: true, force: true }));

  const rolebook = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd });

  for (const template of ['inbox', 'phone']) {
    it(`writes the ${template} template, which passes its own lint and tests`, async () => {
      const result = await rolebook('init', '--template', template);
      assert.equal(result.exitCode, 0, result.all);
      const lint = await rolebook('lint', '--strict');
      assert.deepInclude(lint, { exitCode: 0, stdout: '' });
      const tests = await rolebook('test');
      assert.equal(tests.exitCode, 0, tests.all);
      assert.match(tests.stdout, /^[1-9]\d* passed, 0 failed\n$/);
    });
  }

  it('lists what it wrote on stdout and the next steps on stderr', async () => {
    const result = await rolebook('init', 'access');
    const files = result.stdout.trimEnd().split('\n');
    assert.includeMembers(files, ['access/model.conf', 'access/roles.yaml', 'access/schemas/roles.schema.json']);
    assert.deepEqual(files, [...files].sort());
    for (const file of files) assert.isNotEmpty(await readFile(join(cwd, file)));
    for (const command of ['lint', 'test', 'serve'])
      assert.include(result.stderr, `rolebook ${command} --policy access`);
  });

  it('writes the inbox template unless another is named', async () => {
    await rolebook('init', 'a');
    await rolebook('init', 'b', '--template', 'inbox');
    assert.equal(await readFile(join(cwd, 'a/roles.yaml'), 'utf8'), await readFile(join(cwd, 'b/roles.yaml'), 'utf8'));
  });

  it('lists the files as JSON', async () => {
    const { stdout } = await rolebook('init', '--format', 'json');
    const report = JSON.parse(stdout) as { template: string; files: string[] };
    assert.equal(report.template, 'inbox');
    assert.include(report.files, 'roles.yaml');
  });

  it('overwrites nothing: one file in the way and none is written', async () => {
    await writeFile(join(cwd, 'roles.yaml'), 'mine');
    const result = await rolebook('init');
    assert.equal(result.exitCode, 2);
    assert.equal(result.stdout, '');
    assert.include(result.stderr, '`roles.yaml` is already there; nothing was written');
    assert.deepEqual(await readdir(cwd), ['roles.yaml']);
    assert.equal(await readFile(join(cwd, 'roles.yaml'), 'utf8'), 'mine');
  });

  it('lists every file in the way when run twice', async () => {
    await rolebook('init', 'access');
    const result = await rolebook('init', 'access');
    assert.equal(result.exitCode, 2);
    for (const path of ['access/roles.yaml', 'access/model.conf']) assert.include(result.stderr, `\`${path}\``);
  });

  it('sees a link that leads nowhere as a file in the way', async () => {
    await symlink('/nowhere/at/all', join(cwd, 'roles.yaml'));
    assert.equal((await rolebook('init')).exitCode, 2);
  });

  it('leaves other files of the folder alone', async () => {
    await mkdir(join(cwd, 'access'));
    await writeFile(join(cwd, 'access/README.md'), 'mine');
    assert.equal((await rolebook('init', 'access')).exitCode, 0);
    assert.equal(await readFile(join(cwd, 'access/README.md'), 'utf8'), 'mine');
  });

  it('exits 2 when the folder, or one inside it, is a file', async () => {
    await writeFile(join(cwd, 'file'), '');
    await mkdir(join(cwd, 'half'));
    await writeFile(join(cwd, 'half/policies'), '');
    for (const folder of ['file', 'file/below', 'half']) {
      const result = await rolebook('init', folder);
      assert.equal(result.exitCode, 2, result.all);
      assert.include(result.stderr, 'in the way');
    }
    assert.deepEqual(await readdir(join(cwd, 'half')), ['policies']);
  });

  it('exits 2 on an unknown template, an unknown flag, a flag without value, an empty folder name and a second one', async () => {
    const cases = [
      [['--template', 'inbx'], 'did you mean `inbox`?'],
      [['--template', '../..'], '`--template` cannot be `../..`'],
      [['--template'], 'argument missing'],
      [['--templat', 'inbox'], 'did you mean `--template`?'],
      [[''], '`DIR` is empty'],
      [['a', 'b'], 'too many arguments'],
      [['--format', 'yaml'], '`--format` cannot be `yaml`'],
    ] as const;
    for (const [argv, says] of cases) {
      const result = await rolebook('init', ...argv);
      assert.equal(result.exitCode, 2, argv.join(' '));
      assert.include(result.stderr, says);
      assert.deepEqual(await readdir(cwd), []);
    }
  });
});
