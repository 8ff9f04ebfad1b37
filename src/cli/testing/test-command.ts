import { Option, type Command } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { TestReport, TestResult } from '../../review/testing/run-policy-tests.ts';
import { exitCodes, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseValue, policyOption } from '../command/command-options.ts';
import type { PolicyReading } from '../load/load-policy.ts';
import { summarizeProblems } from '../report/problem-report.ts';
import { displayReason } from '../report/reason-text.ts';
import { linesOf, reportOption, tell, type ReportOptions } from '../report/report-files.ts';
import {
  measureTests,
  printClosing,
  saveMap,
  sayMeasures,
  type MeasureOptions,
  type MeasureRequest,
} from './test-measures.ts';
import { testFormats, type TestFormat } from './test-outcome.ts';
import { summarizeTests, testReporters } from './test-report.ts';
import type { TestOutcome, TestMeasures } from './test-outcome.ts';
import { parseThreshold } from './test-threshold.ts';

interface TestOptions extends MeasureOptions, ReportOptions<TestFormat> {
  readonly policy: string;
}

const examples = `
FILTER is plain text. A test runs when its file or its name contains it, in upper or lower case.

--coverage counts the pairs of a role and a permission that some test asserts. --mutate drops each
grant, without, denies and membership and leaves out each scope, one at a time, and counts after
how many of these mistakes a test fails.

Exit codes:
  0 every test passed   1 a test failed, the files have errors, or a figure is below the threshold
  2 wrong usage, no test found   3 could not run

Examples:
  rolebook test
  rolebook test trainee
  rolebook test --format junit
  rolebook test --report junit=tests.xml --report markdown=tests.md
  rolebook test --coverage --threshold 80
  rolebook test --coverage-html build/coverage.html
  rolebook test --mutate
`;

export function addTestCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('test')
    .description('run the policy tests')
    .argument('[FILTER]', 'only tests whose file or name contains this text')
    .option('--coverage', 'tell which role × permission is asserted')
    .option('--coverage-html <FILE>', 'the same as a map, a page to open in a browser', (value) =>
      parseValue('--coverage-html', value),
    )
    .option('--mutate', 'make small mistakes in the policy and tell which of them no test notices')
    .addOption(
      new Option('--threshold <N>', 'exit 1 if the coverage or the mutation score is below N percent').argParser(
        parseThreshold,
      ),
    )
    .addOption(policyOption())
    .addOption(formatOption(testFormats))
    .addOption(reportOption(testFormats))
    .addHelpText('after', examples)
    .action(async (filter: string | undefined, options: TestOptions) => finish(await test(filter, options, io)));
}

interface TestRun {
  readonly report: TestReport;
  readonly measures: TestMeasures;
}

async function test(filter: string | undefined, options: TestOptions, io: CommandIo): Promise<number> {
  requireFigure(options);
  const { loadPolicy, errorReport } = await import('../load/load-policy.ts');
  const nowMs = Date.now();
  const reading = await loadPolicy(io, options.policy, 'all', nowMs);
  const errors = errorReport(reading);
  if (reading.policy === undefined || errors.problems.length > 0) {
    const report = { tests: [], passed: 0, failed: 0, frozen: 0 };
    await tellOutcome({ report, errors }, options, io);
    return exitCodes.atFault;
  }
  const { report, measures } = await runTests(reading.policy, reading, { filter, options, nowMs, io });
  await tellOutcome({ report, errors, measures }, options, io);
  await saveMap(measures, reading.policy, options, io);
  const isReached = sayMeasures(measures, options, io);
  return report.failed === 0 && isReached ? exitCodes.clean : exitCodes.atFault;
}

// A threshold that nothing is held against would pass for a check that runs.
function requireFigure({ coverage, coverageHtml, mutate, threshold }: TestOptions): void {
  if (threshold === undefined || coverage || mutate || coverageHtml !== undefined) return;
  throw new RolebookError('usage', '`--threshold` needs a figure to hold it against', {
    help: 'add `--coverage` or `--mutate`, or both',
  });
}

async function runTests(policy: PolicySet, reading: PolicyReading, request: MeasureRequest): Promise<TestRun> {
  const { CasbinEngine } = await import('../../engine/casbin-engine.ts');
  const { withoutFrozen } = await import('../../review/testing/frozen-tests.ts');
  const { runPolicyTests, selectTests } = await import('../../review/testing/run-policy-tests.ts');
  const { filter, nowMs } = request;
  const engine = await CasbinEngine.create(policy);
  const selected = selectTests(reading.tests, filter);
  const report = runPolicyTests(engine, selected, { nowMs });
  if (report.tests.length === 0) throw noTests(filter, reading);
  const speaking = withoutFrozen(engine, selected, nowMs);
  const measures = await measureTests(engine, { reading, selected: speaking, report }, request);
  return {
    report: { ...report, tests: report.tests.map((result) => displayResult(result, reading.display)) },
    measures,
  };
}

function noTests(filter: string | undefined, { tests }: PolicyReading): RolebookError {
  const count = tests.reduce((sum, file) => sum + file.tests.length, 0);
  if (filter === undefined || count === 0) {
    const help = 'policy tests stand below `policies/` in files called `*.test.yaml`';
    return new RolebookError('configuration', 'there are no policy tests', { help });
  }
  const help = "the filter is plain text, looked for in each test's file and name";
  return new RolebookError('configuration', `none of ${count} tests matches \`${filter}\``, { help });
}

function displayResult(result: TestResult, display: (file: string) => string): TestResult {
  const failures = result.failures.map((failure) => {
    const position = { ...failure.position, file: display(failure.position.file) };
    if (failure.kind === 'asks-nothing') return { ...failure, position };
    return { ...failure, position, reason: displayReason(failure.reason, display) };
  });
  return { ...result, file: display(result.file), failures };
}

async function tellOutcome(outcome: TestOutcome, options: TestOptions, io: CommandIo): Promise<void> {
  await tell(options, io, (format, surroundings) => linesOf(testReporters[format](outcome, surroundings)));
  if (outcome.errors.problems.length > 0) {
    say(io, `${summarizeProblems(outcome.errors)}; no test was run`);
    return;
  }
  printClosing(io, options.format, summarizeTests(outcome.report));
}
