import { expect } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import { KeptConnections, type KeptReply } from './kept-connections.ts';
import { childrenOf, forbidOpening, isAlive } from './process-tools.ts';
import { Serving } from '../../support/serving.ts';

const question = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const path = 'policies/support.yaml';
const demoted = (smallPolicy()[path] ?? '').replace('ana@acme.example: team-lead', 'ana@acme.example: member');

/** What takes as long as the sidecar itself waits, and more on a busy machine. */
const longMs = 60_000;

describe('a sidecar with a worker that is not well', function () {
  this.timeout(150_000);
  let folder: PolicyFolder;
  let serving: Serving;
  let pids: number[];
  const opened: KeptConnections[] = [];
  const undo: (() => void)[] = [];
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(async () => {
    for (const connections of opened.splice(0)) connections.close();
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    serving.kill();
    undo.length = 0;
    await folder.dispose();
  });

  const start = async (...args: string[]): Promise<void> => {
    serving = new Serving(['--listen', '127.0.0.1:0', '--workers', '2', ...args], folder.root);
    pids = [];
    await serving.untilOutput('answers on');
    pids = childrenOf(serving.pid);
  };
  const connect = (count: number): KeptConnections => {
    const connections = new KeptConnections(serving.address, count);
    opened.push(connections);
    return connections;
  };
  /** On a connection of its own. */
  const ask = async (at: string, body?: object): Promise<KeptReply> => {
    const connection = connect(1);
    const [reply] = await connection.call(at, body);
    connection.close();
    if (reply === undefined) throw new Error('no reply');
    return reply;
  };
  const decision = async (connections: KeptConnections): Promise<unknown[]> =>
    (await connections.call('/v1/enforce', question)).map(({ json }) => (json as { decision?: unknown }).decision);
  /** Of several new connections: with two workers, each has some. */
  const answersOnNewOnes = async (): Promise<unknown[]> => {
    const connections = connect(6);
    const answers = connections.each('/v1/enforce', question).map((reply) =>
      reply.then(
        ({ json }) => (json as { decision?: unknown }).decision,
        () => 'closed',
      ),
    );
    const found = await Promise.all(answers);
    connections.close();
    return found;
  };
  const first = (): number => pids[0] ?? 0;
  const hang = (pid: number): void => {
    process.kill(pid, 'SIGSTOP');
  };
  const workers = async (): Promise<(number | null)[]> => {
    const { json } = await ask('/v1/policy');
    return (json as { workers: { pid: number | null }[] }).workers.map(({ pid }) => pid);
  };
  const log = (): string[] => serving.stderr.split('\n');

  it('finds out that a worker hangs although nobody asks it anything, and replaces it', async () => {
    await start();
    hang(first());
    await waitFor('the other worker', () => serving.stderr.includes('"msg":"a new worker answers"'), longMs);
    expect(
      log().some((line) => line.includes(`"worker":${first()},"msg":"a worker does not react any more"`)),
    ).to.equal(true);
    expect(log().some((line) => line.includes(`"worker":${first()},"end":"SIGKILL"`))).to.equal(true);
    expect(isAlive(first())).to.equal(false);
    const now = await workers();
    expect(now).to.have.lengthOf(2).and.not.include(first());
    expect(now).to.include(pids[1]);
    expect(await answersOnNewOnes()).to.deep.equal(new Array(6).fill(true));
  });

  it('tells of itself and goes on answering while it hangs', async () => {
    await start();
    const kept = connect(2);
    expect(await decision(kept)).to.deep.equal([true, true]);
    hang(first());
    const [policy, metrics] = [kept.each('/v1/policy'), kept.each('/metrics')];
    expect((await Promise.any(policy)).status).to.equal(200);
    expect((await Promise.any(metrics)).text).to.contain('rolebook_worker_metrics_unanswered_total 1');
    // It has not been replaced: whoever asks did not wait for that.
    expect(serving.stderr).not.to.contain('does not react');
    process.kill(first(), 'SIGCONT');
    await Promise.all([...policy, ...metrics]);
    expect(await decision(kept)).to.deep.equal([true, true]);
  });

  it('closes the connections of one that is replaced, and lets no revocation wait for ever', async () => {
    await start();
    const kept = connect(2);
    expect(await decision(kept)).to.deep.equal([true, true]);
    hang(first());
    await folder.write(path, demoted);
    // The one with the worker that hangs is cut; the other one has the answer of the new policy in the end.
    const cut = kept.each('/v1/enforce', question).map((reply) =>
      reply.then(
        () => 'answered',
        () => 'cut',
      ),
    );
    await waitFor('the new policy', () => serving.stderr.includes('"msg":"a new worker answers"'), longMs);
    expect((await Promise.all(cut)).sort()).to.deep.equal(['answered', 'cut']);
    expect(await answersOnNewOnes()).to.deep.equal(new Array(6).fill(false));
  });

  it('ends at SIGTERM although a worker hangs, with what the other one has in flight', async () => {
    await start();
    hang(first());
    const atMs = performance.now();
    serving.signal('SIGTERM');
    await waitFor('the end', () => serving.exitCode !== undefined, longMs);
    expect(serving.exitCode).to.equal(0);
    // Ten seconds are promised with all of them well; the one that hangs takes half of that.
    expect(performance.now() - atMs).to.be.below(12_000);
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it('ends at once at a second SIGTERM, and leaves no worker behind that hangs', async () => {
    await start();
    hang(first());
    serving.signal('SIGTERM');
    await serving.untilOutput('"msg":"stopping"');
    serving.signal('SIGTERM');
    expect(await serving.untilExit()).to.equal(3);
    await waitFor('the end of the workers', () => !pids.some(isAlive));
  });

  it('ends at SIGTERM while it starts, and leaves no worker behind', async () => {
    serving = new Serving(['--listen', '127.0.0.1:0', '--workers', '2'], folder.root);
    pids = [];
    await waitFor('the workers', () => (pids = childrenOf(serving.pid)).length === 2);
    serving.signal('SIGTERM');
    await serving.untilExit();
    await waitFor('the end of the workers', () => !pids.some(isAlive));
    expect(serving.stdout).to.equal('');
  });

  it('goes on with the other one while no process can be started, and tries again', async () => {
    await start();
    const kept = connect(2);
    expect(await decision(kept)).to.deep.equal([true, true]);
    const allow = forbidOpening(serving.pid);
    process.kill(first(), 'SIGKILL');
    await serving.untilOutput('"msg":"a worker could not be started; it is tried again"');
    expect(serving.stderr).to.match(/"reason":"[^"]*EMFILE","pauseMs":\d+,"msg":"a worker could not be started/);
    const answered = await Promise.any(kept.each('/v1/enforce', question));
    expect(answered.json).to.include({ decision: true });
    expect(serving.exitCode).to.equal(undefined);
    allow();
    await waitFor('another worker', () => serving.stderr.includes('"msg":"a new worker answers"'), longMs);
    expect(await answersOnNewOnes()).to.deep.equal(new Array(6).fill(true));
    expect(await workers())
      .to.have.lengthOf(2)
      .and.not.include(null);
  });

  it('hears a worker again to which connections got lost on their way', async () => {
    await start();
    const allow = forbidOpening(first());
    const found = await answersOnNewOnes();
    allow();
    // What arrived was answered; what was lost was closed, and nobody waits.
    expect(new Set(found)).to.deep.equal(new Set([true, 'closed']));
    for (let turn = 0; turn < 3; turn += 1) expect(await answersOnNewOnes()).to.deep.equal(new Array(6).fill(true));
    const lost = /rolebook_worker_connections_lost_total [1-9]/;
    await waitFor('the loss', async () => lost.test((await ask('/metrics')).text));
    expect(await workers()).to.have.members(pids);
  });

  it('replaces a worker to which every connection gets lost', async () => {
    await start();
    forbidOpening(first());
    const useNewOnes = async (): Promise<boolean> => (await answersOnNewOnes(), !isAlive(first()));
    await waitFor('the end of it', useNewOnes, longMs);
    await waitFor('another worker', () => serving.stderr.includes('"msg":"a new worker answers"'), longMs);
    expect(await answersOnNewOnes()).to.deep.equal(new Array(6).fill(true));
  });
});
