import { get } from './ask.ts';
import { pauseOthers } from './children.ts';
import { drive, type Drive } from './drive.ts';
import type { Plan } from './plan.ts';
import { checkAnswers, type Target } from './targets.ts';

/** Two targets that a promise compares, driven right after one another: what the first did as a part of the other. */
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
 * Drives all targets in turn, again and again, so that whatever else the machine does meets all of them alike. Answers
 * are checked before, which also warms, and after, because a server may go wrong under load.
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
      const result = await driveOnce(target, tool, plan.seconds);
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
 * Drives pairs in the order A B B A, so that a machine that gets slower meanwhile does so for both. What a promise says
 * of two targets is measured like this: minutes apart, this machine is not the same machine. All other servers stand
 * still meanwhile: each looks at its files now and then, and a machine of two processors would feel that.
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
    const all = targets.map(({ child }) => child);
    const fight = (): Promise<Duel> => duel(left, right, tool, plan);
    duels.push(await pauseOthers(all, [left.child, right.child], fight));
  }
  return duels;
}

async function duel(left: Target, right: Target, tool: 'wrk' | 'autocannon', plan: Plan): Promise<Duel> {
  const [rates, p99s]: [number[], number[]] = [[], []];
  for (const target of [left, right]) await driveOnce(target, tool, plan.seconds);
  for (let round = 0; round < plan.duelRounds; round += 1) {
    const drives: Drive[] = [];
    for (const target of [left, right, right, left]) drives.push(await driveOnce(target, tool, plan.seconds));
    const [a, b, c, d] = drives as [Drive, Drive, Drive, Drive];
    rates.push((a.perSecond + d.perSecond) / (b.perSecond + c.perSecond));
    p99s.push((a.p99Us + d.p99Us) / (b.p99Us + c.p99Us));
  }
  return { name: left.name, against: right.name, rates, p99s };
}

async function driveOnce(target: Target, tool: 'wrk' | 'autocannon', seconds: number): Promise<Drive> {
  const { address, protocol, bodies, isScraped } = target;
  const scrape = (): void => void get(address, '/metrics').catch(() => undefined);
  // Ten times as often as Prometheus would at its busiest.
  const timer = isScraped ? setInterval(scrape, 100) : undefined;
  const result = await drive(tool, { address, path: protocol.path, bodies }, seconds);
  clearInterval(timer);
  // A slow server is still at the requests whose sender has gone; the next one must not share the processor with it.
  await get(address, '/').catch(() => undefined);
  return result;
}
