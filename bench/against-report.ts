import { round } from './goals.ts';
import type { PairPlan, PairResult, PairResults } from './measure-pairs.ts';
import { median, quartiles } from './statistics.ts';
import { table } from './table.ts';

/** What a decision may keep of the rate that it had at the commit before. */
export const leastRatio = 0.97;

export interface PairReport {
  readonly plan: PairPlan;
  readonly tool: 'wrk' | 'autocannon';
  readonly machine: Readonly<Record<string, string>>;
  readonly results: PairResults;
  readonly workMs: readonly number[];
  readonly tookMs: number;
}

/** Whether a row is worse than it may be. */
export function isSlower({ ratios, isMissing }: PairResult): boolean {
  return !isMissing && median(ratios) < leastRatio;
}

/** What was found, as Markdown. */
export function reportPairs({ plan, tool, machine, results, workMs, tookMs }: PairReport): string {
  const [lower, upper] = quartiles(workMs);
  const head = ['new ÷ old', 'rate', 'its middle half', 'all of it', 'ratios', 'per processor second', 'p99'];
  return [
    table([...head, 'in the work, new', 'old', ''], [...results.values()].map(describe)),
    `Below 1 is slower, but for p99. A ratio is of both at the same time, in turns of 50 ms in which everything else stands still, the other one too; commands take turns run by run. The median is shown. There were ${plan.legs} legs, each with processes of its own, and ${tool} drove. *Per processor second*: requests in a second of processor time of the server, all its processes. *In the work*: requests or runs in the time of a fixed piece of work, which took ${round(median(workMs))} ms (${round(lower)} to ${round(upper)} ms in the middle half).`,
    table(['', ''], [...Object.entries(machine), ['the run took', `${round(tookMs / 1000)} s`]]),
  ].join('\n\n');
}

function describe(result: PairResult): string[] {
  const { name, ratios, perProcessor, p99s, inWork, isMissing } = result;
  if (isMissing) return [name, 'not in REF', ...Array.from({ length: 7 }, () => '–'), ''];
  const shown = (values: readonly number[]): string => (values.length === 0 ? '–' : round(median(values)));
  const range = (from: number, to: number): string => `${from.toFixed(3)} to ${to.toFixed(3)}`;
  return [
    name,
    median(ratios).toFixed(3),
    range(...quartiles(ratios)),
    range(Math.min(...ratios), Math.max(...ratios)),
    String(ratios.length),
    perProcessor.length === 0 ? '–' : median(perProcessor).toFixed(3),
    p99s.length === 0 ? '–' : median(p99s).toFixed(2),
    shown(inWork.new),
    shown(inWork.old),
    isSlower(result) ? `**below ${leastRatio}**` : '',
  ];
}
