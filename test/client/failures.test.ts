import { assert } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { createClient as createInPage } from '../../packages/client/src/browser.ts';
import {
  createClient,
  RefusedError,
  RolebookError,
  UnavailableError,
  UnexpectedAnswerError,
  type Question,
} from '../../packages/client/src/node.ts';
import { disposeSidecars, runSidecar } from '../support/running-sidecar.ts';
import { Gateway } from '../support/gateway.ts';
import { OddServer, say } from '../support/odd-server.ts';

const may: Question = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const allow = { decision: true, revision: '81e61c315014' };
const ways = { 'connections that are kept': createClient, fetch: createInPage };

const failureOf = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (answer) => assert.fail(`answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );

for (const [way, create] of Object.entries(ways)) {
  describe(`a client over ${way} that gets no decision`, () => {
    const servers: OddServer[] = [];
    // Node loads what it has for it at the first call, which can take longer than a call here has time.
    before(() => fetch('data:,'));
    const open = async (answer: (response: ServerResponse, turn: number) => void): Promise<OddServer> => {
      const server = await OddServer.open(answer);
      servers.push(server);
      return server;
    };
    after(async () => {
      for (const server of servers) await server.close();
      await disposeSidecars();
    });

    it('is never an allow, whatever else is answered', async () => {
      const answers: readonly (readonly [
        string,
        (response: ServerResponse) => void,
        typeof UnavailableError | typeof RefusedError | typeof UnexpectedAnswerError | typeof RolebookError,
      ])[] = [
        ['no JSON', (response) => response.end('true'), UnexpectedAnswerError],
        ['a page', (response) => response.end('<html>true</html>'), UnexpectedAnswerError],
        ['an empty body', (response) => response.end(), UnexpectedAnswerError],
        ['a list', (response) => say(response, 200, [allow]), UnexpectedAnswerError],
        ['a word', (response) => say(response, 200, { ...allow, decision: 'true' }), UnexpectedAnswerError],
        ['a number', (response) => say(response, 200, { ...allow, decision: 1 }), UnexpectedAnswerError],
        ['nothing', (response) => say(response, 200, { decision: null, revision: 'x' }), UnexpectedAnswerError],
        ['no revision', (response) => say(response, 200, { decision: true }), UnexpectedAnswerError],
        ['a way elsewhere', (response) => response.writeHead(302, { Location: '/elsewhere' }).end(), RolebookError],
        ['an allow that is refused', (response) => say(response, 403, allow), RefusedError],
        ['a refusal of something between', (response) => response.writeHead(403).end('denied'), UnexpectedAnswerError],
        ['a failure', (response) => say(response, 500, { ...allow, code: 'internal-error' }), UnavailableError],
        [
          'a half',
          (response) => {
            response.writeHead(200, { 'Content-Length': '99' }).write('{"decision":true');
            setTimeout(() => response.destroy(), 5);
          },
          UnavailableError,
        ],
        ['a cut', (response) => response.destroy(), UnavailableError],
      ];
      for (const [name, answer, kind] of answers) {
        const { url } = await open(answer);
        const client = create({ url, timeoutMs: 300 });
        const error = await failureOf(client.can(may));
        assert.isTrue(error instanceof kind, `${name}: ${String(error)}`);
        const permissions = await failureOf(client.permissions('ana@acme.example', { workspace: 'support' }));
        assert.instanceOf(permissions, RolebookError, name);
        client.close();
      }
    }).timeout(30_000);

    it('is never an allow where a batch answers more, fewer or others than were asked', async () => {
      for (const decisions of [undefined, [], [allow], [allow, allow, allow], [allow, 'x'], [allow, null]]) {
        const { url } = await open((response) => say(response, 200, { decisions, revision: 'x' }));
        const client = create({ url, timeoutMs: 1000 });
        assert.instanceOf(await failureOf(client.batch([may, may])), UnexpectedAnswerError);
        assert.instanceOf(await failureOf(Promise.all([client.can(may), client.can(may)])), UnexpectedAnswerError);
        client.close();
      }
    });

    it('tries again within its time where the sidecar is overloaded, and gives up after it', async () => {
      const busy = { code: 'overloaded', detail: 'too much at once' };
      const soon = await open((response, turn) => (turn < 3 ? say(response, 503, busy) : say(response, 200, allow)));
      const client = create({ url: soon.url, timeoutMs: 5000 });
      assert.isTrue(await client.can(may));
      assert.lengthOf(soon.asked, 3);
      const never = await open((response) => say(response, 503, busy, { 'Retry-After': '60' }));
      const error = await failureOf(create({ url: never.url, timeoutMs: 200 }).can(may));
      assert.instanceOf(error, UnavailableError);
      assert.deepInclude(error, { code: 'overloaded', status: 503 });
      assert.isAtMost(never.asked.length, 2);
      client.close();
    });

    it('tells of time where nothing listens, and where nothing is said', async () => {
      const gone = await open((response) => response.end());
      const { url } = gone;
      await gone.close();
      const silent = await open(() => undefined);
      for (const at of [url, silent.url]) {
        const client = create({ url: at, timeoutMs: 150 });
        const error = await failureOf(client.can(may));
        assert.instanceOf(error, UnavailableError);
        assert.strictEqual(error.code, 'timeout');
        assert.match(error.message, /^no answer within 150 ms/);
        client.close();
      }
    });

    it('is given up by a signal, for one question of many, one call, or all', async () => {
      const slow = await open(
        (response) => void setTimeout(() => say(response, 200, { decisions: [allow, allow], revision: 'x' }), 50),
      );
      const client = create({ url: slow.url, timeoutMs: 10_000 });
      const one = new AbortController();
      const [given, kept] = [failureOf(client.can(may, { signal: one.signal })), client.can(may)];
      setTimeout(() => one.abort(new Error('the visitor left')), 10);
      assert.strictEqual(((await given) as Error).message, 'the visitor left');
      assert.isTrue(await kept);
      assert.strictEqual(await failureOf(client.can(may, { signal: AbortSignal.abort('before') })), 'before');
      const all = new AbortController();
      const other = create({ url: slow.url, timeoutMs: 10_000, signal: all.signal });
      const asked = [failureOf(other.can(may)), failureOf(other.batch([may, may]))];
      all.abort('closing');
      assert.deepEqual(await Promise.all(asked), ['closing', 'closing']);
      assert.strictEqual(await failureOf(other.can(may)), 'closing');
      client.close();
      other.close();
    });

    it('forgets a revision that is of another history, and asks without it', async () => {
      const server = await open((response, turn) => {
        if (turn === 1) return say(response, 200, { change: 'c1', revision: 'aaaaaaaaaaaa.1-00000000' });
        return turn === 2 ? say(response, 409, { code: 'unknown-revision' }) : say(response, 200, allow);
      });
      const client = create({ url: server.url });
      await client.changes.make([], { actor: 'ana@acme.example' });
      assert.isTrue(await client.can(may));
      assert.isUndefined(client.minRevision);
      assert.include(server.asked[1]?.body, '"minRevision":"aaaaaaaaaaaa.1-00000000"');
      assert.notInclude(server.asked[2]?.body, 'minRevision');
      client.close();
    });
  });
}

describe('a client whose sidecar', () => {
  after(disposeSidecars);

  it('falls silent, is killed and comes back is back by itself', async () => {
    const running = await runSidecar();
    const gateway = await Gateway.open(running.port);
    const client = createClient({ url: `http://127.0.0.1:${gateway.port}`, timeoutMs: 200 });
    assert.isTrue(await client.can(may, { timeoutMs: 5000 }));
    gateway.fallSilent();
    assert.instanceOf(await failureOf(client.can(may)), UnavailableError);
    gateway.speakAgain();
    assert.isTrue(await client.can(may, { timeoutMs: 5000 }));
    const { port } = gateway;
    gateway.close();
    assert.instanceOf(await failureOf(client.can(may)), UnavailableError);
    // It is asked while nothing listens, and answered by what listens then.
    const asked = client.can(may, { timeoutMs: 10_000 });
    const next = await Gateway.open(running.port, port);
    assert.isTrue(await asked);
    next.close();
    client.close();
  });

  it('listens on a Unix socket is asked there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'client-'));
    const running = await runSidecar({ listenText: `unix:${join(folder, 's.sock')}` });
    const client = createClient({ url: running.address, timeoutMs: 10_000 });
    assert.isTrue(await client.can(may));
    assert.isFalse(await client.can({ ...may, subject: 'cy@acme.example' }));
    client.close();
    await running.dispose();
    await rm(folder, { recursive: true });
  });
});
