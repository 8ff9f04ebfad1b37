import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryFolder, readMemory, runChild } from './children.ts';
import { hasWrk } from './drive.ts';
import { judge, promisedPairs } from './goals.ts';
import { measureCommands } from './measure-commands.ts';
import { measureEdits } from './measure-edits.ts';
import { measureDuels, measureHttp } from './measure-http.ts';
import { measureInProcess } from './measure-in-process.ts';
import type { InProcessResult } from './in-process.ts';
import type { LoadResult, Measurements } from './measurements.ts';
import { fullPlan, quickPlan, type Plan } from './plan.ts';
import { drawPlots, writeReport } from './report.ts';
import { repository } from './servers.ts';
import { setUp, type Setup } from './setup.ts';

const startedAt = performance.now();

function say(text: string): void {
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);
}

async function measure(plan: Plan): Promise<Measurements> {
  const folder = await createTemporaryFolder();
  const machine = await describeMachine();
  const tool = (await hasWrk()) ? 'wrk' : 'autocannon';
  say('`lint`, `test`, `diff` and starting up');
  const commands = await measureCommands(plan.commandRuns, plan.mainSize, folder);
  const inProcess: InProcessResult[] = [];
  for (const rows of plan.rows) {
    say(`in process, ${rows} rows`);
    inProcess.push(await measureInProcess(folder, rows));
  }
  const setup = await setUp(folder, plan, say);
  const { results: http, checked } = await measureHttp(setup.targets, tool, plan, say);
  const duels = await measureDuels(setup.targets, promisedPairs(plan), tool, plan, say);
  say(`edits of one of ${plan.editSize} files`);
  const edited = setup.sidecars.get(plan.editSize);
  if (!edited) throw new Error('the size for edits is not among the sizes');
  const edits = await measureEdits(edited.root, edited.server, plan.edits);
  const loads = await readLoads(setup);
  const tookMs = performance.now() - startedAt;
  return { plan, tool, machine, http, duels, checked, loads, edits, inProcess, commands, tookMs };
}

async function readLoads({ loads }: Setup): Promise<LoadResult[]> {
  return Promise.all(
    loads.map(async ({ child, ...load }) => ({ ...load, mostMib: (await readMemory(child.pid)).mostMib })),
  );
}

async function describeMachine(): Promise<Record<string, string>> {
  const git = (...args: string[]): Promise<string> => runChild('git', args, repository).catch(() => '');
  const isDirty = (await git('status', '--porcelain', '--', 'src', 'package-lock.json')) !== '';
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model ?? ''}`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    commit: `${(await git('rev-parse', '--short=12', 'HEAD')).trim()}${isDirty ? ', with changes' : ''}`,
    'load before the run': `${(loadavg()[0] ?? NaN).toFixed(2)} (mean of the minute before, by the system's count)`,
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  };
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

try {
  const found = await measure(process.argv.includes('--quick') ? quickPlan : fullPlan);
  console.log(await save(found));
  const missed = judge(found).filter(({ isMet }) => isMet === false);
  say(
    missed.length === 0
      ? 'every target that was measured is met'
      : `missed: ${missed.map(({ name }) => name).join('; ')}`,
  );
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
