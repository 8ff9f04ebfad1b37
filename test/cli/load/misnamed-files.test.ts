import { assert } from 'chai';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { runCommand } from '../../support/command-line.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const denied = 'workspace: sales\nmembers: { ana@acme.example: nosuchrole }\n';

const names: Readonly<Record<string, string>> = {
  'policies/sales.YAML': 'policies/sales.yaml',
  'policies/sales.Yml': 'policies/sales.yaml',
  'policies/sales.yaml ': 'policies/sales.yaml',
  'policies/sales.json': 'policies/sales.yaml',
  'policies/sales.yaml.txt': 'policies/sales.yaml',
  'policies/sales.test.YAML': 'policies/sales.test.yaml',
  'policies/sales.tests.yaml': 'policies/sales.test.yaml',
  'policies/emea/Organization.yaml': 'policies/emea/organization.yaml',
  'Roles.yaml': 'roles.yaml',
};

const commands: Readonly<Record<string, readonly string[]>> = {
  lint: ['lint'],
  test: ['test'],
  enforce: ['enforce', 'ana@acme.example', 'support', 'comment:send'],
  compile: ['compile', '--out', 'out'],
  publish: ['publish', '--database', 'sqlite:releases.db', '--author', 'ana'],
  'diff against the commit before': ['diff', 'HEAD'],
};

describe('a file whose name is nearly one that is read', () => {
  let policy: GitPolicy;
  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.commit();
  });
  afterEach(() => policy.dispose());
  after(disposeSidecars);

  for (const [name, right] of Object.entries(names)) {
    it(`stops every command: ${JSON.stringify(name)}`, async () => {
      await policy.write(name, denied);
      for (const [what, argv] of Object.entries(commands)) {
        const result = await runCommand(argv, { cwd: policy.root });
        assert.equal(result.exitCode, 1, `${what}: ${result.all}`);
        assert.include(result.all, `${name}:1:1: \`${name}\` is not read`, what);
        assert.include(result.all, `help: rename it to \`${right}\``, what);
      }
    });

    it(`stops a sidecar from loading: ${JSON.stringify(name)}`, async () => {
      const running = await runSidecar();
      const before = running.live.current?.revision;
      await running.folder.write(name, denied);
      const reply = await running.call('/v1/policy/reload', { method: 'POST' });
      assert.equal(reply.status, 422, reply.text);
      assert.include(reply.text, 'bad-file-name');
      assert.equal(running.live.current?.revision, before);
      await running.folder.remove(name);
      assert.equal((await running.call('/v1/policy/reload', { method: 'POST' })).status, 200);
      await running.dispose();
    });
  }

  it('is an error of a commit, too: `diff` compares with the last one that has none', async () => {
    const sound = policy.git('rev-parse', 'HEAD').slice(0, 12);
    for (const name of ['policies/sales.YAML', 'policies/sales.json', 'Roles.yaml']) {
      await policy.write(name, denied);
      policy.commit();
      await policy.remove(name);
      const result = await runCommand(['diff', 'HEAD'], { cwd: policy.root });
      assert.include(result.all, `since ${sound}, the last commit before`);
    }
  });

  it('is named where roles.yaml is missing', async () => {
    const { 'roles.yaml': roles = '' } = smallPolicy();
    await policy.remove('roles.yaml');
    for (const name of ['Roles.yaml', 'roles.YML', 'roles.yaml ']) {
      await policy.write(name, roles);
      const result = await runCommand(['lint'], { cwd: policy.root });
      assert.equal(result.exitCode, 2);
      assert.include(result.stderr, `rename \`${name}\` to \`roles.yaml\``);
      await policy.remove(name);
    }
  });

  it('is none where it is put aside, hidden, a note, or the file of somebody else', async () => {
    const others = ['sales.yaml~', 'sales.yaml.bak', '.sales.yaml.swp', 'README.md', 'sales.yaml.orig', '#sales.yaml#'];
    for (const name of others) await policy.write(`policies/${name}`, denied);
    await policy.write('roles.json', '{}');
    assert.deepInclude(await runCommand(['lint'], { cwd: policy.root }), { exitCode: 0, stdout: '' });
  });
});

describe('a file of one kind under the name of another', () => {
  const { 'policies/organization.yaml': organization = '', 'policies/support.yaml': support = '' } = smallPolicy();
  const cases: Readonly<Record<string, readonly [path: string, text: string, help: string]>> = {
    'an organization': [
      'policies/organisation.yaml',
      organization,
      'an organization stands in a file called `organization.yaml`',
    ],
    tests: ['policies/support-test.yaml', 'tests: []\n', 'policy tests stand in a file that ends in `.test.yaml`'],
    'a workspace as a test': ['policies/hr.test.yaml', support, 'a workspace stands in a file of its own'],
    'a workspace as an organization': [
      'policies/emea/organization.yaml',
      support,
      'a workspace stands in a file of its own',
    ],
    permissions: ['policies/roles.yaml', 'permissions: {}\n', 'permissions stand in `roles.yaml`'],
  };
  for (const [what, [path, text, help]] of Object.entries(cases)) {
    it(`is told where it belongs: ${what}`, async () => {
      const policy = await createGitPolicy({ ...smallPolicy(), [path]: text });
      const result = await runCommand(['lint'], { cwd: policy.root });
      await policy.dispose();
      assert.equal(result.exitCode, 1);
      assert.include(result.stdout, help);
    });
  }
});
