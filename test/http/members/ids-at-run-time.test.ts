import { assert } from 'chai';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

const uuid = '550e8400-e29b-41d4-a716-446655440000';
/** Each is its own workspace, however a database, a file system or JavaScript would like to read it. */
const workspaces = [
  '1234',
  '01234',
  '1.10',
  '1.1',
  '1e3',
  '1000',
  '0x10',
  uuid,
  uuid.toUpperCase(),
  'acme',
  'ACME',
  'a_b',
  'a.b',
  'toString',
];
const roles = ['Agent', 'agent', 'AGENT', 'constructor', 'a.b_c-D', 'hasOwnProperty'];
const wrong = [
  'Acme',
  '01235',
  '1234.0',
  '1.100',
  '0X10',
  '.',
  '..',
  '%',
  '_',
  ' 1234',
  '1234 ',
  '+1234',
  'acme/ACME',
  'a*b',
  'a%2Eb',
  'acme\u0000',
  "acme'--",
  '__proto__',
  'constructor',
  'x'.repeat(65),
];

const files = {
  'roles.yaml': `permissions:
  C:
    user:2fa-reset: Reset the second factor
    user:2FA-reset: Reset it another way
    member:manage: { title: Change members, controls: members }
roles:
${roles.map((id, index) => `  ${id}: { grants: [${index === 0 ? '"user:2fa-reset"' : ''}] }`).join('\n')}
  boss: { grants: ["*"], spans: organization }
  Payer: { grants: ["user:2FA-reset"], spans: organization }
`,
  'policies/42/organization.yaml': 'organization: "42"\nmembers: { ana: boss }\n',
  ...Object.fromEntries(
    workspaces.map((id, index) => [`policies/42/${index}.yaml`, `workspace: "${id}"\nmembers: { "9": agent }\n`]),
  ),
  'policies/Globex.EU/organization.yaml': 'organization: Globex.EU\nmembers: { bo: boss }\n',
  'policies/Globex.EU/w.yaml': 'workspace: "7"\n',
};

const asNumber = { Authorization: 'Bearer token-of-the-company-42' };
const asNumberAdmin = { Authorization: 'Bearer token-of-admins-of-42' };
const asOther = { Authorization: 'Bearer token-of-the-company-globex' };

