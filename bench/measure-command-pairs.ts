import { join } from 'node:path';
import { isSlower } from './against-report.ts';
import { prepareDiff, timeCommand } from './measure-commands.ts';
import { timeWorkAlone } from './measure-http.ts';
import { resultOf, type PairResult, type PairResults, type PairSettings } from './measure-pairs.ts';
import { repository, startRolebook } from './servers.ts';

type Timing = (program: string) => Promise<number>;

/** Runs the commands of either program in turn, A B B A, and adds what is found to the results. */
export async function measureCommandPairs(settings: PairSettings, results: PairResults): Promise<void> {
  for (const [name, time] of await prepareCommands(settings)) {
    settings.say(name);
    const result = resultOf(results, name);
    await time(settings.programs.new);
    // A policy of today may say what a program of then does not understand.
    result.isMissing = !(await time(settings.programs.old).then(Boolean, () => false));
    if (!result.isMissing) await takeTurns(time, settings, result);
    if (isSlower(result)) await takeTurns(time, settings, result);
  }
}

async function prepareCommands({ folder, plan }: PairSettings): Promise<ReadonlyMap<string, Timing>> {
  const ready = (program: string): Promise<number> => timeUntilReady(program, join(folder, 'many'));
  const commands = new Map<string, Timing>([['`serve` until it is ready', ready]]);
  if (plan.name === 'short') return commands;
  const diff = await prepareDiff(join(folder, 'diff'), 1_000);
  await diff.addGrant();
  return commands
    .set('`lint`, this repository', (program) => timeCommand([program, 'lint', '--policy', repository]))
    .set('`test`, this repository', (program) => timeCommand([program, 'test', '--policy', repository]))
    .set('`diff`, a grant more for everybody', (program) => diff.time(program));
}

async function timeUntilReady(program: string, root: string): Promise<number> {
  const { child, readyMs } = await startRolebook(root, [], { program });
  await child.stop();
  return readyMs;
}

async function takeTurns(time: Timing, { programs, plan, workMs }: PairSettings, result: PairResult): Promise<void> {
  for (let run = 0; run < plan.commandRuns; run += 1) {
    const ms = { new: 0, old: 0 };
    for (const side of ['new', 'old', 'old', 'new'] as const) {
      const [work, tookMs] = [await timeWorkAlone(), await time(programs[side])];
      ms[side] += tookMs;
      result.inWork[side].push(work / tookMs);
      workMs.push(work);
    }
    result.ratios.push(ms.old / ms.new);
  }
}
