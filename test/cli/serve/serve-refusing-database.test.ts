import { assert } from 'chai';
import { asAdmin, createAdminTokenFile, type AdminTokenFile } from '../../support/admin-token.ts';
import { publish } from '../../support/database-sidecar.ts';
import { governedPolicy } from '../../support/policy-folder.ts';
import { postgresServer, type PostgresServer } from '../../support/postgres-server.ts';
import { send, type Reply } from '../../support/running-sidecar.ts';
import { Serving } from '../../support/serving.ts';

const dan = '/v1/workspaces/support/members/dan';

describe('rolebook serve with a database user that may only read', function () {
  this.timeout(90_000);
  let server: PostgresServer;
  let admins: AdminTokenFile;
  let serving: Serving;
  let owner: string;
  let reader: string;
  let role: string;

  before(async () => {
    server = await postgresServer();
    admins = await createAdminTokenFile();
    owner = await server.createDatabase();
    await publish(owner, governedPolicy());
    role = `rolebook_serve_${process.pid}`;
    await server.query(owner, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    const url = new URL(owner);
    url.username = role;
    url.password = 'secret';
    reader = url.href;
  });
  beforeEach(() => server.query(owner, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`));
  after(() => admins.dispose());
  afterEach(() => serving.kill());

  const start = async (...more: string[]): Promise<void> => {
    serving = new Serving(
      ['--listen', '127.0.0.1:0', '--database', reader, '--admin-token-file', admins.path, ...more],
      '/',
    );
    await serving.untilOutput('answers on');
  };
  const call = (path: string, method = 'GET', body?: object): Promise<Reply> =>
    send(serving.address, path, { method, ...(body && { body }), headers: asAdmin });
  const give = (...roles: string[]): Promise<Reply> => call(dan, 'PUT', { roles, actor: 'wim@acme.example' });
  const logged = (text: string): number => serving.stderr.split(text).length - 1;

  for (const workers of ['1', '2']) {
    it(`says so, in the reply and once in the log, with ${workers} of its processes answering`, async () => {
      await start('--workers', workers);
      await serving.untilOutput('the heartbeat cannot be written');
      for (let turn = 0; turn < 6; turn += 1) {
        const reply = await give('team-lead');
        assert.equal(reply.status, 500, reply.text);
        assert.include(reply.json as object, { type: '/problems/database-refused', code: 'database-refused' });
        assert.isUndefined(reply.headers['retry-after']);
        assert.include(reply.text, 'permission denied for table ');
        assert.include(reply.text, 'To send it again does not help');
      }
      assert.equal(logged('memberships cannot be changed'), 1, serving.stderr);
      assert.equal(logged('the heartbeat cannot be written'), 1, serving.stderr);
      assert.equal(logged('a membership could not be changed'), 0, serving.stderr);
      for (let turn = 0; turn < 4; turn += 1) {
        const fleet = (await call('/v1/fleet')).json as { sidecars: { isSelf: boolean }[]; unwritten: object };
        assert.deepEqual(
          fleet.sidecars.map(({ isSelf }) => isSelf),
          [true],
        );
        assert.include(JSON.stringify(fleet.unwritten), 'permission denied for table rolebook_sidecar');
      }
      const reload = await call('/v1/policy/reload', 'POST');
      assert.equal(reload.status, 200, reload.text);
      await server.query(owner, `REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM ${role}`);
      const asked = { subject: 'dan', workspace: 'support', permission: 'tag:create' };
      const minRevision = `${'0'.repeat(12)}.7-4be07d15`;
      for (const refused of [
        await call('/v1/fleet'),
        await call('/v1/policy/reload', 'POST'),
        await give('member'),
        await call('/v1/enforce', 'POST', { ...asked, minRevision }),
      ]) {
        assert.equal(refused.status, 500, refused.text);
        assert.include(refused.text, '"database-refused"');
        assert.isUndefined(refused.headers['retry-after']);
      }
      assert.notInclude(serving.stderr, 'secret');
    });
  }
});
