import { copyFile, rm } from 'node:fs/promises';
import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type Reply } from '../../support/running-sidecar.ts';

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
        assert.include((await enforce(given)).json as object, { decision: true });
        const taken = revisionOf(await writer.remove(`${kim}?actor=mia`));
        assert.deepInclude((await batch(taken)).json as object, { decisions: [{ decision: false }] });
        assert.strictEqual((await enforce(taken, { scope: [] })).status, 400, 'is still checked');
      }
    });

    it('holds for a publication, too', async () => {
      const files = memberPolicyFiles();
      const text = files['policies/acme/support.yaml'] ?? '';
      const edited = { ...files, 'policies/acme/support.yaml': text.replace('mia: manager', 'kim: manager') };
      const told = await publish(url, edited);
      assert.match(told, /^[0-9a-f]{12}\.2-[0-9a-f]{8}$/);
      const reply = await enforce(told);
      assert.include(reply.json as object, { decision: true });
      assert.strictEqual(revisionOf(reply), told);
    });

    it('is as good with any revision of the same history, however long ago it was told', async () => {
      const told: string[] = [];
      for (const role of ['agent', 'seller', 'agent', 'seller']) {
        told.push(revisionOf(await writer.put(kim, { roles: [role], actor: 'mia' })));
      }
      const late = await runDatabaseSidecar(url, { id: 'three' });
      for (const minRevision of [...told, ...told]) {
        const body = { ...question, minRevision };
        const reply = await late.call('/v1/enforce', { method: 'POST', body });
        assert.strictEqual(reply.status, 200, reply.text);
        // The second time it is known; what differs in one digit is not.
        const last = minRevision.endsWith('0') ? '1' : '0';
        const forged = { ...body, minRevision: `${minRevision.slice(0, -1)}${last}` };
        expectProblem(await late.call('/v1/enforce', { method: 'POST', body: forged }), 409, 'unknown-revision');
      }
    });

    it('holds for what lists members, roles and permissions', async () => {
      const given = revisionOf(await writer.put(kim, { roles: ['agent'], actor: 'mia' }));
      for (const path of gets) {
        const reply = await reader.call(`${path}?minRevision=${given}`);
        assert.strictEqual(reply.status, 200, `${path} ${reply.text}`);
        assert.strictEqual(revisionOf(reply), given);
      }
    });

    it('answers 503 when it does not come in time, and never from before', async function () {
      this.timeout(20_000);
      const files = memberPolicyFiles();
      files['policies/acme/support.yaml'] = `${files['policies/acme/support.yaml'] ?? ''}# new\n`;
      const future = await publish(url, files, "UPDATE rolebook_release SET digest = 'of something else'");
      const explained = reader.call('/v1/enforce?explain', {
        method: 'POST',
        body: { ...question, minRevision: future },
      });
      const lists = gets.map((path) => reader.call(`${path}?minRevision=${future}`));
      for (const reply of await Promise.all([enforce(future), batch(future), explained, ...lists])) {
        const problem = expectProblem(reply, 503, 'revision-not-reached');
        assert.strictEqual(reply.headers['retry-after'], '1');
        assert.notInclude(reply.text, 'decision"');
        assert.include(problem['detail'] as string, future);
      }
    });

    it('is refused at once with a revision of another history', async () => {
      const told = revisionOf(await writer.put(kim, { roles: ['agent'], actor: 'mia' }));
      const policy = told.slice(0, 12);
      const other = await databases.create();
      const elsewhere = await publish(other, memberPolicyFiles());
      assert.strictEqual(elsewhere.slice(0, 12), policy);
      const ofOthers = [elsewhere, `${policy}.99-9f1c22ab`, `${policy}.2147483648-9f1c22ab`, `${policy}.2-h4k2`];
      // Such as were told before there were tokens, such as files have, and one whose token goes on.
      const more = [`${policy}.1`, `${policy}.2`, policy, `${policy}@0c9f2c7d1a54`, `${told}0`, told.slice(0, -1)];
      for (const text of [...ofOthers, ...more]) {
        const reply = await enforce(text);
        assert.strictEqual(expectProblem(reply, 409, 'unknown-revision')['pointer'], '/minRevision');
        assert.strictEqual(reply.headers['retry-after'], undefined);
        assert.notInclude(reply.text, 'decision"');
        expectProblem(await batch(text), 409, 'unknown-revision');
        const path = `${kim}/permissions?minRevision=${encodeURIComponent(text)}`;
        expectProblem(await reader.call(path), 409, 'unknown-revision');
      }
      assert.include((await enforce(told)).json as object, { decision: true });
    });

    it('is asked for with a revision in one of its forms', async () => {
      const wrong = ['', '1', '.1', '3f9c2a1b7d4e.', '3f9c2a1b7d4e.0', '3f9c2a1b7d4e.-1', '3F9C2A1B7D4E.1'];
      const more = ['3f9c2a1b7d4e.1.1', '3f9c2a1b7d4e.1e3', ' 3f9c2a1b7d4e.1', '3f9c2a1b7d4e@', 'x'.repeat(81)];
      for (const text of [...wrong, ...more, '3f9c2a1b7d4e.1-', '3f9c2a1b7d4e.1-AB12CD34']) {
        assert.strictEqual(expectProblem(await enforce(text), 400, 'invalid-request')['pointer'], '/minRevision');
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
      assert.strictEqual(problem['pointer'], '/requests/1/minRevision');
    });
  });
}

