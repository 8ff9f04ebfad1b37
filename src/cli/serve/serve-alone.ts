import { DecisionLog, type DecisionLogOptions } from '../../http/logging/decision-log.ts';
import { RememberedRequests } from '../../http/budget/remembered-requests.ts';
import { ShadowEngine } from '../../http/shadow/shadow-engine.ts';
import { ShadowJudge, shadowLogName } from '../../http/shadow/shadow-judge.ts';
import { startSidecar } from '../../http/sidecar.ts';
import { limits } from '../../policy/limits.ts';
import { inLifetime } from '../../store/lifetime.ts';
import { openBudget } from './budget/open-budget.ts';
import { openShadowBeside, openSource } from './open-source.ts';
import type { OpenSource, SourceSurroundings } from './served-source.ts';
import { openPages, startPages } from './pages/open-pages.ts';
import { readServeOptions, type ServeOptions } from './serve-options.ts';
import { droppedLogLines, type ServeIo } from './serve-output.ts';
import { printPages } from './serve-greeting.ts';
import { reviewOf } from './pages/served-review.ts';
import type { OpenShadow } from './shadow/open-shadow.ts';
import { logSource, serveUntilStopped } from './serve-until-stopped.ts';

/** The sidecar in one process, which follows the source and answers; the result is the exit code. */
export async function serveAlone(options: ServeOptions, io: ServeIo): Promise<number> {
  const setup = await readServeOptions(options, io);
  return inLifetime(setup.log, (lifetime) => serve({ options, setup, io, lifetime }));
}

async function serve(surroundings: SourceSurroundings): Promise<number> {
  const { options, setup, io, lifetime } = surroundings;
  const { listen, access, staleness, log } = setup;
  const decisionLog = await openLog(surroundings, setup.decisionLog, { attributes: options.decisionLogAttributes });
  const shadowLog = await openLog(surroundings, setup.shadowLog, { name: shadowLogName });
  const pages = await openPages(options, setup, io);
  const remembered = new RememberedRequests();
  const budget = openBudget(options, () => Promise.resolve(remembered.list()), log);
  const source = await openSource({ ...surroundings, budget });
  const { live, database, changes, history, gitHook, fleet, cache } = source;
  logSource(source, surroundings);
  const followed = await openShadowBeside(surroundings);
  const judge = followed && createJudge(followed, source, shadowLog);
  const sidecar = await startSidecar({
    live,
    database,
    changes,
    history,
    gitHook,
    fleet,
    console: pages,
    review: reviewOf(setup),
    listen,
    access,
    decisionLog,
    shadow: followed && judge && { followed, judge },
    budget: budget && { budget, remembered },
    droppedLogLines: droppedLogLines(io),
    staleness,
    decidesAtMs: options.at,
    cache,
    log,
  });
  lifetime.add('the sidecar', () => sidecar.stop(), limits.drainTimeoutMs + limits.logDrainMs + limits.closeMs);
  if (pages) startPages(pages, options, setup);
  live.onLook((found) => sidecar.noteCheck(found, found.at.getTime()));
  const shape = {
    address: sidecar.address,
    reopenLogs: () => Promise.all([decisionLog?.reopen(), shadowLog?.reopen()]),
    shadow: followed,
    readTokens: () => access.reload().then(() => pages?.sessions.reload()),
    printLink: () => pages && printPages(sidecar.address, pages.sessions, options, io),
  };
  return serveUntilStopped(source, shape, surroundings);
}

function createJudge(followed: OpenShadow, { live, pool }: OpenSource, log: DecisionLog | undefined): ShadowJudge {
  const judge = new ShadowJudge(new ShadowEngine(followed.policy, pool && { live, read: pool.members }), log);
  pool?.onMembers(({ members }) => {
    for (const { place, subject } of members) judge.memberChanged(place, subject);
  });
  return judge;
}

async function openLog(
  { setup: { log }, io, lifetime }: SourceSurroundings,
  target: string | undefined,
  { name = 'decision log', attributes }: Pick<DecisionLogOptions, 'name' | 'attributes'>,
): Promise<DecisionLog | undefined> {
  if (target === undefined) return undefined;
  const opened = await DecisionLog.open(target, { log, stdout: io.stdout, name, attributes });
  lifetime.add(`the ${name}`, () => opened.close(), limits.logDrainMs + limits.closeMs);
  return opened;
}
