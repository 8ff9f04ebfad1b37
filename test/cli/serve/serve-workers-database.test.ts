import { assert } from 'chai';
import { adminToken, asAdmin, createAdminTokenFile, type AdminTokenFile } from '../../support/admin-token.ts';
import { publish } from '../../support/database-sidecar.ts';
import { governedPolicy } from '../../support/policy-folder.ts';
import { startPostgres, type OwnPostgres } from '../../support/postgres-server.ts';
import { send, type Reply } from '../../support/running-sidecar.ts';
import { Serving } from '../../support/serving.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import { waitFor } from '../../support/wait-for.ts';
import { KeptConnections } from './kept-connections.ts';

const dan = '/v1/workspaces/support/members/dan';
const asksOf = (subject: string): object => ({ subject, workspace: 'support', permission: 'conversation:assign' });
const longMs = 20_000;

/** The governed policy with a group of team leads that nobody is in yet. */
function groupedPolicy(): Record<string, string> {
  const files = governedPolicy();
  const organization = `${files['policies/organization.yaml'] ?? ''}groups: { desk: [] }\n`;
  const support = `${files['policies/support.yaml'] ?? ''}  group:desk: team-lead\n`;
  return { ...files, 'policies/organization.yaml': organization, 'policies/support.yaml': support };
}

const danInDesk = '/v1/organizations/acme/groups/desk/members/dan';

interface PolicyDocument {
  readonly revision: string;
  readonly isStale: boolean;
  readonly source: { readonly sequence: number; readonly isFromCache: boolean };
  readonly maxStaleness?: object;
  readonly cache?: { readonly sequence: number | null };
  readonly workers: { readonly pid: number; readonly revision: string | null }[];
}

