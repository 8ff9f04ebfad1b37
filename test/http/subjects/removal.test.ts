import { assert } from 'chai';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { readAs } from '../../support/reads-as.ts';
import { disposeSidecars, runSidecar, type Reply } from '../../support/running-sidecar.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

interface Removal {
  readonly removed: readonly Record<string, unknown>[];
  readonly remaining: readonly Record<string, unknown>[];
  readonly revision: string;
}

const admin = { Authorization: 'Bearer token-of-all-the-admins' };
const acmeAdmin = { Authorization: 'Bearer token-of-the-admins-of-acme' };
const reader = { Authorization: 'Bearer token-of-somebody-reading' };

const staffed = (top = ''): Record<string, string> => {
  const files = groupPolicyFiles(top);
  const withHelper = (files['roles.yaml'] ?? '').replace(
    'roles:\n',
    'roles:\n  helper: { title: Helper, grants: [ticket:close], spans: everything }\n',
  );
  return { ...files, 'roles.yaml': `${withHelper}staff: { mia: helper }\n` };
};

for (const kind of testDatabases) {
  // What a database has a part in is asked of both.
  const isFirst = kind === testDatabases[0];
  const itOnce: (title: string, work: () => Promise<void>) => void = isFirst ? it : () => undefined;
  describe(`to take all away from somebody, in ${kind.kind}`, () => {
    let databases: TestDatabases;
    let secrets: PolicyFolder;
    let url: string;
    let running: DatabaseSidecar;
    before(async function () {
      this.timeout(60_000);
      secrets = await createPolicyFolder({
        tokens: `${reader.Authorization.slice(7)} scopes=read\n`,
        admins: `${admin.Authorization.slice(7)}\n${acmeAdmin.Authorization.slice(7)} organizations=acme\n`,
      });
      databases = await kind.open();
    });
    beforeEach(async function () {
      this.timeout(60_000);
      url = await databases.create();
      await publish(url, staffed());
      const [tokenFile, adminTokenFile] = [`${secrets.root}/tokens`, `${secrets.root}/admins`];
      running = await runDatabaseSidecar(url, { tokenFile, adminTokenFile });
    });
    afterEach(disposeDatabaseSidecars);
    after(async () => {
      await secrets.dispose();
      await databases.dispose();
    });

    const give = async (path: string, body: object): Promise<void> => {
      const reply = await running.put(`/v1/${path}`, body, admin);
      assert.include([200, 201], reply.status, reply.text);
    };
    const remove = (path: string, headers: Record<string, string> = admin): Promise<Reply> =>
      running.remove(`/v1/subjects/${path}`, headers);
    const removeWell = async (path: string, headers = admin): Promise<Removal> => {
      const reply = await remove(path, headers);
      assert.strictEqual(reply.status, 200, reply.text);
      return reply.json as Removal;
    };
    const placesOf = async (subject: string): Promise<number> => {
      const { text } = await running.call(`/v1/subjects/${subject}/access`, { headers: admin });
      return (JSON.parse(text) as { places: unknown[] }).places.length;
    };
    const giveKim = async (): Promise<void> => {
      await give('workspaces/support/members/kim', { roles: [{ role: 'agent', reason: 'new' }], actor: 'mia' });
      await give('workspaces/sales/members/kim', { roles: ['agent', 'closer'], actor: 'ada' });
      await give('organizations/acme/members/kim', { roles: ['auditor'], actor: 'olu' });
      await give('organizations/acme/groups/desk/members/kim', { actor: 'ada' });
    };

    it('ends every membership of run time, and those in groups, in one step', async () => {
      await giveKim();
      const { removed, remaining, revision } = await removeWell('kim?actor=ada&reason=left');
      assert.deepEqual(removed, [
        { organization: 'acme', roles: [{ role: 'auditor' }] },
        { organization: 'acme', group: 'desk' },
        { workspace: 'sales', roles: [{ role: 'agent' }, { role: 'closer' }] },
        { workspace: 'support', roles: [{ role: 'agent', reason: 'new' }] },
      ]);
      assert.deepEqual(remaining, []);
      assert.strictEqual(await placesOf('kim'), 0);
      const question = { subject: 'kim', workspace: 'support', permission: 'ticket:close', minRevision: revision };
      const reply = await running.call('/v1/enforce', { method: 'POST', body: question, headers: admin });
      assert.include(reply.json as object, { decision: false, revision });
    });

    itOnce('can be sent again: nothing is taken twice', async () => {
      await giveKim();
      const first = await removeWell('kim?actor=ada');
      const again = await removeWell('kim?actor=ada');
      assert.deepEqual(again, { ...first, removed: [] });
      assert.deepEqual(await removeWell('nobody?actor=ada'), {
        ...again,
        subject: { type: 'user', id: 'nobody' },
      } as Removal);
    });

    it('is known to another sidecar of the database, and does not come back', async () => {
      await giveKim();
      const { revision } = await removeWell('kim?actor=ada');
      const other = await runDatabaseSidecar(url, { id: 'two' });
      const { places } = await readAs<{ places: unknown[] }>(other, `/v1/subjects/kim/access?minRevision=${revision}`);
      assert.deepEqual(places, []);
    });

    itOnce('tells what the files give, and where', async () => {
      await give('organizations/acme/members/mia', { roles: ['auditor'], actor: 'olu' });
      const { removed, remaining } = await removeWell('mia?actor=olu');
      assert.deepEqual(removed, [{ organization: 'acme', roles: [{ role: 'auditor' }] }]);
      const acme = { organization: 'acme', line: 5, column: 12 };
      assert.deepEqual(remaining, [
        { ...acme, workspace: 'sales', title: 'Sales', roles: ['agent'], file: 'policies/acme/sales.yaml' },
        {
          ...acme,
          workspace: 'support',
          title: 'Support',
          roles: ['manager'],
          file: 'policies/acme/support.yaml',
          line: 8,
          column: 3,
        },
        { staff: true, roles: ['helper'], file: 'roles.yaml', line: 29, column: 10 },
      ]);
      const { remaining: ofDan } = await removeWell('dan?actor=ada');
      assert.deepEqual(ofDan, [
        { organization: 'acme', group: 'desk', file: 'policies/acme/organization.yaml', line: 8, column: 10 },
      ]);
      const { remaining: told } = await removeWell('mia?actor=nobody');
      assert.deepEqual(told, [], 'to somebody who may know nothing');
    });

    it('takes all or nothing: one place where the actor may not, and all stays, untold where it is', async () => {
      await giveKim();
      await give('workspaces/desk/members/kim', { roles: ['agent'], actor: 'ora' });
      for (const actor of ['ada', 'mia', 'ora', 'nobody', 'pia', 'service:kim']) {
        const problem = expectProblem(await remove(`kim?actor=${actor}`), 403, 'actor-not-allowed');
        assert.notMatch(String(problem['detail']), /desk|sales|acme|other/, actor);
        assert.notProperty(problem, 'permission');
        assert.strictEqual(await placesOf('kim'), 4, actor);
      }
    });

    itOnce('says which place it is, and what stands against it, where the actor may know', async () => {
      await give('workspaces/support/members/pia', { roles: ['agent'], actor: 'olu' });
      await give('workspaces/support/members/mo', { roles: ['manager'], actor: 'mia' });
      const { detail } = expectProblem(await remove('pia?actor=mo'), 403, 'organization-member');
      assert.strictEqual(detail, '`pia` holds `auditor` in the whole organization, and `mo` holds no such role');
    });

    itOnce('stays within the companies of the token', async () => {
      await giveKim();
      await give('workspaces/desk/members/kim', { roles: ['agent'], actor: 'ora' });
      const { removed, remaining } = await removeWell('kim?actor=ada', acmeAdmin);
      assert.lengthOf(removed, 4);
      assert.deepEqual(remaining, []);
      assert.strictEqual(await placesOf('kim'), 1, 'the desk of the other company');
    });

    itOnce('lets everybody leave, in whatever order what they hold denies and gives', async () => {
      await give('workspaces/support/members/kim', { roles: ['silent'], actor: 'mia' });
      await give('organizations/acme/members/kim', { roles: ['auditor'], actor: 'olu' });
      const alone = await running.remove('/v1/workspaces/support/members/kim?actor=kim', admin);
      expectProblem(alone, 403, 'actor-not-allowed');
      const { removed } = await removeWell('kim?actor=kim');
      assert.lengthOf(removed, 2);
    });

    it('keeps the last owner, and says so', async () => {
      const handed = { roles: ['owner'], inPlaceOf: 'olu', actor: 'olu' };
      await give('organizations/acme/members/nina', handed);
      await give('workspaces/support/members/nina', { roles: ['agent'], actor: 'mia' });
      for (const actor of ['nina', 'ada']) {
        const { detail } = expectProblem(await remove(`nina?actor=${actor}`), 409, 'wrong-holders');
        assert.include(String(detail), 'owner');
      }
      assert.isAbove(await placesOf('nina'), 1);
      // Who handed over does not have it back.
      const { removed, remaining } = await removeWell('olu?actor=nina');
      assert.deepEqual([removed, remaining], [[], []]);
      assert.strictEqual(await placesOf('olu'), 0);
    });

    itOnce('is judged by `escalation: prevent`, too', async () => {
      await give('workspaces/support/members/kim', { roles: ['agent'], actor: 'mia' });
      await give('workspaces/support/members/lea', { roles: ['lead'], actor: 'mia' });
      await publish(url, staffed('escalation: prevent\n'));
      await running.live.reload('request');
      const problem = expectProblem(await remove('lea?actor=mia'), 403, 'escalation-prevented');
      assert.strictEqual(problem['permission'], 'invoice:create');
      assert.lengthOf((await removeWell('kim?actor=mia')).removed, 1);
    });

    itOnce('leaves an audit line', async () => {
      await giveKim();
      await removeWell('kim?actor=ada&reason=left');
      const line = running.logged.text.split('\n').find((one) => one.includes('"/v1/subjects/:subject"')) ?? '{}';
      assert.include(JSON.parse(line) as object, { audit: 'allowed', method: 'DELETE', actor: 'ada', subject: 'kim' });
    });

    itOnce('is an admin call', async () => {
      await giveKim();
      expectProblem(await remove('kim?actor=ada', {}), 401, 'unauthenticated');
      expectProblem(await remove('kim?actor=ada', reader), 403, 'forbidden');
      const unknown = { Authorization: 'Bearer token-of-nobody-at-all' };
      expectProblem(await remove('kim?actor=ada', unknown), 401, 'unauthenticated');
      assert.strictEqual(await placesOf('kim'), 3);
    });

    itOnce('is asked for in one way', async () => {
      await giveKim();
      const wrong = ['', '?actor=', '?x=1&actor=ada', '?actor=ada&actor=ada', '?actor=a%22', '?actor=%20ada'].concat([
        '?actor=ada&actorType=robot',
        '?actor=ada&actorType=group',
        '?actor=ada&subjectType=group',
        '?actor=ada&subjectType=',
        '?actor=ada&reason=',
        '?actor=ada&reason=%00',
        `?actor=ada&reason=${'a'.repeat(2000)}`,
        `?actor=${'a'.repeat(300)}`,
      ]);
      for (const query of wrong) assert.strictEqual((await remove(`kim${query}`)).status, 400, query);
      for (const subject of ['k%22', 'k%00', '%20kim', 'a'.repeat(300)]) {
        expectProblem(await remove(`${subject}?actor=ada`), 400, 'invalid-request');
      }
      for (const method of ['GET', 'PUT', 'POST']) {
        expectProblem(await running.call('/v1/subjects/kim', { method, headers: admin }), 405, 'method-not-allowed');
      }
      assert.strictEqual(await placesOf('kim'), 3);
    });
  });
}

describe('to take all away from somebody where the policy comes from files', () => {
  after(disposeSidecars);

  it('takes nothing, and tells what the files give', async () => {
    const running = await runSidecar({ files: groupPolicyFiles() });
    const reply = await running.call('/v1/subjects/hal?actor=ada', { method: 'DELETE' });
    assert.strictEqual(reply.status, 200, reply.text);
    const { removed, remaining } = reply.json as Removal;
    assert.deepEqual(removed, []);
    assert.deepEqual(
      remaining.map(({ workspace, roles, line }) => [workspace, roles, line]),
      [['support', ['half-manager'], 9]],
    );
  });
});
