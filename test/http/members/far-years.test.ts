import { assert } from 'chai';
import { createGitPolicy } from '../../support/git-policy.ts';
import { runCommand } from '../../support/command-line.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { govern, smallPolicy } from '../../support/policy-folder.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

/** Spans as they are written, as they are answered, and what `diff` says of them. */
const spans: readonly (readonly [written: Record<string, string>, told: Record<string, string>, diff: string])[] = [
  [{ until: '9999-12-31' }, { until: '9999-12-31T23:59:59.999Z' }, 'until 9999-12-31:'],
  [{ until: '9999-12-31T23:59:59Z' }, { until: '9999-12-31T23:59:59Z' }, 'until 9999-12-31T23:59:59Z:'],
  [{ until: '9999-12-31T23:59:59-05:00' }, { until: '9999-12-31T23:59:59.999Z' }, 'until 9999-12-31:'],
  [{ from: '0001-01-01' }, { from: '0001-01-01T00:00:00Z' }, ':'],
  [{ from: '0000-01-01T00:00:00+01:00' }, { from: '0000-01-01T00:00:00Z' }, ':'],
  [
    { from: '0099-02-28', until: '9998-12-31' },
    { from: '0099-02-28T00:00:00Z', until: '9999-01-01T00:00:00Z' },
    'until 9998-12-31:',
  ],
];

const yaml = (written: Record<string, string>): string => {
  const times = Object.entries(written).map(([name, time]) => `, ${name}: ${time}`);
  return `${smallPolicy()['policies/support.yaml'] ?? ''}  dan@acme.example: [{ role: member${times.join('')} }]\n`;
};
const listed = (json: unknown): unknown => {
  const [held] = (json as { roles: readonly Record<string, unknown>[] }).roles;
  const { from, until } = held ?? {};
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
};

describe('the first and the last years', () => {
  let databases: TestDatabases;
  let stored: DatabaseSidecar;
  before(async () => {
    databases = (await testDatabases[0]?.open()) as TestDatabases;
    const url = await databases.create();
    const files = { ...smallPolicy(), 'roles.yaml': govern(smallPolicy()['roles.yaml'] ?? '') };
    await publish(url, files);
    stored = await runDatabaseSidecar(url);
  });
  after(async () => {
    await disposeSidecars();
    await disposeDatabaseSidecars();
    await databases.dispose();
  });

  for (const [written, told, diff] of spans) {
    it(`are one instant in YAML, over HTTP and in the database: ${JSON.stringify(written)}`, async () => {
      const running = await runSidecar({ files: { ...smallPolicy(), 'policies/support.yaml': yaml(written) } });
      const ofYaml = await running.call('/v1/workspaces/support/members/dan@acme.example');
      assert.deepEqual(listed(ofYaml.json), told, ofYaml.text);
      await running.dispose();

      const path = '/v1/workspaces/support/members/eve@acme.example';
      const body = { roles: [{ role: 'member', ...written }], actor: 'wim@acme.example' };
      const reply = await stored.put(path, body);
      assert.oneOf(reply.status, [200, 201], reply.text);
      const read = await stored.call(path);
      assert.deepEqual(listed(read.json), told, read.text);
      assert.isTrue(await stored.allows('eve@acme.example', 'comment:send'));
    });

    it(`are days in \`diff\`, and times in its JSON: ${JSON.stringify(written)}`, async () => {
      const policy = await createGitPolicy();
      policy.commit();
      await policy.write('policies/support.yaml', yaml(written));
      const { stdout } = await runCommand(['diff', 'HEAD'], { cwd: policy.root });
      assert.include(stdout, diff);
      const json = await runCommand(['diff', 'HEAD', '--format', 'json'], { cwd: policy.root });
      for (const text of [stdout, json.stdout]) assert.notMatch(text, /[+-]\d{6}-\d{2}/);
      await policy.dispose();
    });
  }

  it('are days in `diff` where a role that ended for ever no longer ends', async () => {
    const policy = await createGitPolicy({ ...smallPolicy(), 'policies/support.yaml': yaml({ until: '9999-12-31' }) });
    policy.commit();
    await policy.write('policies/support.yaml', yaml({}));
    const { stdout } = await runCommand(['diff', 'HEAD'], { cwd: policy.root });
    assert.include(stdout, ' from 9999-12-31: role member');
    await policy.dispose();
  });

  it('are times of `--at` and of the clock of tests', async () => {
    const test = (now: string): string =>
      `now: ${now}\ntests: [{ name: x, workspace: support, as: dan@acme.example, can: [comment:send] }]\n`;
    const policy = await createGitPolicy({
      ...smallPolicy(),
      'policies/support.yaml': yaml({ from: '0001-01-01', until: '9999-12-31' }),
    });
    for (const at of ['0001-01-01', '0099-06-01T00:00:00Z', '9999-12-31']) {
      await policy.write('policies/support.test.yaml', test(at));
      for (const argv of [['test'], ['enforce', 'dan@acme.example', 'support', 'comment:send', '--at', at]]) {
        const result = await runCommand(argv, { cwd: policy.root });
        assert.equal(result.exitCode, 0, result.all);
      }
    }
    const before = ['enforce', 'dan@acme.example', 'support', 'comment:send', '--at', '0000-12-31T23:59:59Z'];
    const early = await runCommand(before, { cwd: policy.root });
    assert.equal(early.exitCode, 1);
    assert.include(early.stdout, 'begins at 0001-01-01T00:00:00Z');
    await policy.dispose();
  });
});
