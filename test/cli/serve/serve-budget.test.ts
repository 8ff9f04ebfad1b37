import { assert } from 'chai';
import { join } from 'node:path';
import { runCommand } from '../../support/command-line.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { send } from '../../support/running-sidecar.ts';
import { Serving } from '../../support/serving.ts';

const file = 'policies/support.yaml';
/** Whoever has everything may change roles, too. */
const roles = (smallPolicy()['roles.yaml'] ?? '').replace(
  'tag:create: Create tags',
  'tag:create: Create tags\n    role:manage: { title: Manage roles, controls: roles }',
);
const demoted = (smallPolicy()[file] ?? '').replace('ana@acme.example: team-lead', 'ana@acme.example: member');
const ana = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };

describe('rolebook serve --max-changed', function () {
  this.timeout(90_000);
  let policy: PolicyFolder;
  let serving: Serving | undefined;
  beforeEach(
    async () =>
      (policy = await createPolicyFolder({
        ...smallPolicy(),
        'roles.yaml': roles,
        admins: `${'s3cret-'.repeat(6)}\n`,
      })),
  );
  afterEach(async () => {
    serving?.kill();
    await policy.dispose();
  });

  it('keeps back with workers what changes too much of what all were asked, until it is accepted', async () => {
    const flags = [
      '--listen',
      '127.0.0.1:0',
      '--workers',
      '2',
      '--max-changed',
      '1%',
      '--poll-interval',
      '600',
      '--changes',
      'files',
    ];
    serving = new Serving([...flags, '--admin-token-file', join(policy.root, 'admins')], policy.root);
    await serving.untilOutput('answers on');
    const { address } = serving;
    const headers = { Authorization: `Bearer ${'s3cret-'.repeat(6)}` };
    const post = (path: string, body?: object) =>
      send(address, path, { method: 'POST', headers, ...(body && { body }) });
    // Each on a connection of its own, so both workers are asked.
    for (let times = 0; times < 120; times += 1) await post('/v1/enforce', ana);
    // The thread that judges a change is given what the workers were asked.
    const edits = [{ edit: 'role.change', workspace: 'support', role: 'team-lead', disallow: ['tag:create'] }];
    const change = await post('/v1/changes', { actor: 'wim@acme.example', edits });
    assert.strictEqual(change.status, 409, change.text);
    assert.include(change.text, '120 of 120 remembered requests would be answered otherwise: 120 allowed → denied');
    await policy.write(file, demoted);
    const reply = await post('/v1/policy/reload');
    assert.strictEqual(reply.status, 409, reply.text);
    assert.include(reply.text, '120 of 120 remembered requests would be answered otherwise: 120 allowed → denied');
    assert.include((await post('/v1/enforce', ana)).text, '"decision":true');
    const { budget } = reply.json as { budget: { revision: string } };
    assert.strictEqual((await post('/v1/policy/accept', { revision: '000000000000' })).status, 409);
    const accepted = await post('/v1/policy/accept', { revision: budget.revision });
    assert.deepEqual(accepted.json, { outcome: 'live', revision: budget.revision });
    for (let times = 0; times < 4; times += 1) {
      assert.include((await post('/v1/enforce', ana)).text, '"decision":false');
    }
  });

  for (const value of ['1', '101%', '-1%', '1.0001%', 'half', '']) {
    it(`takes no share that is ${JSON.stringify(value)}`, async () => {
      const { exitCode, stderr } = await runCommand(['serve', '--max-changed', value], { cwd: policy.root });
      assert.strictEqual(exitCode, 2);
      assert.include(stderr, '--max-changed');
    });
  }

  it('stands not beside a fixed time, which has no traffic', async () => {
    const { exitCode, stderr } = await runCommand(['serve', '--max-changed', '1%', '--at', '2026-11-20T09:00:00Z'], {
      cwd: policy.root,
    });
    assert.strictEqual(exitCode, 2);
    assert.include(stderr, '`--at` and `--max-changed` cannot stand together');
  });
});
