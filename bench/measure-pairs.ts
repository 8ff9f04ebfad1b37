import { RefusedRequest } from './ask.ts';
import { pauseOthers } from './children.ts';
import { driveInTurns, type TurnsResult } from './drive-in-turns.ts';
import { driveAlone, timeWorkAlone } from './measure-http.ts';
import type { Row, RowGroup } from './rows.ts';
import { FailedStart, startRolebook, type Server } from './servers.ts';
import { checkAnswers, createTarget, type Target } from './targets.ts';

/** How long a comparison with a commit takes. */
export interface PairPlan {
  readonly name: 'full' | 'short';
  /** Each leg has processes of their own: one may be luckier than another for as long as it lives. */
  readonly legs: number;
  /** How often both are driven in each leg, in turns of 50 ms, for so many seconds. */
  readonly drives: number;
  readonly seconds: number;
  /** How often each command is run by either, in turn. */
  readonly commandRuns: number;
}

export const pairPlans: Readonly<Record<PairPlan['name'], PairPlan>> = {
  full: { name: 'full', legs: 3, drives: 4, seconds: 3, commandRuns: 6 },
  short: { name: 'short', legs: 2, drives: 3, seconds: 2, commandRuns: 3 },
};

/** What was found of one row. */
export interface PairResult {
  readonly name: string;
  /** Requests per second, new by old, one entry a drive; more is better. */
  readonly ratios: number[];
  /** The same of the requests in a second of the server's processor time. Empty where the system does not tell. */
  readonly perProcessor: number[];
  /** The 99th percentile of the times, new by old; less is better. Undefined where there are no requests. */
  readonly p99s: number[];
  /** What either did in the time of the fixed piece of work, one entry a drive. */
  readonly inWork: { readonly new: number[]; readonly old: number[] };
  isMissing: boolean;
}

export type PairResults = Map<string, PairResult>;

export interface PairSettings {
  readonly folder: string;
  readonly programs: { readonly new: string; readonly old: string };
  readonly tool: 'wrk' | 'autocannon';
  readonly plan: PairPlan;
  readonly say: (text: string) => void;
  /** What the fixed piece of work took, each time. */
  readonly workMs: number[];
}

type Side = 'new' | 'old';
type Sides<Thing> = Readonly<Record<Side, Thing>>;

export function resultOf(results: PairResults, name: string): PairResult {
  const known = results.get(name);
  if (known) return known;
  const inWork = { new: [], old: [] };
  const result: PairResult = { name, ratios: [], perProcessor: [], p99s: [], inWork, isMissing: false };
  results.set(name, result);
  return result;
}

/** Measures the rows of one group, and adds what is found to the results. */
export async function measureGroup(group: RowGroup, settings: PairSettings, results: PairResults): Promise<void> {
  const { plan, say } = settings;
  for (let leg = 1; leg <= plan.legs; leg += 1) {
    const names = group.rows.map(({ name }) => name).join(', ');
    say(`${names}: ${leg} of ${plan.legs}`);
    const servers = await startBoth(group, settings, leg % 2 === 0);
    if (servers === undefined) {
      for (const { name } of group.rows) resultOf(results, name).isMissing = true;
      return;
    }
    for (const row of group.rows) await measureRow(row, servers, settings, resultOf(results, row.name));
    await Promise.all([servers.new.child.stop(), servers.old.child.stop()]);
  }
}

// Undefined when the old one does not know a flag. While one starts, the other stands still.
async function startBoth(
  { root, flags }: RowGroup,
  { programs }: PairSettings,
  isOldFirst: boolean,
): Promise<Sides<Server> | undefined> {
  const started: { new?: Server; old?: Server } = {};
  for (const side of isOldFirst ? (['old', 'new'] as const) : (['new', 'old'] as const)) {
    try {
      started[side] = await pauseOthers([], () => startRolebook(root, flags, { program: programs[side] }));
    } catch (error) {
      if (side === 'new' || !(error instanceof FailedStart) || !error.output.includes('unknown option')) throw error;
      await started.new?.child.stop();
      return undefined;
    }
  }
  const { new: own, old } = started;
  return own && old && { new: own, old };
}

async function measureRow(row: Row, servers: Sides<Server>, settings: PairSettings, result: PairResult): Promise<void> {
  if (result.isMissing) return;
  const { folder, tool, plan } = settings;
  const { protocol, asked, headers = {} } = row;
  const targetOf = (side: Side): Promise<Target> =>
    createTarget(folder, `${row.name} ${side}`, { server: servers[side], protocol, asked, headers });
  const targets: Sides<Target> = { new: await targetOf('new'), old: await targetOf('old') };
  if (!(await isKnown(targets.old))) {
    result.isMissing = true;
    return;
  }
  await checkAnswers(targets.new, Infinity);
  // By themselves, which also warms, for how long a request takes; then in turns, for how many are answered.
  const alone = { new: await driveAlone(targets.new, tool, 1), old: await driveAlone(targets.old, tool, 1) };
  result.p99s.push(alone.new.p99Us / alone.old.p99Us);
  for (let drive = 0; drive < plan.drives; drive += 1) {
    const workMs = await timeWorkAlone();
    const [own, old] = await driveInTurns([targets.new, targets.old], tool, plan.seconds);
    addTurns({ new: own, old }, workMs, result);
    settings.workMs.push(workMs);
  }
  // A server may go wrong under load.
  for (const side of ['new', 'old'] as const) await checkAnswers(targets[side], Infinity);
}

function addTurns(found: Sides<TurnsResult>, workMs: number, result: PairResult): void {
  result.ratios.push(found.new.perSecond / found.old.perSecond);
  if (found.new.serverUs !== undefined && found.old.serverUs !== undefined) {
    result.perProcessor.push(found.old.serverUs / found.new.serverUs);
  }
  for (const side of ['new', 'old'] as const) result.inWork[side].push((found[side].perSecond * workMs) / 1000);
}

/** Whether a server knows this way to ask. A wrong answer is an error, whoever gives it. */
async function isKnown(target: Target): Promise<boolean> {
  try {
    await checkAnswers(target, Infinity);
    return true;
  } catch (error) {
    if (error instanceof RefusedRequest && [400, 404, 405, 422, 501].includes(error.status)) return false;
    throw error;
  }
}
