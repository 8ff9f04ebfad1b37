import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const kim = '/v1/workspaces/support/members/kim';
const agent = { roles: ['agent'], actor: 'mia', reason: 'hired' };
const support = 'policies/acme/support.yaml';

for (const { kind, open } of testDatabases) {
  describe(`an answer that is asked for again in ${kind}`, () => {
    let databases: TestDatabases;
    let url: string;
    let one: DatabaseSidecar;
    let other: DatabaseSidecar;
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    after(() => databases.dispose());
    beforeEach(async () => {
      url = await databases.create();
      await publish(url, memberPolicyFiles());
      one = await runDatabaseSidecar(url);
      other = await runDatabaseSidecar(url, { id: 'two' });
    });
    afterEach(disposeDatabaseSidecars);

    const key = (name: string): Record<string, string> => ({ 'Idempotency-Key': name });
    const edit = (path: string, change: (text: string) => string): Record<string, string> => {
      const files = memberPolicyFiles();
      return { ...files, [path]: change(files[path] ?? assert.fail(path)) };
    };
    const assertSame = (again: Reply, first: Reply, what: string): void => {
      assert.strictEqual(again.status, first.status, what);
      assert.strictEqual(again.text, first.text, what);
      assert.strictEqual(again.headers.etag, first.headers.etag, what);
    };
    const query = async (statement: string): Promise<void> => {
      const database = await openDatabase(new DatabaseUrl(url, '--database'), 'write', '/');
      await database.write((manager) => manager.query(statement));
      await database.close();
    };

    it('is the first one, byte for byte, whatever was published or changed since', async function () {
      this.timeout(30_000);
      const asks: [string, (sidecar: DatabaseSidecar) => Promise<Reply>][] = [
        ['given', (sidecar) => sidecar.put(kim, agent, key('given'))],
        ['given again', (sidecar) => sidecar.put(kim, { ...agent, reason: 'once more' }, key('same'))],
        ['taken', (sidecar) => sidecar.remove(`${kim}?actor=mia`, key('taken'))],
        ['taken from nobody', (sidecar) => sidecar.remove(`${kim}?actor=mia&reason=again`, key('nobody'))],
      ];
      const first = new Map<string, Reply>();
      for (const [name, ask] of asks) first.set(name, await ask(one));
      const publications: [string, Record<string, string>][] = [
        ['another title', edit(support, (text) => text.replace('title: Support', 'title: Helpdesk'))],
        ['git lists her', edit(support, (text) => text.replace('members:', 'members:\n  kim: agent'))],
        ['the actor may not any more', edit(support, (text) => text.replace(/mia: \S+/, 'mia: agent'))],
        ['the workspace is gone', edit(support, (text) => text.replace('workspace: support', 'workspace: help'))],
        ['as it was', memberPolicyFiles()],
      ];
      for (const [what, files] of publications) {
        const revision = await publish(url, files);
        for (const sidecar of [one, other]) {
          // Some ask a sidecar that has heard of it, some one that may not have.
          if (sidecar === one) await sidecar.call(`/v1/workspaces/nowhere/roles?minRevision=${revision}`);
          for (const [name, ask] of asks) {
            assertSame(await ask(sidecar), first.get(name) ?? assert.fail(name), `${what}, ${name}`);
          }
        }
      }
    });

    it('is the first one when what was published last cannot be made live', async () => {
      const first = await one.put(kim, agent, key('k'));
      await publish(
        url,
        edit(support, (text) => text.replace('title: Support', 'title: Spoilt')),
        `DELETE FROM rolebook_release_file WHERE sequence = 2`,
      );
      for (const sidecar of [one, other]) assertSame(await sidecar.put(kim, agent, key('k')), first, 'spoilt');
      assert.strictEqual((await one.put(kim, { ...agent, roles: ['seller'] })).status, 503);
    });

    it('names the revision that the change made, though another policy is live by the time it is told', async () => {
      const { revision } = (await one.put(kim, agent, key('k'))).json as { revision: string };
      const [policy = ''] = revision.split('.');
      const next = await publish(
        url,
        edit(support, (text) => text.replace('title: Support', 'title: Helpdesk')),
      );
      assert.notInclude(next, policy);
      const later = await other.put(kim, { ...agent, roles: ['seller'] }, key('l'));
      assert.strictEqual((later.json as { revision: string }).revision.split('.')[0], next.split('.')[0]);
      for (const sidecar of [one, other]) {
        const again = (await sidecar.put(kim, agent, key('k'))).json as { revision: string };
        assert.strictEqual(again.revision, revision);
        const reply = await sidecar.call('/v1/enforce', {
          method: 'POST',
          body: { subject: 'kim', workspace: 'support', permission: 'ticket:close', minRevision: revision },
        });
        assert.strictEqual(reply.status, 200, reply.text);
      }
    });

    it('that an earlier version kept is told with the revision of then', async () => {
      const first = await one.put(kim, agent, key('k'));
      const state = one.live.state ?? assert.fail('no state');
      const after = JSON.stringify({
        place: { kind: 'workspace', id: 'support' },
        subject: { type: 'user', id: 'kim' },
        assignments: [{ role: 'agent' }],
        ...state,
      });
      await query(
        `UPDATE rolebook_idempotency SET answer = '{"after":${after},"state":${JSON.stringify(state)},"outcome":"changed"}'`,
      );
      await publish(
        url,
        edit(support, (text) => text.replace('title: Support', 'title: Helpdesk')),
      );
      for (const sidecar of [one, other]) assertSame(await sidecar.put(kim, agent, key('k')), first, 'kept before');
    });
  });
}
