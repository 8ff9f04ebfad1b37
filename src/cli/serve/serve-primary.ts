import { connectionCeilings } from '../../http/connections/connection-ceilings.ts';
import { formatLogLines } from '../../http/logging/log.ts';
import { openLogSink } from '../../http/output/open-log-sink.ts';
import { bindServer } from '../../http/server/bind-server.ts';
import { describePolicy } from '../../http/status/policy-document.ts';
import { ConnectionDealer } from '../../http/workers/connection-dealer.ts';
import { PoolMetrics } from '../../http/workers/pool-metrics.ts';
import { SharedLogSink } from '../../http/workers/shared-log-sink.ts';
import type { MemberDatabase } from '../../http/endpoint/sidecar-context.ts';
import { packChange } from '../../http/workers/passed-change.ts';
import { packFailure, type PassedFailure } from '../../http/workers/passed-failure.ts';
import type { PassedChangeList, PassedFleet } from '../../http/workers/worker-calls.ts';
import { gatherRequests } from '../../http/workers/gather-requests.ts';
import { describeWorkers } from '../../http/workers/describe-workers.ts';
import type { PoolWorker } from '../../http/workers/pool-worker.ts';
import { ShadowPool } from '../../http/workers/shadow-pool.ts';
import { shadowLogName } from '../../http/shadow/shadow-judge.ts';
import type { FollowedShadow } from '../../http/shadow/shadow-report.ts';
import { WorkerPool } from '../../http/workers/worker-pool.ts';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { ChangeDesk, ChangeFilter } from '../../store/changes/asked-change.ts';
import type { Acceptance, ChangeBudget } from '../../store/live/change-budget.ts';
import { processClock } from '../../store/process-clock.ts';
import { inLifetime } from '../../store/lifetime.ts';
import { openBudget } from './budget/open-budget.ts';
import { openShadowBeside, openSource } from './open-source.ts';
import type { OpenSource, SourceSurroundings } from './served-source.ts';
import { openPages } from './pages/open-pages.ts';
import { printPages } from './serve-greeting.ts';
import { readServeOptions, type ServeOptions } from './serve-options.ts';
import { droppedLogLines, type ServeIo } from './serve-output.ts';
import { logSource, serveUntilStopped } from './serve-until-stopped.ts';

/**
 * The sidecar in several processes. This one follows the source and answers nobody; its workers answer, from what it
 * gives them. The result is the exit code.
 */
export async function serveWithWorkers(options: ServeOptions, io: ServeIo): Promise<number> {
  const setup = await readServeOptions(options, io);
  return inLifetime(setup.log, (lifetime) => serve({ options, setup, io, lifetime }));
}

async function serve(surroundings: SourceSurroundings): Promise<number> {
  const { options, setup, io, lifetime } = surroundings;
  const { access, staleness } = setup;
  // What is wrong with them is told before any worker is there.
  const pages = await openPages(options, setup, io);
  const sink = await openSink(surroundings, setup.decisionLog);
  const differences = await openSink(surroundings, setup.shadowLog, shadowLogName);
  const dealer = new ConnectionDealer(connectionCeilings().waiting);
  lifetime.add('the port', () => dealer.close());
  const address = await bindServer(dealer.server, setup.listen);
  dealer.open();
  // This one answers nobody, so it has the time to ask all again.
  const budget = openBudget(options, () => gatherRequests(pool.slots), setup.log);
  const source: OpenSource = await openSource({
    ...surroundings,
    budget,
    beforeLive: (next) => {
      // Before the first policy is live in a worker it must know how old that is.
      if (next.heardAtMs !== null) pool.noteWord(next.heardAtMs ?? next.judgedAtMs);
      return pool.publish(next);
    },
  });
  const shadows = new ShadowPool(setup.log);
  const shadow = await openShadowBeside(surroundings, (next) => shadows.publish(next));
  const pool: WorkerPool = createPool(surroundings, source, {
    ...{ dealer, sink, differences, shadow, budget, onJoin: (worker) => shadows.join(worker) },
    metrics: () => metrics,
  });
  const metrics = new PoolMetrics(source.live, pool, dealer, staleness, droppedLogLines(io));
  logSource(source, surroundings);
  followSource(source, pool, metrics);
  if (source.cache) metrics.followCache(source.cache);
  if (budget) metrics.followBudget(budget);
  if (shadow) metrics.followShadow(shadow.policy);
  // Those in flight have their time, and then the workers' decision logs have.
  lifetime.add('the workers', () => pool.stop(), limits.drainTimeoutMs + limits.workerEndMs + limits.closeMs);
  await pool.start();
  const shape = {
    address,
    reopenLogs: () => Promise.all([sink?.reopen(), differences?.reopen()]),
    shadow,
    // Bad files are found out here, before any worker reads them.
    readTokens: async () => {
      await access.reload();
      await pages?.sessions.reload();
      await pool.readTokens();
    },
    printLink: () => pages && printPages(address, pages.sessions, options, io),
  };
  return serveUntilStopped(source, shape, surroundings);
}

