import { setTimeout as sleep } from 'node:timers/promises';
import { get } from './ask.ts';
import { pauseOthers } from './children.ts';
import { driveInTurns } from './drive-in-turns.ts';
import { drive, type Drive, type DriveCount } from './drive.ts';
import { timeFixedWork } from './fixed-work.ts';
import type { Plan } from './plan.ts';
import { readProcessorUs } from './processor-time.ts';
import { checkAnswers, scrapeMs, type Target } from './targets.ts';

/** Two targets that a promise compares: what the first did as a part of the other. */
export interface Duel {
  readonly name: string;
  readonly against: string;
  /** One entry a round: requests per second, and the 99th percentile of the times. */
  readonly rates: readonly number[];
  readonly p99s: readonly number[];
}

/** What each target did, round by round. */
export type HttpResults = ReadonlyMap<string, readonly Drive[]>;

/**
 * Drives all targets in turn, again and again, so that whatever else the machine does meets all of them alike. All other
 * servers stand still meanwhile. Answers are checked before, which also warms, and after, because a server may go wrong
 * under load.
 */
export async function measureHttp(
  targets: readonly Target[],
  tool: 'wrk' | 'autocannon',
  plan: Plan,
  say: (text: string) => void,
): Promise<{ results: HttpResults; checked: ReadonlyMap<string, number> }> {
  const checked = new Map<string, number>();
  for (const target of targets) checked.set(target.name, await checkAnswers(target, plan.checks));
  const results = new Map<string, Drive[]>(targets.map(({ name }) => [name, []]));
  for (let round = 1 - plan.warmUps; round <= plan.rounds; round += 1) {
    say(`HTTP, ${round > 0 ? `round ${round} of ${plan.rounds}` : 'warming'}, ${targets.length} targets`);
    // There and back, so that nobody always comes after the same neighbour.
    for (const target of round % 2 === 0 ? targets.toReversed() : targets) {
      const result = await driveAlone(target, tool, plan.seconds);
      if (round > 0) results.get(target.name)?.push(result);
    }
  }
  for (const target of targets) {
    const before = checked.get(target.name) ?? 0;
    checked.set(target.name, before + (await checkAnswers(target, plan.checks)));
  }
  return { results, checked };
}

/**
 * Compares two targets that a promise names: by themselves right after one another for how long a request takes, and in
 * short turns for how many are answered, because a second later this machine is not the same machine. All other servers
 * stand still meanwhile: each looks at its files now and then, and a machine of two processors would feel that.
 */
export async function measureDuels(
  targets: readonly Target[],
  pairs: readonly (readonly [string, string])[],
  tool: 'wrk' | 'autocannon',
  plan: Plan,
  say: (text: string) => void,
): Promise<readonly Duel[]> {
  const find = (name: string): Target | undefined => targets.find((target) => target.name === name);
  const duels: Duel[] = [];
  for (const [name, against] of pairs) {
    const [left, right] = [find(name), find(against)];
    if (!left || !right || plan.duelRounds === 0) continue;
    say(`HTTP, ${name} against ${against}`);
    duels.push(await duel(left, right, tool, plan.duelRounds));
  }
  return duels;
}

async function duel(left: Target, right: Target, tool: 'wrk' | 'autocannon', rounds: number): Promise<Duel> {
  const [rates, p99s]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const [one, other] = [await driveAlone(left, tool, 1), await driveAlone(right, tool, 1)];
    p99s.push(one.p99Us / other.p99Us);
    const [own, others] = await driveInTurns([left, right], tool, 2);
    rates.push(own.perSecond / others.perSecond);
  }
  return { name: left.name, against: right.name, rates, p99s };
}

/** Drives a target while all other servers stand still. */
export async function driveAlone(target: Target, tool: 'wrk' | 'autocannon', seconds: number): Promise<Drive> {
  const beforeMs = await timeWorkAlone();
  const { child } = target;
  const driven = await pauseOthers([child], async () => {
    // It looks at its files as soon as it goes on.
    await sleep(150);
    const beforeUs = await readProcessorUs(child.pid);
    const count = await driveOnce(target, tool, seconds);
    const afterUs = await readProcessorUs(child.pid);
    const isKnown = beforeUs !== undefined && afterUs !== undefined;
    return { ...count, serverUs: isKnown ? (afterUs - beforeUs) / count.requests : undefined };
  });
  return { ...driven, workMs: (beforeMs + (await timeWorkAlone())) / 2 };
}

/** The milliseconds of the fixed piece of work while no server is on the processor. */
export function timeWorkAlone(): Promise<number> {
  return pauseOthers([], () => Promise.resolve(timeFixedWork()));
}

async function driveOnce(target: Target, tool: 'wrk' | 'autocannon', seconds: number): Promise<DriveCount> {
  const { address, protocol, bodies, headers, isScraped } = target;
  const scrape = (): void => void get(address, '/metrics').catch(() => undefined);
  const timer = isScraped ? setInterval(scrape, scrapeMs) : undefined;
  const result = await drive(tool, { address, path: protocol.path, bodies, headers }, seconds);
  clearInterval(timer);
  // A slow server is still at the requests whose sender has gone; the next one must not share the processor with it.
  await get(address, '/').catch(() => undefined);
  return result;
}