for (const { kind, open } of testDatabases) {
  describe(`ids as products have them, at run time on ${kind}`, () => {
    let databases: TestDatabases;
    let secrets: PolicyFolder;
    let url: string;
    let running: DatabaseSidecar;

    before(async function () {
      this.timeout(60_000);
      secrets = await createPolicyFolder({
        tokens: 'token-of-the-company-42 organizations=42\ntoken-of-the-company-globex organizations=Globex.EU\n',
        admins: 'token-of-admins-of-42 organizations=42\ntoken-of-an-admin-of-all\n',
      });
      databases = await open();
      url = await databases.create();
      await publish(url, files);
      running = await runDatabaseSidecar(url, {
        tokenFile: `${secrets.root}/tokens`,
        adminTokenFile: `${secrets.root}/admins`,
      });
    });
    after(async () => {
      await disposeDatabaseSidecars();
      await secrets.dispose();
      await databases.dispose();
    });

    const admin = { Authorization: 'Bearer token-of-an-admin-of-all' };
    const pathOf = (workspace: string, subject = 'kim'): string =>
      `/v1/workspaces/${encodeURIComponent(workspace)}/members/${subject}`;
    const may = async (subject: string, workspace: string, permission = 'user:2fa-reset'): Promise<boolean> => {
      const body = { subject, workspace, permission };
      const reply = await running.call('/v1/enforce', { method: 'POST', body, headers: admin });
      assert.equal(reply.status, 200, reply.text);
      return (reply.json as { decision: boolean }).decision;
    };

    it('are each the one that was named, in the path and in the body', async () => {
      for (const [index, id] of workspaces.entries()) {
        const subject = `kim-${index}`;
        const given = await running.put(pathOf(id, subject), { roles: ['Agent'], actor: 'ana' }, admin);
        assert.equal(given.status, 201, `${id}: ${given.text}`);
        assert.include(given.json as object, { workspace: id });
        const found: string[] = [];
        for (const other of workspaces) if (await may(subject, other)) found.push(other);
        assert.deepEqual(found, [id]);
        assert.isFalse(await may(subject, id, 'user:2FA-reset'));
      }
    });

    it('that are of nothing are unknown at every door', async () => {
      for (const id of wrong) {
        const path = pathOf(id);
        if (id !== '.' && id !== '..') {
          for (const reply of [
            await running.put(path, { roles: ['Agent'], actor: 'ana' }, admin),
            await running.remove(`${path}?actor=ana`, admin),
            await running.call(path, { headers: admin }),
            await running.call(`/v1/workspaces/${encodeURIComponent(id)}/roles`, { headers: admin }),
          ]) {
            assert.isAtLeast(reply.status, 400, `${JSON.stringify(id)}: ${reply.text}`);
            assert.isBelow(reply.status, 500, `${JSON.stringify(id)}: ${reply.text}`);
          }
        }
        const body = { subject: 'ana', workspace: id, permission: 'user:2fa-reset' };
        const asked = await running.call('/v1/enforce', { method: 'POST', body, headers: admin });
        if (asked.status === 200) assert.deepInclude(asked.json as object, { decision: false }, JSON.stringify(id));
        else assert.equal(asked.status, 400, asked.text);
      }
    });

    it('of roles are told apart by case, and unknown ones are refused', async () => {
      for (const role of roles) {
        const reply = await running.put(pathOf('acme', 'lea'), { roles: [role], actor: 'ana' }, admin);
        assert.isBelow(reply.status, 300, `${role}: ${reply.text}`);
        assert.deepInclude(reply.json as object, { roles: [{ role }] });
        assert.equal(await may('lea', 'acme'), role === 'Agent', role);
        const listed = await running.call(pathOf('acme', 'lea'), { headers: admin });
        assert.include(listed.text, `"${role}"`);
      }
      for (const role of [
        'aGENT',
        'AGENT ',
        '',
        '1',
        'toString',
        '__proto__',
        'a.b_c-d',
        'valueOf',
        'agent/Agent',
        'Agent\n',
      ]) {
        const reply = await running.put(pathOf('acme', 'lea'), { roles: [role], actor: 'ana' }, admin);
        assert.oneOf(reply.status, [400, 422], `${JSON.stringify(role)}: ${reply.text}`);
      }
    });

    it('of permissions differ by case, too', async () => {
      assert.isTrue(await may('ana', '1.10', 'user:2FA-reset'));
      for (const permission of ['user:2fa-Reset', 'User:2fa-reset', 'user:2fa', 'user:02fa-reset', 'user:2fa-reset '])
        assert.isFalse(await may('ana', '1.10', permission), permission);
    });

    it('of organizations bound a token, and are places of memberships', async () => {
      const question = (workspace: string): object => ({ subject: 'ana', workspace, permission: 'user:2fa-reset' });
      const ask = (workspace: string, headers: Record<string, string>) =>
        running.call('/v1/enforce', { method: 'POST', body: question(workspace), headers });
      assert.include((await ask('01234', asNumber)).json as object, { decision: true });
      expectProblem(await ask('7', asNumber), 403, 'forbidden');
      expectProblem(await ask('01234', asOther), 403, 'forbidden');
      assert.equal((await ask('7', asOther)).status, 200);

      const member = (organization: string): string => `/v1/organizations/${organization}/members/max`;
      const body = { roles: ['Payer'], actor: 'ana' };
      assert.equal((await running.put(member('42'), body, asNumberAdmin)).status, 201);
      assert.isTrue(await may('max', uuid, 'user:2FA-reset'));
      assert.isFalse(await may('max', '7', 'user:2FA-reset'));
      for (const id of ['042', '42.0', 'globex.eu', 'GLOBEX.EU', '4_2']) {
        expectProblem(await running.put(member(id), body, admin), 404, 'unknown-organization');
      }
      expectProblem(await running.put(member('Globex.EU'), body, asNumberAdmin), 403, 'forbidden');
    });

    it('are the same in another sidecar, which read them from the rows', async () => {
      const other = await runDatabaseSidecar(url, {
        id: 'other',
        tokenFile: `${secrets.root}/tokens`,
        adminTokenFile: `${secrets.root}/admins`,
      });
      for (const [index, id] of workspaces.entries()) {
        const body = {
          requests: workspaces.map((workspace) => ({
            subject: `kim-${index}`,
            workspace,
            permission: 'user:2fa-reset',
          })),
        };
        const reply = await other.call('/v1/enforce/batch', { method: 'POST', body, headers: admin });
        const { decisions } = reply.json as { decisions: { decision: boolean }[] };
        assert.deepEqual(
          workspaces.filter((_, at) => decisions[at]?.decision === true),
          [id],
        );
      }
    });
  });
}
