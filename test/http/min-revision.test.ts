import { expect } from 'chai';
import { memberPolicyFiles } from '../review/member-change-policy.ts';
import { testDatabases, type TestDatabases } from '../support/test-databases.ts';
import { disposeDatabaseSidecars, publish, runDatabaseSidecar, type DatabaseSidecar } from './database-sidecar.ts';
import { expectProblem } from './problem-reply.ts';
import { disposeSidecars, runSidecar, type Reply } from './running-sidecar.ts';

const kim = '/v1/workspaces/support/members/kim';
const question = { subject: 'kim', workspace: 'support', permission: 'ticket:close' };
const gets = [
  kim,
  '/v1/workspaces/support/members',
  `${kim}/permissions`,
  '/v1/workspaces/support/roles',
  '/v1/organizations/acme/members',
  '/v1/organizations/acme/members/ada',
];

const revisionOf = (reply: Reply): string => (reply.json as { revision: string }).revision;

for (const { kind, open } of testDatabases) {
  describe(`reading one's own writes from any sidecar of ${kind}`, () => {
    let databases: TestDatabases;
    let url: string;
    let writer: DatabaseSidecar;
    let reader: DatabaseSidecar;
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    beforeEach(async () => {
      url = await databases.create();
      await publish(url, memberPolicyFiles());
      writer = await runDatabaseSidecar(url);
      reader = await runDatabaseSidecar(url, { id: 'two' });
    });
    afterEach(disposeDatabaseSidecars);
    after(() => databases.dispose());

    const enforce = (minRevision: string, more: object = {}): Promise<Reply> =>
      reader.call('/v1/enforce', { method: 'POST', body: { ...question, ...more, minRevision } });
    const batch = (minRevision: string): Promise<Reply> =>
      reader.call('/v1/enforce/batch', { method: 'POST', body: { requests: [question], minRevision } });

    it('gives no answer that is older than the change', async () => {
      for (let round = 0; round < 15; round += 1) {
        const given = revisionOf(await writer.put(kim, { roles: ['agent'], actor: 'mia' }));
        expect((await enforce(given)).json).to.include({ decision: true });
        const taken = revisionOf(await writer.remove(`${kim}?actor=mia`));
        expect((await batch(taken)).json).to.deep.include({ decisions: [{ decision: false }] });
        expect((await enforce(taken, { scope: [] })).status, 'is still checked').to.equal(400);
      }
    });

    it('holds for a publication, too', async () => {
      const files = memberPolicyFiles();
      const text = files['policies/acme/support.yaml'] ?? '';
      await publish(url, { ...files, 'policies/acme/support.yaml': text.replace('mia: manager', 'kim: manager') });
      const reply = await enforce('000000000000.2');
      expect(reply.json).to.include({ decision: true });
      expect(revisionOf(reply)).to.match(/\.2$/);
    });

    it('holds for what lists members, roles and permissions', async () => {
      const given = revisionOf(await writer.put(kim, { roles: ['agent'], actor: 'mia' }));
      for (const path of gets) {
        const reply = await reader.call(`${path}?minRevision=${given}`);
        expect(reply.status, `${path} ${reply.text}`).to.equal(200);
        expect(revisionOf(reply)).to.equal(given);
      }
    });

    it('answers 503 when it does not come in time, and never from before', async function () {
      this.timeout(20_000);
      const future = '3f9c2a1b7d4e.99';
      const explained = reader.call('/v1/enforce?explain', {
        method: 'POST',
        body: { ...question, minRevision: future },
      });
      const lists = gets.map((path) => reader.call(`${path}?minRevision=${future}`));
      for (const reply of await Promise.all([enforce(future), batch(future), explained, ...lists])) {
        const problem = expectProblem(reply, 503, 'revision-not-reached');
        expect(reply.headers['retry-after']).to.equal('1');
        expect(reply.text).not.to.contain('decision"');
        expect(problem['detail']).to.contain(future);
      }
    });

    it('is asked for with a revision of a database', async () => {
      const wrong = [
        '',
        '1',
        '.1',
        '3f9c2a1b7d4e',
        '3f9c2a1b7d4e.',
        '3f9c2a1b7d4e.0',
        '3f9c2a1b7d4e.-1',
        '3F9C2A1B7D4E.1',
      ];
      for (const text of [...wrong, '3f9c2a1b7d4e.1.1', '3f9c2a1b7d4e.1e3', ' 3f9c2a1b7d4e.1', 'x'.repeat(41)]) {
        expect(expectProblem(await enforce(text), 400, 'invalid-request')['pointer']).to.equal('/minRevision');
        expectProblem(await batch(text), 400, 'invalid-request');
        const path = `${kim}/permissions?minRevision=${encodeURIComponent(text)}`;
        expectProblem(await reader.call(path), 400, 'invalid-request');
      }
      for (const minRevision of [1, 1.5, null, true, [], {}]) {
        const body = { ...question, minRevision };
        expectProblem(await reader.call('/v1/enforce', { method: 'POST', body }), 400, 'invalid-request');
      }
    });

    it('is asked for once in a batch, not for one question of it', async () => {
      const body = { requests: [question, { ...question, minRevision: '3f9c2a1b7d4e.1' }] };
      const problem = expectProblem(
        await reader.call('/v1/enforce/batch', { method: 'POST', body }),
        400,
        'invalid-request',
      );
      expect(problem['pointer']).to.equal('/requests/1/minRevision');
    });
  });
}

describe('reading one’s own writes from a sidecar of files', () => {
  after(disposeSidecars);

  it('is refused, because revisions of files have no order', async () => {
    const running = await runSidecar({ files: memberPolicyFiles() });
    const body = { ...question, minRevision: '3f9c2a1b7d4e.1' };
    expectProblem(await running.enforce(body), 400, 'invalid-request');
    const whole = { requests: [question], minRevision: '3f9c2a1b7d4e.1' };
    expectProblem(await running.call('/v1/enforce/batch', { method: 'POST', body: whole }), 400, 'invalid-request');
    for (const path of gets) {
      expectProblem(await running.call(`${path}?minRevision=3f9c2a1b7d4e.1`), 400, 'invalid-request');
    }
    expect((await running.enforce(question)).json).to.include({ decision: false });
  });
});
