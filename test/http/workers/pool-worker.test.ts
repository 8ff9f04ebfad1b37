import { expect } from 'chai';
import cluster from 'node:cluster';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ConnectionDealer } from '../../../src/http/workers/connection-dealer.ts';
import { PoolWorker } from '../../../src/http/workers/pool-worker.ts';
import type { PrimaryHandlers } from '../../../src/http/workers/worker-calls.ts';
import { waitFor } from '../../support/wait-for.ts';

/** What a worker of these tests does with the connections that it is given. */
type Manner = 'takes' | 'hangs' | 'loses' | 'never joins';

describe('a worker of several', function () {
  this.timeout(60_000);
  const lingering: number[] = [];
  let workers: PoolWorker[];
  let dealer: ConnectionDealer;
  beforeEach(async () => {
    workers = [];
    dealer = new ConnectionDealer(2);
    await new Promise<void>((resolve) => dealer.server.listen(0, '127.0.0.1', resolve));
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

  it('is given connections in turn with the others, each of which is answered', async () => {
    await joined('takes');
    await joined('takes');
    for (let turn = 0; turn < 20; turn += 1) expect(await talk()).to.equal('hello');
    await waitFor('the end of all connections here', async () => (await openHere()) === 0);
    expect([dealer.dropped, dealer.lost]).to.deep.equal([0, 0]);
  });

  it('is not given any when it does not listen yet, or was told to end', async () => {
    const worker = await fork('takes');
    dealer.join(worker);
    const asked = talk();
    await joined('takes');
    expect(await asked).to.equal('hello');
    dealer.leave(worker);
    expect(await talk()).to.equal('hello');
  });

  // Node learns of an end twice, from the system and from the channel, in either order; where somebody else has the
  // channel the second one may never come.
  it('keeps no caller waiting when it has ended, though its channel is still open', async () => {
    const worker = await joined('takes');
    expect(await talk()).to.equal('hello');
    worker.kill();
    expect(await worker.ended).to.equal('SIGKILL');
    dealer.leave(worker);
    expect(await talk()).to.equal('closed');
    await joined('takes');
    expect(await talk()).to.equal('hello');
  });

  it('keeps nobody waiting for an answer, though its channel is still open', async () => {
    const worker = await fork('takes');
    worker.kill();
    const asked = [worker.readTokens(), worker.reportMetrics()];
    await worker.ended;
    asked.push(worker.readTokens());
    for (const failure of await Promise.allSettled(asked)) expect(failure.status).to.equal('rejected');
    await waitFor('the end of it', () => Object.values(cluster.workers ?? {}).length === 0);
  });

  it('gets no more while one is on its way; a few may wait, and more are closed at once', async () => {
    const worker = await joined('hangs');
    // One is with the worker, which does not say so; one waits; there is no place for a third.
    const held = talk();
    await waitFor('the first one', async () => (await openHere()) === 1);
    const waiting = talk();
    await waitFor('the second one', async () => (await openHere()) === 2);
    expect(await talk()).to.equal('closed');
    expect(dealer.dropped).to.equal(1);
    worker.kill();
    await worker.ended;
    dealer.leave(worker);
    // It may have answered before it was killed. Nobody waits for it.
    expect(await held).to.be.oneOf(['hello', 'closed']);
    expect(await waiting).to.equal('closed');
  });

  it('is given others after one that did not arrive, and is ended after three', async () => {
    const worker = await joined('loses');
    expect(await talk()).to.equal('closed');
    expect(dealer.lost).to.equal(1);
    expect(worker.isLost).to.equal(false);
    // The third is closed with the worker, or by it.
    expect(await talks(2)).to.deep.equal(['closed', 'closed']);
    expect(await worker.ended).to.equal('SIGKILL');
  });

  it('takes the connections that another one loses, too', async () => {
    await joined('loses');
    await joined('takes');
    const found = await talks(2);
    expect(found.sort()).to.deep.equal(['closed', 'hello']);
    expect(await talk()).to.equal('hello');
  });

  it('is ended when it does not say in time that it is there', async () => {
    const worker = await fork('never joins', process.cwd(), 300);
    expect(await worker.ended).to.equal('SIGKILL');
  });

  it('is told with the reason where the system could not create it at all', async () => {
    const worker = await fork('takes', '/nonexistent');
    expect(await worker.ended).to.match(/^spawn .* ENOENT$/);
    expect(worker.isLost).to.equal(true);
    expect(Object.values(cluster.workers ?? {})).to.deep.equal([]);
  });

  /** What the primary holds itself. */
  const openHere = (): Promise<number> =>
    new Promise((resolve) => dealer.server.getConnections((_error, count) => resolve(count)));
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
