import type { Command } from 'commander';
import { RolebookError } from '../policy/errors.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { TestReport, TestResult } from '../review/run-policy-tests.ts';
import { exitCodes, printResult, say, type CommandIo } from './command-io.ts';
import { formatOption, policyOption } from './command-options.ts';
import { annotationRootOf } from './github-annotation.ts';
import type { PolicyReading } from './load-policy.ts';
import { paintFor } from './paint.ts';
import { summarizeProblems } from './problem-report.ts';
import { displayReason } from './reason-text.ts';
import { summarizeTests, testFormats, testReporters, type TestFormat, type TestOutcome } from './test-report.ts';

interface TestOptions {
  readonly policy: string;
  readonly format: TestFormat;
}

const examples = `
FILTER is plain text. A test runs when its file or its name contains it, in upper or lower case.

Exit codes:
  0 every test passed   1 a test failed, or the files have errors   2 wrong usage, no test found   3 could not run

Examples:
  rolebook test
  rolebook test trainee
  rolebook test --format junit
`;

export function addTestCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('test')
    .description('run the policy tests')
    .argument('[FILTER]', 'only tests whose file or name contains this text')
    .addOption(policyOption())
    .addOption(formatOption(testFormats))
    .addHelpText('after', examples)
    .action(async (filter: string | undefined, options: TestOptions) => finish(await test(filter, options, io)));
}

async function test(filter: string | undefined, options: TestOptions, io: CommandIo): Promise<number> {
  const { loadPolicy, errorReport } = await import('./load-policy.ts');
  const nowMs = Date.now();
  const reading = await loadPolicy(io, options.policy, 'all', nowMs);
  const errors = errorReport(reading);
  const hasRun = reading.policy !== undefined && errors.problems.length === 0;
  const report = hasRun ? await runTests(reading.policy, reading, filter, nowMs) : { tests: [], passed: 0, failed: 0 };
  printOutcome({ report, errors }, options.format, io);
  return hasRun && report.failed === 0 ? exitCodes.clean : exitCodes.atFault;
}

async function runTests(
  policy: PolicySet,
  reading: PolicyReading,
  filter: string | undefined,
  nowMs: number,
): Promise<TestReport> {
  const { CasbinEngine } = await import('../engine/casbin-engine.ts');
  const { runPolicyTests } = await import('../review/run-policy-tests.ts');
  const engine = await CasbinEngine.create(policy);
  const report = runPolicyTests(engine, reading.tests, { nowMs, ...(filter === undefined ? {} : { filter }) });
  if (report.tests.length === 0) throw noTests(filter, reading);
  return { ...report, tests: report.tests.map((result) => displayResult(result, reading.display)) };
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

function printOutcome(outcome: TestOutcome, format: TestFormat, io: CommandIo): void {
  const surroundings = { paint: paintFor(io, 'stdout'), annotationRoot: annotationRootOf(io) };
  printResult(io, testReporters[format](outcome, surroundings));
  if (outcome.errors.problems.length > 0) {
    say(io, `${summarizeProblems(outcome.errors)}; no test was run`);
    return;
  }
  // Where stdout is a document for programs, the closing line would spoil it.
  const isDocument = format === 'json' || format === 'junit';
  (isDocument ? say : printResult)(io, summarizeTests(outcome.report));
}
