import { basename, dirname, resolve } from 'node:path';
import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { PolicyTestFile } from '../../policy/policy-test.ts';
import type { TestReport } from '../../review/testing/run-policy-tests.ts';
import { printResult, say, type CommandIo } from '../command/command-io.ts';
import { coverageAsJson, coverageReporters, summarizeCoverage, type CoverageOutcome } from './coverage-report.ts';
import { figureOf } from './coverage-text.ts';
import type { PolicyReading } from '../load/load-policy.ts';
import { MutationProgress } from './mutation-progress.ts';
import {
  mutationAsJson,
  mutationReporters,
  scoreOf,
  summarizeMutation,
  type MutationOutcome,
} from './mutation-report.ts';
import { sentenceOf } from '../report/markdown-text.ts';
import { paintFor } from '../report/paint.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import type { TestFormat, TestMeasures } from './test-outcome.ts';
import { formatPercent, formatThreshold, isBelow, type Figure, type Threshold } from './test-threshold.ts';

/** The options that ask how good the tests are. */
export interface MeasureOptions {
  readonly coverage?: boolean;
  readonly coverageHtml?: string;
  readonly mutate?: boolean;
  readonly threshold?: Threshold;
}

/** The measures that were asked for, where and when. */
export interface MeasureRequest {
  readonly filter: string | undefined;
  readonly options: MeasureOptions;
  readonly nowMs: number;
  readonly io: CommandIo;
}

interface FinishedTests {
  readonly reading: PolicyReading;
  readonly selected: readonly PolicyTestFile[];
  readonly report: TestReport;
}

export async function measureTests(
  engine: CasbinEngine,
  tests: FinishedTests,
  { filter, options, nowMs, io }: MeasureRequest,
): Promise<TestMeasures> {
  const { reading, selected } = tests;
  const { display } = reading;
  const measures: { coverage?: CoverageOutcome; mutation?: MutationOutcome | 'impossible' } = {};
  if (options.coverage || options.coverageHtml !== undefined) {
    const { measureCoverage } = await import('../../review/testing/coverage.ts');
    const roles = filter === undefined ? 'all' : 'asked';
    measures.coverage = { report: measureCoverage(engine, selected, { nowMs, roles }), display, filter };
  }
  if (options.mutate) {
    const firstSubjectType = engine.policy.catalog.subjectTypes[0];
    measures.mutation =
      tests.report.failed > 0
        ? 'impossible'
        : { report: await mutate(tests, filter, nowMs, io), display, lines: reading.lines, firstSubjectType, filter };
  }
  return measures;
}

async function mutate(
  { reading, selected }: FinishedTests,
  filter: string | undefined,
  nowMs: number,
  io: CommandIo,
): Promise<MutationOutcome['report']> {
  const { runMutants } = await import('../../review/testing/mutation/run-mutants.ts');
  const progress = new MutationProgress(io);
  try {
    return await runMutants(reading.files, selected, {
      nowMs,
      mutants: filter === undefined ? 'all' : 'tested-workspaces',
      onProgress: (step) => progress.show(step),
    });
  } finally {
    progress.clear();
  }
}

/** The parts of a report that tell the measures. Markdown has no closing lines, so the figures stand here. */
export function reportMeasures(
  measures: TestMeasures,
  format: 'text' | 'github' | 'markdown',
  surroundings: ReportSurroundings,
): string[] {
  const { coverage, mutation } = measures;
  return [
    ...(format === 'markdown' ? closingLines(measures).map((line) => sentenceOf(line)) : []),
    coverage ? coverageReporters[format](coverage, surroundings) : '',
    mutation && mutation !== 'impossible' ? mutationReporters[format](mutation, surroundings) : '',
  ];
}

function closingLines({ coverage, mutation }: TestMeasures): string[] {
  return [
    ...(coverage ? [summarizeCoverage(coverage)] : []),
    ...(mutation === 'impossible'
      ? ['no mutants were made: they tell something only while every test passes']
      : mutation
        ? [summarizeMutation(mutation)]
        : []),
  ];
}

export function measuresAsJson({ coverage, mutation }: TestMeasures): object {
  return {
    ...(coverage ? { coverage: coverageAsJson(coverage) } : {}),
    ...(mutation && mutation !== 'impossible' ? { mutation: mutationAsJson(mutation) } : {}),
  };
}

/** Writes the coverage map, if one was asked for. */
export async function saveMap(
  { coverage }: TestMeasures,
  policy: PolicySet,
  { coverageHtml }: MeasureOptions,
  io: CommandIo,
): Promise<void> {
  if (!coverage || coverageHtml === undefined) return;
  const { coverageAsHtml } = await import('./coverage-html.ts');
  const { replaceFiles } = await import('../write/replace-files.ts');
  const path = resolve(io.cwd, coverageHtml);
  const files = new Map([[basename(path), coverageAsHtml(coverage, policy.revision)]]);
  await replaceFiles(dirname(path), dirname(coverageHtml), files);
  say(io, `coverage map: ${coverageHtml}`);
}

/** Prints a closing line for each figure, and answers whether all of them reach the threshold. */
export function sayMeasures(
  measures: TestMeasures,
  { format, threshold }: MeasureOptions & { readonly format: TestFormat },
  io: CommandIo,
): boolean {
  for (const line of closingLines(measures)) printClosing(io, format, line);
  if (threshold === undefined) return true;
  const below = figuresOf(measures).filter(({ figure }) => isBelow(figure, threshold));
  for (const { name, figure } of below) {
    const message = `the ${name} is ${formatPercent(figure)}, below the threshold of ${formatThreshold(threshold)}`;
    say(io, `${paintFor(io, 'stderr').red('error:')} ${message}`);
  }
  return below.length === 0;
}

function figuresOf({ coverage, mutation }: TestMeasures): { name: string; figure: Figure }[] {
  return [
    ...(coverage ? [{ name: 'coverage', figure: figureOf(coverage.report) }] : []),
    ...(mutation && mutation !== 'impossible' ? [{ name: 'mutation score', figure: scoreOf(mutation.report) }] : []),
  ];
}

/** Where stdout is a document for programs, the closing lines would spoil it; Markdown has them inside. */
export function printClosing(io: CommandIo, format: TestFormat, line: string): void {
  if (format === 'markdown') return;
  (format === 'json' || format === 'junit' ? say : printResult)(io, line);
}
