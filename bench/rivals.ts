import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryFolder, pauseOthers, readMemory } from './children.ts';
import { hasWrk } from './drive.ts';
import { warmFixedWork } from './fixed-work.ts';
import { judge, promisedPairs } from './goals.ts';
import { describeMachine } from './machine.ts';
import { measureCommands } from './measure-commands.ts';
import { measureEdits } from './measure-edits.ts';
import { measureDuels, measureHttp } from './measure-http.ts';
import { measureInProcess } from './measure-in-process.ts';
import { measureJudgement } from './measure-judgement.ts';
import type { InProcessResult } from './in-process.ts';
import type { LoadResult, Measurements } from './measurements.ts';
import type { Plan } from './plan.ts';
import { drawPlots, writeReport } from './report.ts';
import { say, startedAtMs } from './say.ts';
import { setUp, type Setup } from './setup.ts';

async function measure(plan: Plan): Promise<Measurements> {
  const folder = await createTemporaryFolder();
  warmFixedWork();
  const machine = await describeMachine();
  const tool = (await hasWrk()) ? 'wrk' : 'autocannon';
  say('`lint`, `test`, `diff` and starting up');
  const commands = await measureCommands(plan.commandRuns, plan.mainSize, folder);
  const inProcess: InProcessResult[] = [];
  for (const rows of plan.rows) {
    say(`in process, ${rows} rows`);
    inProcess.push(await measureInProcess(folder, rows));
  }
  say('judging edits');
  const judgement = await measureJudgement(folder, plan.mainSize, plan.commandRuns);
  const setup = await setUp(folder, plan, say);
  const { results: http, checked } = await measureHttp(setup.targets, tool, plan, say);
  const duels = await measureDuels(setup.targets, promisedPairs(plan), tool, plan, say);
  say(`edits of one of ${plan.editSize} files`);
  const edited = setup.sidecars.get(plan.editSize);
  if (!edited) throw new Error('the size for edits is not among the sizes');
  const { root, server } = edited;
  const edits = await pauseOthers([server.child], () => measureEdits(root, server, plan.edits));
  const loads = await readLoads(setup);
  const tookMs = performance.now() - startedAtMs;
  return { plan, tool, machine, http, duels, checked, loads, edits, judgement, inProcess, commands, tookMs };
}

async function readLoads({ loads }: Setup): Promise<LoadResult[]> {
  return Promise.all(
    loads.map(async ({ child, ...load }) => ({ ...load, mostMib: (await readMemory(child.pid)).mostMib })),
  );
}

async function save(found: Measurements): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  // A quick run does not take the place of the full one.
  const folder = found.plan.name === 'quick' ? join(here, 'quick') : here;
  await mkdir(join(folder, 'plots'), { recursive: true });
  for (const [name, svg] of drawPlots(found)) await writeFile(join(folder, 'plots', name), svg);
  const report = writeReport(found);
  await writeFile(join(folder, 'RESULTS.md'), report);
  return report;
}

/** Measures rolebook beside its rivals, and writes the report. */
export async function compareWithRivals(plan: Plan): Promise<void> {
  const found = await measure(plan);
  console.log(await save(found));
  const missed = judge(found).filter(({ isMet }) => isMet === false);
  say(
    missed.length === 0
      ? 'every target that was measured is met'
      : `missed: ${missed.map(({ name }) => name).join('; ')}`,
  );
}
