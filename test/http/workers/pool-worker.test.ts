import { assert } from 'chai';
import cluster from 'node:cluster';
import { readdirSync, readlinkSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ConnectionDealer } from '../../../src/http/workers/connection-dealer.ts';
import { limits } from '../../../src/policy/limits.ts';
import { PoolWorker } from '../../../src/http/workers/pool-worker.ts';
import { gatherRequests } from '../../../src/http/workers/gather-requests.ts';
import { MissingRequests } from '../../../src/review/budget/missing-requests.ts';
import type { PrimaryHandlers } from '../../../src/http/workers/worker-calls.ts';
import { waitFor } from '../../support/wait-for.ts';

/** What a worker of these tests does with the connections that it is given. */
type Manner = 'takes' | 'hangs' | 'loses' | 'never joins' | 'keeps to itself';

describe('a worker of several', function () {
  this.timeout(60_000);
  const lingering: number[] = [];
  let workers: PoolWorker[];
  let dealer: ConnectionDealer;
  beforeEach(async () => {
    workers = [];
    dealer = new ConnectionDealer(2);
    await new Promise<void>((resolve) => dealer.server.listen(0, '127.0.0.1', resolve));
    dealer.open();
  });
  afterEach(async () => {
    dealer.close();
    for (const worker of workers) worker.kill();
    await Promise.all(workers.map(({ ended }) => ended));
    for (const pid of lingering.splice(0)) process.kill(pid, 'SIGKILL');
  });

  const fork = async (manner: Manner, cwd = process.cwd(), joinMs?: number): Promise<PoolWorker> => {
    const exec = fileURLToPath(new URL('lingering-worker.js', import.meta.url));
    cluster.setupPrimary({ serialization: 'advanced', exec, execArgv: [], args: [manner], cwd });
    let noteListens: (listens: { lingering: number }) => void = () => undefined;
    const listens = new Promise<{ lingering: number }>((resolve) => (noteListens = resolve));
    const handlers = { listens: noteListens, join: () => undefined };
    const worker = new PoolWorker(cluster.fork(), handlers as unknown as PrimaryHandlers, { joinMs });
    workers.push(worker);
    if (worker.pid === undefined || manner === 'never joins') return worker;
    lingering.push((await listens).lingering);
    return worker;
  };
  const joined = async (manner: Manner): Promise<PoolWorker> => {
    const worker = await fork(manner);
    await worker.listen();
    dealer.join(worker);
    return worker;
  };
  const talk = (): Promise<string> => talkTo((dealer.server.address() as AddressInfo).port);
  const talks = (count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, talk));

  it('is given connections in turn with the others, each of which is answered, and none stays open here', async () => {
    await joined('takes');
    await joined('takes');
    const open = openSockets();
    for (let turn = 0; turn < 40; turn += 1) assert.strictEqual(await talk(), 'hello');
    await waitFor('the end of all connections here', () => openSockets() <= open);
    assert.deepEqual([dealer.dropped, dealer.lost], [0, 0]);
  });

  it('is not given any when it does not listen yet, or was told to end', async () => {
    const worker = await fork('takes');
    dealer.join(worker);
    const asked = talk();
    await joined('takes');
    assert.strictEqual(await asked, 'hello');
    dealer.leave(worker);
    assert.strictEqual(await talk(), 'hello');
  });

  it('says what it was asked, and without its word nobody knows, unless it has ended', async () => {
    const [one, other] = [await joined('takes'), await joined('takes')];
    const gather = (...asked: readonly PoolWorker[]) => gatherRequests(asked.map((worker) => ({ worker })));
    const pids = (await gather(one, other)).map(({ subjectId }) => Number(subjectId));
    assert.deepEqual(
      pids,
      [one, one, one, other, other, other].map(({ pid }) => pid ?? 0),
    );
    const silent = await joined('keeps to itself');
    const failure: unknown = await gather(one, silent).catch((error: unknown) => error);
    assert.include(String(failure), `worker ${silent.pid ?? ''} does not say what it was asked`);
    assert.instanceOf(failure, MissingRequests);
    assert.lengthOf(failure.known, 3, 'of the other one');
    const asked = gather(one, silent);
    silent.kill();
    assert.lengthOf(await asked, 3);
    assert.lengthOf(await gather(one, silent), 3);
  });

  // Node learns of an end twice, from the system and from the channel, in either order; where somebody else has the
  // channel the second one may never come.
  it('keeps no caller waiting when it has ended, though its channel is still open', async () => {
    const worker = await joined('takes');
    assert.strictEqual(await talk(), 'hello');
    worker.kill();
    assert.strictEqual(await worker.ended, 'SIGKILL');
    dealer.leave(worker);
    assert.strictEqual(await talk(), 'closed');
    await joined('takes');
    assert.strictEqual(await talk(), 'hello');
  });

  it('keeps nobody waiting for an answer, though its channel is still open', async () => {
    const worker = await fork('takes');
    worker.kill();
    const asked = [worker.readTokens(), worker.reportMetrics()];
    await worker.ended;
    asked.push(worker.readTokens());
    for (const failure of await Promise.allSettled(asked)) assert.strictEqual(failure.status, 'rejected');
    await waitFor('the end of it', () => Object.values(cluster.workers ?? {}).length === 0);
  });

  it('gets no more while a few are on their way; two may wait, and more are closed at once', async () => {
    const worker = await joined('hangs');
    // Those are with the worker, which does not say so; two wait; there is no place for another.
    for (let given = 0; given < limits.workerHandovers; given += 1) assert.strictEqual(await talk(), 'hello');
    const waiting = [talk(), talk()];
    await waitFor('the two', () => dealer.waiting === 2);
    assert.strictEqual(await talk(), 'closed');
    assert.strictEqual(dealer.dropped, 1);
    worker.kill();
    await worker.ended;
    dealer.leave(worker);
    assert.deepEqual(await Promise.all(waiting), ['closed', 'closed']);
  });

  it('is given others after one that did not arrive, and is ended after three beats at which it had taken none', async () => {
    const worker = await joined('loses');
    for (let beat = 1; beat <= 3; beat += 1) {
      assert.strictEqual(worker.isLost, false);
      assert.strictEqual(await talk(), 'closed');
      await waitFor('the loss', () => dealer.lost === beat);
    }
    assert.strictEqual(await worker.ended, 'SIGKILL');
  });

  it('gets one at a time after one that did not arrive', async () => {
    const worker = await joined('loses');
    assert.strictEqual(await talk(), 'closed');
    await waitFor('the loss', () => dealer.lost === 1);
    const more = talks(2);
    await waitFor('the second one', () => dealer.waiting === 1);
    await waitFor('another loss', () => dealer.lost === 2);
    assert.strictEqual(dealer.waiting, 0);
    dealer.leave(worker);
    assert.deepEqual(await more, ['closed', 'closed']);
  });

  it('takes the connections that another one loses, too', async () => {
    await joined('loses');
    await joined('takes');
    const found = await talks(2);
    assert.deepEqual(found.sort(), ['closed', 'hello']);
    await waitFor('the loss', () => dealer.lost === 1);
    const next = await talks(4);
    assert.lengthOf(
      next.filter((said) => said === 'closed'),
      1,
    );
  });

  it('is ended when it does not say in time that it is there', async () => {
    const worker = await fork('never joins', process.cwd(), 300);
    assert.strictEqual(await worker.ended, 'SIGKILL');
  });

  it('is told with the reason where the system could not create it at all', async () => {
    const worker = await fork('takes', '/nonexistent');
    assert.match(await worker.ended, /^spawn .* ENOENT$/);
    assert.strictEqual(worker.isLost, true);
    assert.deepEqual(Object.values(cluster.workers ?? {}), []);
  });

  /** Sockets that this process has open. */
  const openSockets = (): number =>
    readdirSync('/proc/self/fd').filter((file) => {
      try {
        return readlinkSync(`/proc/self/fd/${file}`).startsWith('socket:');
      } catch {
        return false;
      }
    }).length;
});

function talkTo(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let said = 'closed';
    socket.on('data', (data) => (said = data.toString('utf8')));
    socket.on('close', () => resolve(said));
    socket.on('error', () => undefined);
  });
}
