import { assert } from 'chai';
import { createAdminTokenFile, asAdmin, type AdminTokenFile } from '../../support/admin-token.ts';
import { changedTexts } from '../../support/change-policy.ts';
import { publish } from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { send, type Reply } from '../../support/running-sidecar.ts';
import { Serving } from '../../support/serving.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import { KeptConnections } from './kept-connections.ts';

const deciding = Object.fromEntries(Object.entries(changedTexts).filter(([path]) => !path.endsWith('.test.yaml')));
const signs = { subject: 'new', workspace: 'support', permission: 'doc:edit' };

describe('rolebook serve --changes database', function () {
  this.timeout(60_000);
  let admins: AdminTokenFile;
  before(async () => (admins = await createAdminTokenFile()));
  after(() => admins.dispose());

  for (const { kind, open } of testDatabases) {
    describe(`of ${kind}`, () => {
      let databases: TestDatabases;
      let [serving, kept]: [Serving | undefined, KeptConnections | undefined] = [undefined, undefined];
      before(async () => (databases = await open()));
      after(() => databases.dispose());
      afterEach(() => {
        kept?.close();
        serving?.kill();
      });

      it('has a role, and a membership at run time, live in all workers before it answers', async () => {
        const url = await databases.create();
        await publish(url, deciding);
        const flags = ['--listen', '127.0.0.1:0', '--workers', '2', '--admin-token-file', admins.path];
        const running = (serving = new Serving([...flags, '--database', url, '--changes', 'database'], '/'));
        await running.untilOutput('answers on');
        kept = new KeptConnections(running.address, 4);
        const post = (edits: readonly object[], actor = 'ana'): Promise<Reply> => {
          const body = { actor, edits };
          return send(running.address, '/v1/changes', { method: 'POST', headers: asAdmin, body });
        };
        const give = { edit: 'member.set', workspace: 'support', subject: 'new', roles: ['writer'] };
        const toggle = (word: 'allow' | 'disallow'): object => ({
          ...{ edit: 'role.change', workspace: 'support', role: 'writer' },
          [word]: ['doc:edit'],
        });
        for (const [edit, decision] of [
          [give, true],
          [toggle('disallow'), false],
          [toggle('allow'), true],
          [{ edit: 'member.remove', workspace: 'support', subject: 'new' }, false],
        ] as const) {
          const reply = await post([edit]);
          assert.equal(reply.status, 200, reply.text);
          const { revision } = reply.json as { revision: string };
          for (const answer of await kept.call('/v1/enforce', signs))
            assert.deepEqual(answer.json, { decision, revision });
        }
        expectProblem(await post([give], 'cy'), 403, 'actor-not-allowed');
        const { json } = await send(running.address, '/v1/changes', {});
        assert.lengthOf((json as { changes: object[] }).changes, 4);
        running.signal('SIGTERM');
        assert.strictEqual(await running.untilExit(), 0, running.stderr);
      });
    });
  }
});
