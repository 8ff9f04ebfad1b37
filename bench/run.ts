import { compareWithCommit } from './against.ts';
import { parseArguments, usage, WrongUsage, type Task } from './arguments.ts';
import { compareWithEngines } from './engines-report.ts';
import { fullPlan, quickPlan } from './plan.ts';
import { compareWithRivals } from './rivals.ts';

/** Answers the exit code: 1 when something is slower than it may be. */
async function run(task: Task): Promise<number> {
  if (task.kind === 'against') return (await compareWithCommit(task.ref, task.plan)) ? 0 : 1;
  if (task.kind === 'engines') {
    await compareWithEngines();
    return 0;
  }
  await compareWithRivals(task.plan === 'quick' ? quickPlan : fullPlan);
  return 0;
}

try {
  process.exit(await run(parseArguments(process.argv.slice(2))));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof WrongUsage) console.error(usage);
  process.exit(error instanceof WrongUsage ? 2 : 3);
}
