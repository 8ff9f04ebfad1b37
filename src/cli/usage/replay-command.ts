import { resolve } from 'node:path';
import type { Command } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import type { ReplayChange, ReplayReport, ReplayTally } from '../../review/usage/replay-tally.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseChoice, parseTime, parseValue, policyOption } from '../command/command-options.ts';
import { errorReport } from '../load/load-policy.ts';
import { paintFor } from '../report/paint.ts';
import { problemReporters, summarizeProblems } from '../report/problem-report.ts';
import { ProgressBar } from '../report/progress-bar.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import { gitOptionParsers, refuseGitCredentials } from '../serve/git-options.ts';
import { readLogLines, sizeOfLog } from './log-lines.ts';
import { replayFormats, type ReplayFormat, type ReplayOutcome } from './replay-outcome.ts';
import { readReplayedPolicy, type ReplayedPolicy } from './replay-policy.ts';
import { summarizeReplay } from './replay-words.ts';

interface ReplayCommandOptions extends ReplayedPolicy {
  readonly format: ReplayFormat;
  /** Undefined: each line as of its own time. */
  readonly at?: number;
  readonly scopesAsFound?: true;
  readonly failOn?: readonly ReplayChange[];
  readonly limit: number;
}

const examples = `
LOG is a decision log, compressed by gzip or not. Its questions are asked again, each as of its own time, of the files of
--policy, of --ref in their repository, or with --git of a branch elsewhere; nothing is checked out.

Attributes are those that the log has. Where an answer depends on others it is unknown, which is told and counted and no
difference; --scopes-as-found takes the scope that was found then. So is what a database gave at run time.

Exit codes:
  0 told   1 --fail-on found something, or the files have errors   2 wrong usage, no policy, no such log
  3 could not run, or --fail-on had no decision to judge

Examples:
  rolebook replay decisions.jsonl
  rolebook replay decisions.jsonl --ref next --fail-on denied
  rolebook replay decisions.jsonl --at now --format json
  rolebook replay decisions.jsonl --git https://git.acme.example/access.git --git-token-file token --ref next
`;

export function addReplayCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const text = (flag: string) => (value: string) => parseValue(flag, value);
  program
    .command('replay')
    .description('which answers of the past would be different by these files')
    .argument('<LOG...>', 'decision logs')
    .option('--ref <REF>', 'a commit, branch or tag in place of the files', text('--ref'))
    .option('--git <URL>', 'a branch of this repository in place of the files', gitOptionParsers.git)
    .option('--path <DIR>', 'its folder with roles.yaml (default: the top)', gitOptionParsers.path)
    .option('--git-token-file <FILE>', 'a token for https', text('--git-token-file'))
    .option('--git-ssh-key <FILE>', 'a key for SSH', text('--git-ssh-key'))
    .option('--git-known-hosts <FILE>', 'the hosts whose keys are known', text('--git-known-hosts'))
    .option('--at <TIME>', 'decide everything as of this time, or now', parseAt)
    .option('--scopes-as-found', 'where attributes are missing, take the scope that was found then')
    .option('--fail-on <WHAT>', 'exit 1 for an answer that would be: denied, allowed', parseFailOn)
    .option('--limit <N>', 'how many kinds of differences are told', parseLimit, 20)
    .addOption(policyOption())
    .addOption(formatOption(replayFormats))
    .addHelpText('after', examples)
    .action(async (logs: readonly string[], options: ReplayCommandOptions) => finish(await replay(logs, options, io)));
}

async function replay(logs: readonly string[], options: ReplayCommandOptions, io: CommandIo): Promise<number> {
  refuseTogether(options);
  const nowMs = Date.now();
  const reading = await readReplayedPolicy(io, options, nowMs);
  const { policy, from, display } = reading;
  if (policy === undefined) {
    const errors = errorReport(reading);
    const isJson = options.format === 'json';
    const told = problemReporters[isJson ? 'json' : 'text'](errors, surroundingsOf(io, 'stderr'));
    (isJson ? printResult : say)(io, told);
    say(io, summarizeProblems(errors));
    return exitCodes.atFault;
  }
  const { CasbinEngine } = await import('../../engine/casbin-engine.ts');
  const { LineReplay } = await import('../../review/usage/replay-line.ts');
  const { ReplayTally: Tally } = await import('../../review/usage/replay-tally.ts');
  const engine = await CasbinEngine.create(policy);
  const { at: atMs, scopesAsFound, failOn = [], limit } = options;
  const scopes = scopesAsFound === true ? 'as-found' : 'by-attributes';
  const report = await readAll(logs, new Tally(engine, new LineReplay(engine, { atMs, scopes }), nowMs), io);
  const failed = failOn.filter((change) => report.different[change] > 0);
  const [firstSubjectType] = policy.catalog.subjectTypes;
  const outcome = { report, revision: policy.revision, from, atMs, firstSubjectType, limit, failed, display };
  await tellReplay(outcome, options, io);
  // A gate that had nothing to judge has not let anything pass.
  if (failOn.length > 0 && report.lines === 0) {
    say(
      io,
      `${paintFor(io, 'stderr').red('error:')} \`--fail-on\` has nothing to judge: no line of the log is a decision`,
    );
    return exitCodes.couldNotRun;
  }
  return failed.length > 0 ? exitCodes.atFault : exitCodes.clean;
}

