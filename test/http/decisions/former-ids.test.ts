import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const headers = { Authorization: 'Bearer token-of-the-admins-of-acme' };
const asOthers = { Authorization: 'Bearer token-of-the-admins-of-other' };

function renamedFiles(): Record<string, string> {
  const files = memberPolicyFiles();
  const edit = (path: string, from: string, to: string): void => {
    assert.include(files[path], from);
    files[path] = (files[path] ?? '').replace(from, to);
  };
  edit('roles.yaml', 'ticket:close: Close tickets', 'case:close: { title: Close, was: ticket:close }');
  edit('policies/acme/organization.yaml', 'organization: acme', 'organization: umbrella\nformerly: acme');
  edit('policies/acme/support.yaml', 'workspace: support', 'workspace: help\nformerly: support');
  return files;
}

describe('former ids over HTTP', () => {
  let databases: TestDatabases;
  let secrets: PolicyFolder;
  let url: string;
  let running: DatabaseSidecar;
  before(async () => {
    databases = (await testDatabases[0]?.open()) as TestDatabases;
    secrets = await createPolicyFolder({
      tokens: 'token-of-nobody-in-particular\n',
      admins: [
        `${headers.Authorization.slice(7)} name=acme-admin organizations=acme`,
        `${asOthers.Authorization.slice(7)} name=other-admin organizations=other`,
      ].join('\n'),
    });
  });
  beforeEach(async () => {
    url = await databases.create();
    await publish(url, memberPolicyFiles());
    const [tokenFile, adminTokenFile] = [`${secrets.root}/tokens`, `${secrets.root}/admins`];
    running = await runDatabaseSidecar(url, { tokenFile, adminTokenFile });
  });
  afterEach(disposeDatabaseSidecars);
  after(async () => {
    await secrets.dispose();
    await databases.dispose();
  });

  const kim = (place = 'support'): string => `/v1/workspaces/${place}/members/kim`;
  const rename = async (): Promise<void> => {
    await publish(url, renamedFiles());
    await running.live.catchUp();
  };
  const enforce = async (workspace: string, permission: string, more: object = {}): Promise<Reply> =>
    running.call('/v1/enforce', { method: 'POST', headers, body: { subject: 'kim', workspace, permission, ...more } });
  const decision = async (...asked: Parameters<typeof enforce>): Promise<unknown> =>
    ((await enforce(...asked)).json as { decision?: boolean }).decision;

  it('mean what they meant: in decisions, batches, addresses, tokens, and members at run time', async () => {
    const given = await running.put(kim(), { roles: ['agent'], actor: 'mia' }, headers);
    assert.strictEqual(given.status, 201, given.text);
    assert.strictEqual(await decision('support', 'ticket:close'), true);
    const { revision } = given.json as { revision: string };
    await rename();
    for (const workspace of ['support', 'help']) {
      for (const permission of ['ticket:close', 'case:close']) {
        assert.strictEqual(await decision(workspace, permission, { minRevision: revision }), true);
      }
      const { json } = await running.call(kim(workspace), { headers });
      assert.deepInclude(json as object, {
        workspace: 'help',
        roles: [{ role: 'agent', title: 'Agent', isHeld: true }],
      });
      const requests = [{ subject: 'kim', workspace, permission: 'ticket:close' }];
      const batch = await running.call('/v1/enforce/batch', { method: 'POST', headers, body: { requests } });
      assert.deepEqual((batch.json as { decisions: object[] }).decisions, [{ decision: true }]);
      for (const end of ['roles', 'members', 'members/kim/permissions']) {
        const reply = await running.call(`/v1/workspaces/${workspace}/${end}`, { headers });
        assert.strictEqual(reply.status, 200, reply.text);
        assert.include(reply.json as object, { workspace: 'help' });
      }
    }
    for (const organization of ['acme', 'umbrella']) {
      const reply = await running.call(`/v1/organizations/${organization}/members`, { headers });
      assert.include(reply.json as object, { organization: 'umbrella' });
      expectProblem(
        await running.call(`/v1/organizations/${organization}/members`, { headers: asOthers }),
        403,
        'forbidden',
      );
    }
    expectProblem(await running.call(kim('help'), { headers: asOthers }), 403, 'forbidden');
    expectProblem(await running.call(kim('nowhere'), { headers }), 403, 'forbidden');
  });

  it('change one and the same membership, before and after, and a request that comes again', async () => {
    const keyed = { ...headers, 'Idempotency-Key': 'give-kim-a-role-once' };
    const first = await running.put(kim(), { roles: ['agent'], actor: 'mia' }, keyed);
    assert.strictEqual(first.status, 201, first.text);
    await rename();
    const again = await running.put(kim(), { roles: ['agent'], actor: 'mia' }, keyed);
    assert.strictEqual(again.text, first.text);
    const changed = await running.put(kim(), { roles: ['lead'], actor: 'mia' }, headers);
    assert.strictEqual(changed.status, 200, changed.text);
    assert.strictEqual(await decision('help', 'invoice:create'), true);
    assert.strictEqual(await decision('support', 'invoice:create'), true);
    const none = await running.put(
      kim('help'),
      { roles: ['agent'], actor: 'mia' },
      { ...headers, 'If-None-Match': '*' },
    );
    expectProblem(none, 412, 'precondition-failed');
    const removed = await running.remove(`${kim()}?actor=mia`, headers);
    assert.strictEqual(removed.status, 200, removed.text);
    expectProblem(await running.call(kim('help'), { headers }), 404, 'unknown-member');
    assert.strictEqual(await decision('help', 'case:close'), false);
  });

  it('are taken for what they became meanwhile by a change that waited', async () => {
    await publish(url, renamedFiles());
    const changed = await running.put(kim(), { roles: ['agent'], actor: 'mia' }, headers);
    assert.strictEqual(changed.status, 201, changed.text);
    assert.strictEqual(await decision('help', 'case:close'), true);
    const { json } = await running.call(kim('help'), { headers });
    assert.include(json as object, { workspace: 'help' });
  });

  it('are listed behind those of now, with what they have become', async () => {
    await rename();
    const { json } = await running.call('/v1/workspaces/help/members/mia/permissions?after=member%3Amanage', {
      headers,
    });
    assert.deepEqual((json as { permissions: object[] }).permissions, [
      {
        permission: 'ticket:close',
        title: 'Close',
        category: 'Work',
        decision: true,
        movedTo: ['case:close'],
      },
    ]);
  });
});
