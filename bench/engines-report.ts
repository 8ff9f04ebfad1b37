import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryFolder } from './children.ts';
import { round } from './goals.ts';
import { describeMachine } from './machine.ts';
import { measureEngines, type EngineResult } from './measure-engines.ts';
import { rowsOfWorkspace } from './measure-in-process.ts';
import { fullPlan } from './plan.ts';
import { say } from './say.ts';
import { drawPlot } from './svg-plot.ts';
import { table } from './table.ts';

/** Measures rolebook's library beside the engines of others in one process, and writes ENGINES.md and its plot. */
export async function compareWithEngines(): Promise<void> {
  const machine = await describeMachine();
  const folder = await createTemporaryFolder();
  const found: EngineResult[] = [];
  for (const rows of fullPlan.rows) {
    say(`in process, ${rows} rows`);
    found.push(await measureEngines(folder, rows));
  }
  const here = dirname(fileURLToPath(import.meta.url));
  const report = writeEnginesReport(found, machine);
  await mkdir(join(here, 'plots'), { recursive: true });
  await writeFile(join(here, 'plots', 'engines.svg'), drawEngines(found));
  await writeFile(join(here, 'ENGINES.md'), report);
  console.log(report);
}

/** ENGINES.md. Every figure is one of the run's. */
export function writeEnginesReport(found: readonly EngineResult[], machine: Readonly<Record<string, string>>): string {
  const asked = found.reduce((sum, result) => sum + result.asked, 0);
  return [
    '# Beside other engines in process',
    'Written by `npm run bench -- --engines`; do not edit. How it measures: [README.md](README.md#beside-other-engines).',
    '![Nanoseconds of a decision in process](plots/engines.svg)',
    'One decision by `loadPolicy`, which finds the member and checks the question, beside the same asked of CASL and of Cedar in the same process, in turns. *Times rolebook*: the median over the turns, and its middle half; above 1 is slower than rolebook. *In the work*: how many decisions in the time of a fixed piece of work.',
    promiseText(found),
    table(['rows', 'engine', 'ns', 'times rolebook', 'middle half', 'in the work'], found.flatMap(rowsOf)),
    `${asked.toLocaleString('en')} answers were compared with what follows from how the policies are written. All were right; one wrong answer, and there is no report.`,
    table(['', ''], Object.entries(machine)),
    '',
  ].join('\n\n');
}

function promiseText([small]: readonly EngineResult[]): string {
  const ns = small?.engines[0]?.ns ?? NaN;
  return `Promised: at most ${promisedNs} ns at 10³ rows, with the member found. Measured: ${round(ns)} ns, ${ns <= promisedNs ? 'met' : '**missed**'}.`;
}

const promisedNs = 250;

function rowsOf({ workspaces, engines, workMs }: EngineResult): string[][] {
  return engines.map(({ name, ns, ratio, ratios: [lower, upper] }) => [
    (workspaces * rowsOfWorkspace).toLocaleString('en'),
    name,
    round(ns),
    `${round(ratio)}×`,
    `${round(lower)} to ${round(upper)}`,
    Math.round((workMs * 1e6) / ns).toLocaleString('en'),
  ]);
}

/** The plot: a line an engine. */
export function drawEngines(found: readonly EngineResult[]): string {
  const names = found[0]?.engines.map(({ name }) => name) ?? [];
  const series = names.map((name, index) => ({
    name,
    points: found.map(({ workspaces, engines }) => [workspaces * rowsOfWorkspace, engines[index]?.ns ?? NaN] as const),
  }));
  return drawPlot('A decision in process', 'Casbin rows of the same policy', 'ns a decision', series);
}