async function openSink(
  { setup: { log }, io, lifetime }: SourceSurroundings,
  target: string | undefined,
  name = 'decision log',
): Promise<SharedLogSink | undefined> {
  if (target === undefined) return undefined;
  const sink = new SharedLogSink(await openLogSink(target, io.stdout, name), log, name);
  lifetime.add(`the ${name}`, () => sink.close(), limits.logDrainMs + limits.closeMs);
  return sink;
}

interface PoolParts {
  readonly dealer: ConnectionDealer;
  readonly sink: SharedLogSink | undefined;
  /** The log of answers that differ from those of the second policy. */
  readonly differences: SharedLogSink | undefined;
  readonly shadow: FollowedShadow | undefined;
  readonly budget: ChangeBudget | undefined;
  readonly onJoin: (worker: PoolWorker) => void;
  readonly metrics: () => PoolMetrics;
}

function createPool(
  { options, setup, io }: SourceSurroundings,
  source: OpenSource,
  { dealer, sink, differences, shadow, budget, onJoin, metrics }: PoolParts,
): WorkerPool {
  const { staleness, log } = setup;
  const { live, cache } = source;
  const pool: WorkerPool = new WorkerPool({
    count: options.workers,
    dealer,
    handlers: {
      reload: () => live.reload('request'),
      acceptPolicy: (policy) => budget?.accept(policy, live) ?? notKeptBack,
      reach: ({ wanted, waitMs }) => live.reach(wanted, waitMs),
      describePolicy: () => ({
        ...describePolicy(live, staleness, { cache, shadow, budget }),
        workers: describeWorkers(pool.slots),
      }),
      askChange: (change) =>
        passOn(source, async (desk) => {
          const answer = await desk.ask(change);
          await pool.whenChanged();
          return { kind: 'done', answer };
        }),
      listChanges: (filter) => listChanges(source, filter),
      endSession: (ended) => pool.endSession(ended),
      hearPush: () => source.gitHook?.hear(),
      changeMember: (request) =>
        packChange(changeInAll(source, pool, (database) => database.change(request, processClock.now))),
      removeSubject: (request) =>
        packChange(changeInAll(source, pool, (database) => database.removeSubject(request, processClock.now))),
      readFleet: () => readFleet(source),
      reportMetrics: () => metrics().report(),
      writeDecisions: (lines) => sink?.write(lines) ?? noLog,
      writeDifferences: (lines) => differences?.write(lines) ?? noLog,
    },
    onJoin,
    onOutput: (lines) => io.stderr.write(io.isTerminal.stderr ? formatLogLines(lines) : lines),
    whole: source.pool?.whole,
    onEnd: (worker) => metrics().noteEnd(worker),
    log,
  });
  return pool;
}

async function readFleet({ fleet }: OpenSource): Promise<PassedFleet> {
  if (!fleet) throw noDatabase();
  return fleet.tell().then((reading) => ({ kind: 'done', reading }) as const, packFailure);
}

/** A change that one worker was asked for: the answer comes when every worker decides by it. */
async function changeInAll<Result>(
  { database }: OpenSource,
  pool: WorkerPool,
  change: (database: MemberDatabase) => Promise<Result>,
): Promise<Result> {
  if (!database) throw noDatabase();
  const result = await change(database);
  await pool.whenChanged();
  return result;
}

/** Has the desk do something for a worker. What it wrote is live in all of them before it answers. */
function passOn<Done>(
  { changes }: OpenSource,
  work: (desk: ChangeDesk) => Promise<Done>,
): Promise<Done | PassedFailure> {
  if (!changes) return Promise.resolve(packFailure(new RolebookError('unavailable', 'the policy is not changed here')));
  return work(changes).catch(packFailure);
}

/** The same of what was changed, which may be known where nothing is changed. */
function listChanges({ changes, history }: OpenSource, filter: ChangeFilter): Promise<PassedChangeList> {
  const desk = changes ?? history;
  if (!desk) return Promise.resolve(packFailure(new RolebookError('unavailable', 'the policy is not changed here')));
  return desk.list(filter).then((list) => ({ kind: 'done', list }) as const, packFailure);
}

function noDatabase(): RolebookError {
  return new RolebookError('unavailable', 'the policy does not come from a database');
}

function followSource({ live, pool: changes, onBranchLook }: OpenSource, pool: WorkerPool, metrics: PoolMetrics): void {
  metrics.policy.follow(live);
  changes?.onMembers((news) => pool.changeMembers(news));
  const tell = (): void => {
    const { isStale, source, looks, publishing } = live;
    pool.noteStanding({ isStale, source, looks, ...(publishing && { publishing: { looks: publishing.looks } }) });
  };
  onBranchLook?.(tell);
  live.onReload(tell);
  live.onLook((found) => {
    tell();
    const atMs = found.at.getTime();
    metrics.policy.noteCheck(found, atMs);
    if (found.outcome !== 'failed') pool.noteWord(atMs);
  });
}

const notKeptBack: Acceptance = { kind: 'not-waiting', waiting: undefined };

const noLog = { bytesWritten: 0, failure: 'there is no such log' };