async function readAll(logs: readonly string[], tally: ReplayTally, io: CommandIo): Promise<ReplayReport> {
  const { readDecisionLine } = await import('../../review/usage/read-decision-line.ts');
  const files = logs.map((shown) => ({ shown, path: resolve(io.cwd, shown) }));
  const sizes: number[] = [];
  for (const { path, shown } of files) sizes.push(await sizeOfLog(path, shown));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const bar = new ProgressBar(io);
  let before = 0;
  try {
    for (const [index, { path, shown }] of files.entries()) {
      let number = 0;
      for await (const { lines, bytes, fault } of readLogLines(path, shown)) {
        for (const line of lines) tally.take(readDecisionLine(line), shown, (number += 1));
        if (fault !== undefined) {
          tally.skip('cut-off', { file: shown, number, message: `the compressed file is torn: ${fault}` });
        }
        bar.show({ done: before + bytes, total });
      }
      before += sizes[index] ?? 0;
    }
  } finally {
    bar.clear();
  }
  return tally.report;
}

async function tellReplay(outcome: ReplayOutcome, { format }: ReplayCommandOptions, io: CommandIo): Promise<void> {
  if (format === 'json') printResult(io, (await import('./replay-json.ts')).replayAsJson(outcome));
  else if (format === 'html') printResult(io, (await import('./replay-html.ts')).replayAsHtml(outcome));
  else if (format === 'markdown') printResult(io, (await import('./replay-markdown.ts')).replayAsMarkdown(outcome));
  else printResult(io, (await import('./replay-text.ts')).replayAsText(outcome, paintFor(io, 'stdout')));
  const paint = paintFor(io, 'stderr');
  say(io, outcome.failed.length > 0 ? paint.red(summarizeReplay(outcome)) : summarizeReplay(outcome));
}

function refuseTogether(options: ReplayCommandOptions): void {
  const { git, policy, path, gitTokenFile, gitSshKey, gitKnownHosts } = options;
  if (git === undefined) {
    const flags = { '--path': path, '--git-token-file': gitTokenFile, '--git-ssh-key': gitSshKey };
    const lone = Object.entries({ ...flags, '--git-known-hosts': gitKnownHosts }).find(
      ([, value]) => value !== undefined,
    );
    if (lone === undefined) return;
    const message = `\`${lone[0]}\` is about a git repository elsewhere, and \`--git\` is missing`;
    throw new RolebookError('usage', message, { help: 'name it with `--git URL`' });
  }
  if (policy !== '.') {
    const message = '`--policy` and `--git` cannot stand together: the policy comes from one of them';
    throw new RolebookError('usage', message, { help: '`--path DIR` says where in the repository it is' });
  }
  refuseGitCredentials(
    { git, gitTokenFile, gitSshKey, gitKnownHosts } as Parameters<typeof refuseGitCredentials>[0],
    git,
  );
}

function parseAt(value: string): number {
  return value === 'now' ? Date.now() : parseTime('--at', value);
}

function parseFailOn(value: string, before: readonly ReplayChange[] = []): readonly ReplayChange[] {
  const words = parseValue('--fail-on', value).split(',');
  const found = words.map((word) => parseChoice('--fail-on', word, failOnWords));
  return [...new Set([...before, ...found])] as readonly ReplayChange[];
}

// Both are one word, which a shell completes.
const failOnWords = ['denied', 'allowed', 'denied,allowed'] as const;

function parseLimit(value: string): number {
  const count = Number(parseValue('--limit', value));
  if (/^\d{1,6}$/.test(value) && count > 0) return count;
  const message = `\`--limit\` takes a whole number from 1, found \`${value}\``;
  throw new RolebookError('usage', message, { help: 'write `20`' });
}