describe('rolebook serve --workers --database', function () {
  this.timeout(90_000);
  let admins: AdminTokenFile;
  let serving: Serving;
  let kept: KeptConnections;
  before(async () => (admins = await createAdminTokenFile()));
  after(() => admins.dispose());
  afterEach(() => {
    kept.close();
    serving.kill();
  });

  const start = async (url: string, ...more: string[]): Promise<void> => {
    const shape = ['--workers', '2', '--listen', '127.0.0.1:0', '--poll-interval', '0.2'];
    serving = new Serving([...shape, '--database', url, '--admin-token-file', admins.path, ...more], '/');
    await serving.untilOutput('answers on');
    // Four: with two workers, two each.
    kept = new KeptConnections(serving.address, 4);
  };
  const decisions = async (subject: string, more: object = {}): Promise<unknown[]> => {
    const replies = await kept.call('/v1/enforce', { ...asksOf(subject), ...more });
    return replies.map(({ status, json }) => (status === 200 ? (json as { decision: boolean }).decision : status));
  };
  const areAll = async (subject: string, decision: unknown): Promise<boolean> =>
    (await decisions(subject)).every((found) => found === decision);
  const call = (path: string, method = 'GET', body?: object, headers = {}): Promise<Reply> =>
    send(serving.address, path, { method, ...(body && { body }), headers: { ...asAdmin, ...headers } });
  const give = (path: string, ...roles: string[]): Promise<Reply> =>
    call(path, 'PUT', { roles, actor: 'wim@acme.example' });
  const policy = async (): Promise<PolicyDocument> => (await call('/v1/policy')).json as PolicyDocument;
  const all = (decision: unknown): unknown[] => new Array<unknown>(4).fill(decision);

  for (const { kind, open } of testDatabases) {
    describe(`on ${kind}`, () => {
      let databases: TestDatabases;
      let url: string;
      before(async function () {
        this.timeout(60_000);
        databases = await open();
      });
      after(() => databases.dispose());
      beforeEach(async () => {
        url = await databases.create();
        await publish(url, governedPolicy());
      });

      it('decides alike in all workers, at once after a membership was changed at any of them', async () => {
        await start(url);
        assert.deepEqual(await decisions('dan'), all(false));
        for (let round = 0; round < 6; round += 1) {
          const isGiven = round % 2 === 0;
          const reply = isGiven ? await give(dan, 'team-lead') : await give(dan, 'member');
          assert.equal(reply.status, round === 0 ? 201 : 200, reply.text);
          assert.deepEqual(await decisions('dan'), all(isGiven), `round ${round}`);
          const { revision } = reply.json as { revision: string };
          assert.deepEqual(await decisions('dan', { minRevision: revision }), all(isGiven));
        }
        const { revision, source, workers } = await policy();
        assert.equal(source.sequence, 7);
        assert.deepEqual(
          workers.map((worker) => worker.revision),
          [revision, revision],
        );
        const listed = await call('/v1/workspaces/support/members');
        assert.include(listed.text, '"dan"');
      });

      it('decides alike in all workers, at once after somebody came into a group or left it', async () => {
        await publish(url, groupedPolicy());
        await start(url);
        const put = await call(danInDesk, 'PUT', { actor: 'wim@acme.example' });
        assert.equal(put.status, 201, put.text);
        assert.deepEqual(await decisions('dan'), all(true));
        const removed = await call(`${danInDesk}?actor=wim%40acme.example`, 'DELETE');
        assert.equal(removed.status, 200, removed.text);
        assert.deepEqual(await decisions('dan'), all(false));
      });

      it('refuses in every worker what may not be, as one process does, and changes nothing', async () => {
        await start(url);
        const byNobody = await call(dan, 'PUT', { roles: ['team-lead'], actor: 'cy@acme.example' });
        assert.equal(byNobody.status, 403, byNobody.text);
        assert.include(byNobody.text, 'actor-not-allowed');
        const unknown = await give(dan, 'boss');
        assert.include(unknown.text, 'unknown-role');
        assert.deepInclude(unknown.json, { pointer: '/roles/0' });
        const missing = await call(dan, 'PUT', { roles: ['member'], actor: 'wim@acme.example' }, { 'If-Match': '"x"' });
        assert.equal(missing.status, 412, missing.text);
        const key = { 'Idempotency-Key': 'once' };
        const body = { roles: ['member'], actor: 'wim@acme.example' };
        const first = await call(dan, 'PUT', body, key);
        const again = await call(dan, 'PUT', body, key);
        assert.deepEqual([again.status, again.json], [first.status, first.json]);
        // Every worker has the same answer when another policy is live.
        const text = governedPolicy()['policies/support.yaml'] ?? '';
        const edited = text.replace('title: Support', 'title: Helpdesk');
        const minRevision = await publish(url, { ...governedPolicy(), 'policies/support.yaml': edited });
        await decisions('dan', { minRevision });
        for (let turn = 0; turn < 4; turn += 1) assert.equal((await call(dan, 'PUT', body, key)).text, first.text);
        const other = await call(dan, 'PUT', { ...body, roles: ['team-lead'] }, key);
        assert.include(other.text, 'idempotency-key-reused');
        assert.deepEqual(await decisions('dan'), all(false));
        assert.deepEqual(await decisions('ana@acme.example'), all(true));
      });

      it('tells the same of somebody in all workers, at once after all was taken away at any of them', async () => {
        await publish(url, groupedPolicy());
        await start(url);
        assert.equal((await give(dan, 'member')).status, 201);
        assert.equal((await call(danInDesk, 'PUT', { actor: 'wim@acme.example' })).status, 201);
        const reads = [
          '/v1/subjects/dan/access?permissions',
          '/v1/workspaces?subject=dan',
          '/v1/workspaces/support/permissions/conversation:assign/members',
          '/v1/workspaces/support/roles/team-lead',
          '/v1/catalog',
        ];
        const tell = async (): Promise<string[]> => {
          const told = await Promise.all(reads.flatMap((path) => [call(path), call(path), call(path), call(path)]));
          return [...new Set(told.map(({ text }) => text))];
        };
        const before = await tell();
        assert.lengthOf(before, reads.length);
        assert.match(before[0] ?? '', /"group":"desk"/);
        const refused = await call('/v1/subjects/dan?actor=cy%40acme.example', 'DELETE');
        assert.equal(refused.status, 403, refused.text);
        const removed = await call('/v1/subjects/dan?actor=wim%40acme.example', 'DELETE');
        assert.equal(removed.status, 200, removed.text);
        assert.lengthOf((removed.json as { removed: unknown[] }).removed, 2);
        assert.deepEqual(await decisions('dan'), all(false));
        const after = await tell();
        assert.lengthOf(after, reads.length);
        assert.deepInclude(JSON.parse(after[0] ?? '') as object, { places: [] });
      });

      it('has members back in all workers whom a publication ended, when it is undone', async () => {
        await start(url);
        await give(dan, 'team-lead');
        const text = governedPolicy()['policies/support.yaml'] ?? '';
        const renamed = text.replace('workspace: support', 'workspace: help');
        const files = { ...governedPolicy(), 'policies/support.yaml': renamed };
        const ended = await publish(url, files, undefined, { endMemberships: 1 });
        assert.deepEqual(await decisions('dan', { minRevision: ended }), all(false));
        const back = await publish(url, governedPolicy(), undefined, { restores: 1 });
        assert.deepEqual(await decisions('dan', { minRevision: back }), all(true));
        await give(dan, 'member');
        assert.deepEqual(await decisions('dan'), all(false));
      });

      it('follows publications and keeps memberships, also in a worker that takes the place of one that was killed', async () => {
        await start(url);
        await give(dan, 'team-lead');
        const [first] = (await policy()).workers;
        process.kill(first?.pid ?? 0, 'SIGKILL');
        await waitFor(
          'the new worker',
          async () => {
            // Whoever asked the one that was killed has no answer.
            const { workers = [], revision } = await policy().catch((): Partial<PolicyDocument> => ({}));
            return (
              workers.length === 2 &&
              workers.every((worker) => worker.pid !== first?.pid && worker.revision === revision)
            );
          },
          longMs,
        );
        kept.close();
        kept = new KeptConnections(serving.address, 4);
        assert.deepEqual(await decisions('dan'), all(true));
        const text = governedPolicy()['policies/support.yaml'] ?? '';
        const told = await publish(url, { ...governedPolicy(), 'policies/support.yaml': `${text}  eve: team-lead\n` });
        assert.deepEqual(await decisions('eve', { minRevision: told }), all(true));
        assert.deepEqual(await decisions('dan'), all(true));
        await give(dan, 'member');
        assert.deepEqual([await decisions('dan'), await decisions('eve')], [all(false), all(true)]);
      });

      it('is one sidecar to the fleet, and tells of the database in its metrics', async () => {
        await start(url);
        await give(dan, 'team-lead');
        await waitFor('the heartbeat', async () => (await call('/v1/fleet')).text.includes('"isSelf":true'), longMs);
        const { sidecars } = (await call('/v1/fleet')).json as { sidecars: { pid: number; isSelf: boolean }[] };
        assert.deepEqual(
          sidecars.map(({ pid, isSelf }) => ({ pid, isSelf })),
          [{ pid: serving.pid, isSelf: true }],
        );
        const { text } = await call('/metrics');
        const { revision } = await policy();
        assert.include(text, 'rolebook_database_sequence 2');
        assert.include(text, `rolebook_worker_revision_info{worker="1",revision="${revision}"} 1`);
        assert.include(text, 'rolebook_workers{state="ready"} 2');
        serving.signal('SIGTERM');
        assert.equal(await serving.untilExit(), 0);
      });
    });
  }

  describe('while the database is down', () => {
    let server: OwnPostgres;
    before(async () => (server = await startPostgres()));
    after(() => server.stop());

    it('goes on, starts from the cache, and heals', async () => {
      const url = await server.createDatabase();
      await publish(url, groupedPolicy());
      const { path } = admins;
      const cache = ['--cache', `${path}-cache`, '--max-staleness', '1m'];
      await start(url, ...cache);
      await give(dan, 'team-lead');
      const grouped = await call(danInDesk.replace('dan', 'eda'), 'PUT', { actor: 'wim@acme.example' });
      assert.equal(grouped.status, 201, grouped.text);
      await waitFor('the cache', async () => (await policy()).cache?.sequence === 3, longMs);
      server.kill();
      await waitFor('a failed look', async () => (await policy()).isStale, longMs);
      assert.deepEqual(await decisions('dan'), all(true));
      const refused = await give(dan, 'member');
      assert.equal(refused.status, 503, refused.text);
      serving.signal('SIGTERM');
      assert.equal(await serving.untilExit(), 0);
      kept.close();
      await start(url, ...cache);
      await waitFor('the cached policy', () => areAll('dan', true), longMs);
      assert.deepEqual(await decisions('eda'), all(true), 'by a group');
      assert.deepEqual(await decisions('bo@acme.example'), all(false));
      assert.isTrue((await policy()).source.isFromCache);
      await server.start();
      await waitFor('it heals', async () => !(await policy()).source.isFromCache, longMs);
      assert.equal((await give(dan, 'member')).status, 200);
      assert.deepEqual(await decisions('dan'), all(false));
      assert.notInclude(serving.stdout + serving.stderr, adminToken);
    });

    it('denies in all workers when it was not heard for too long, also in a new one, and decides when it is', async () => {
      const url = await server.createDatabase();
      await publish(url, governedPolicy());
      await start(url, '--max-staleness', '5s', '--when-stale', 'deny-all');
      await give(dan, 'team-lead');
      assert.deepEqual(await decisions('dan'), all(true));
      server.kill();
      assert.deepEqual(await decisions('dan'), all(true), 'it is not old yet');
      await waitFor('the end of its time', () => areAll('dan', false), longMs);
      assert.include((await policy()).maxStaleness, { limit: '5s', whenStale: 'deny-all', isBeyond: true });
      const [first] = (await policy()).workers;
      process.kill(first?.pid ?? 0, 'SIGKILL');
      await waitFor('another worker', () => serving.stderr.includes('"msg":"a new worker answers"'), longMs);
      kept.close();
      kept = new KeptConnections(serving.address, 4);
      assert.deepEqual(await decisions('dan'), all(false));
      await server.start();
      await waitFor('it is heard', () => areAll('dan', true), longMs);
      assert.include((await policy()).maxStaleness, { isBeyond: false });
    });
  });
});
