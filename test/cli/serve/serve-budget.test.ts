import { assert } from 'chai';
import { join } from 'node:path';
import { runCommand } from '../../support/command-line.ts';
import { publish } from '../../support/database-sidecar.ts';
import { createPolicyFolder, governedPolicy, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
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

  it('has a revocation hold in all workers while a release waits, and the release when it is accepted', async () => {
    const url = `sqlite:${join(policy.root, 'releases.db')}`;
    const files = governedPolicy();
    await publish(url, files);
    const flags = ['--listen', '127.0.0.1:0', '--workers', '2', '--max-changed', '1%', '--database', url];
    serving = new Serving([...flags, '--admin-token-file', join(policy.root, 'admins')], policy.root);
    await serving.untilOutput('answers on');
    const { address } = serving;
    const headers = { Authorization: `Bearer ${'s3cret-'.repeat(6)}` };
    const call = (method: string, path: string, body?: object) =>
      send(address, path, { method, headers, ...(body && { body }) });
    const members = '/v1/workspaces/support/members';
    const given = { roles: ['team-lead'], actor: 'wim@acme.example' };
    for (const name of ['dan', 'gus']) {
      assert.strictEqual((await call('PUT', `${members}/${name}@acme.example`, given)).status, 201);
    }
    for (let times = 0; times < 120; times += 1) await call('POST', '/v1/enforce', ana);
    await publish(url, { ...files, [file]: demoted });
    const reply = await call('POST', '/v1/policy/reload');
    assert.strictEqual(reply.status, 409, reply.text);
    const ended = await call('DELETE', `${members}/dan@acme.example?actor=wim%40acme.example`);
    assert.strictEqual(ended.status, 200, ended.text);
    const { revision: minRevision } = ended.json as { revision: string };
    const decisions = async (more: object): Promise<string> => {
      const found: string[] = [];
      // Each on a connection of its own, so both workers are asked.
      for (const name of ['dan', 'gus', 'ana', 'dan', 'gus', 'ana']) {
        const { json } = await call('POST', '/v1/enforce', { ...ana, subject: `${name}@acme.example`, ...more });
        if ((json as { decision: boolean }).decision) found.push(name);
      }
      return found.join(' ');
    };
    assert.strictEqual(await decisions({ minRevision }), 'gus ana gus ana');
    const { budget } = reply.json as { budget: { revision: string } };
    const accepted = await call('POST', '/v1/policy/accept', { revision: budget.revision });
    assert.strictEqual(accepted.status, 200, accepted.text);
    assert.strictEqual(await decisions({ minRevision }), 'gus gus');
    assert.strictEqual((await call('DELETE', `${members}/gus@acme.example?actor=wim%40acme.example`)).status, 200);
    assert.strictEqual(await decisions({}), '');
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