describe('reading one’s own writes from a database that was restored from a backup', () => {
  let databases: TestDatabases;
  before(async () => {
    databases = (await testDatabases[0]?.open()) as TestDatabases;
  });
  afterEach(disposeDatabaseSidecars);
  after(() => databases.dispose());

  it('is refused at once for what was lost, also when other changes have the same numbers since', async () => {
    const url = await databases.create();
    const file = url.slice('sqlite:'.length);
    await publish(url, memberPolicyFiles());
    await copyFile(file, `${file}.backup`);
    const first = await runDatabaseSidecar(url);
    const given = await first.put(kim, { roles: ['agent'], actor: 'mia' });
    const lost = revisionOf(given);
    await first.dispose();
    for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { force: true });
    await copyFile(`${file}.backup`, file);
    const restored = await runDatabaseSidecar(url, { id: 'two' });
    const ask = (): Promise<Reply> =>
      restored.call('/v1/enforce', { method: 'POST', body: { ...question, minRevision: lost } });
    expectProblem(await ask(), 409, 'unknown-revision');
    const other = await restored.put(kim, { roles: ['seller'], actor: 'mia' });
    assert.strictEqual(revisionOf(other).split('-')[0], lost.split('-')[0]);
    expectProblem(await ask(), 409, 'unknown-revision');
    const { etag } = given.headers;
    const late = await restored.put(kim, { roles: ['lead'], actor: 'mia' }, { 'If-Match': etag ?? '' });
    expectProblem(late, 412, 'precondition-failed');
    const own = { ...question, minRevision: revisionOf(other) };
    assert.include((await restored.call('/v1/enforce', { method: 'POST', body: own })).json as object, {
      decision: false,
    });
  });
});

describe('reading one’s own writes from a sidecar of files', () => {
  after(disposeSidecars);

  it('is good with a revision that is or was live there, and with no other', async () => {
    const running = await runSidecar({ files: memberPolicyFiles() });
    const { revision: first } = running.live.current ?? { revision: '' };
    const ask = (minRevision: string): Promise<Reply> => running.enforce({ ...question, minRevision });
    assert.include((await ask(first)).json as object, { decision: false, revision: first });
    const text = memberPolicyFiles()['policies/acme/support.yaml'] ?? '';
    await running.folder.write('policies/acme/support.yaml', text.replace('mia: manager', 'kim: manager'));
    const reloaded = await running.call('/v1/policy/reload', { method: 'POST' });
    const second = revisionOf(reloaded);
    for (const told of [second, first]) {
      assert.include((await ask(told)).json as object, { decision: true, revision: second });
      for (const path of gets) assert.strictEqual((await running.call(`${path}?minRevision=${told}`)).status, 200);
    }
    const others = ['3f9c2a1b7d4e', `${second}.1`, `${second}.1-9f1c22ab`, `${second}@0c9f2c7d1a54`];
    for (const told of others) {
      expectProblem(await ask(told), 409, 'unknown-revision');
      const whole = { requests: [question], minRevision: told };
      expectProblem(await running.call('/v1/enforce/batch', { method: 'POST', body: whole }), 409, 'unknown-revision');
      for (const path of gets) {
        expectProblem(await running.call(`${path}?minRevision=${told}`), 409, 'unknown-revision');
      }
    }
    for (const wrong of [second.slice(1), second.toUpperCase(), `${second}@`, `${second}@0c9f`, `${second} `]) {
      if (wrong !== second) expectProblem(await ask(wrong), 400, 'invalid-request');
    }
  });
});
