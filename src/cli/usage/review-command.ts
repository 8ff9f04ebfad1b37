import { Option, type Command } from 'commander';
import { EditGround } from '../../compile/edit/edit-ground.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { CountsHeader } from '../../policy/decision-log/decision-count.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { reviewKinds, type ReviewKind } from '../../policy/review/review-kinds.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { atOption, formatOption, parseValue, policyOption } from '../command/command-options.ts';
import { listOption } from '../edit/edit-options.ts';
import type { PolicyReading } from '../load/load-policy.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import type { UsageFinding, WaivedUsage } from '../../review/usage/usage-finding.ts';
import type { UsageTally } from '../../review/usage/usage-tally.ts';
import {
  isFindingName,
  parseOnly,
  requireSense,
  reviewFormats,
  takingOptions,
  type ReviewOptions,
} from './review-options.ts';
import type { ReviewOutcome } from './review-outcome.ts';

const examples = `
A permission counts as used when any holder of the role was allowed it, by whatever role. What the application never
asks is told apart, and judged of nobody. A log of less than 30 days judges no use, and the exit code says so.

Findings are no fault. --write takes away all that can be, as one change, and does not ask; --propose commits the same
to a new branch. --only KIND or --only FINDING says which; --waive FINDING accepts one in roles.yaml, and --end-waiver
FINDING has it told again.

Exit codes:
  0 told, or written   1 refused, or the files have errors   2 wrong usage, no policy   3 the log is too short to judge use

Examples:
  rolebook review --counts counts.jsonl
  rolebook review decisions.jsonl --since 90d --format markdown
  rolebook review decisions.jsonl --only unused-permission --write --with-tests --dry-run
`;

export function addReviewCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const text =
    (flag: string): ((value: string) => string) =>
    (value) =>
      parseValue(flag, value);
  program
    .command('review')
    .description('what nobody uses, by the decision log: permissions, roles, members')
    .argument('[LOG...]', 'decision logs, of all sidecars and in any order')
    .option('--counts <FILE>', 'a log that was counted elsewhere, in place of LOG', text('--counts'))
    .option('--since <TIME>', 'leave out what is older: days, as in 90d, a date or a time', text('--since'))
    .addOption(atOption('the time at which memberships count as over'))
    .option('--only <KIND>', 'a kind of finding, or one finding; may be given again', parseOnly)
    .option('--workspace <WORKSPACE>', 'only what is about one workspace', text('--workspace'))
    .option('--organization <ORG>', 'only what is about one company', text('--organization'))
    .option('--role <ROLE>', 'only what is about roles of this id', text('--role'))
    .option('--write', 'take away all that is told and can be, by one change')
    .option('--propose <BRANCH>', 'commit that change to a new branch; the files stay as they are', text('--propose'))
    .addOption(new Option('--with-tests', 'have policy tests that fail expect what the policy says then'))
    .option('--dry-run', 'show the change, and what it does to people; write nothing')
    .option('--waive <FINDING>', 'accept a finding; may be given again', listOption('--waive'))
    .option('--end-waiver <FINDING>', 'accept one no more; may be given again', listOption('--end-waiver'))
    .option('--reason <TEXT>', 'why it is accepted', text('--reason'))
    .option('--until <TIME>', 'the date or time up to which it is accepted', text('--until'))
    .addOption(policyOption())
    .addOption(formatOption(reviewFormats))
    .addHelpText('after', examples)
    .action(async (logs: readonly string[], options: ReviewOptions) => finish(await review(logs, options, io)));
}

async function review(logs: readonly string[], options: ReviewOptions, io: CommandIo): Promise<number> {
  requireSense(logs, options);
  const nowMs = options.at ?? Date.now();
  const { errorReport, loadPolicy } = await import('../load/load-policy.ts');
  const reading = await loadPolicy(io, options.policy, 'all', nowMs);
  const { policy } = reading;
  if (!policy) {
    const { problemReporters, summarizeProblems } = await import('../report/problem-report.ts');
    const errors = errorReport(reading);
    const isJson = options.format === 'json';
    const report = problemReporters[isJson ? 'json' : 'text'](errors, surroundingsOf(io, 'stderr'));
    (isJson ? printResult : say)(io, report);
    say(io, summarizeProblems(errors));
    return exitCodes.atFault;
  }
  const outcome = await look(logs, options, { ...reading, policy }, nowMs, io);
  if (options.waive) return accept(outcome, options, options.waive, io);
  if (options.endWaiver) return acceptNoMore(outcome, options, options.endWaiver, io);
  if (options.write === true || options.propose !== undefined) return take(outcome, options, reading, io);
  await tell(outcome, options, io);
  return outcome.review.refused === undefined ? exitCodes.clean : exitCodes.couldNotRun;
}

async function look(
  logs: readonly string[],
  options: ReviewOptions,
  { policy, waivers, files, display }: PolicyReading & { readonly policy: PolicySet },
  nowMs: number,
  io: CommandIo,
): Promise<ReviewOutcome> {
  const { about, only, ids } = await readFilters(policy, options);
  const { CasbinEngine } = await import('../../engine/casbin-engine.ts');
  const { groundOfFiles } = await import('../../review/access/access-ground.ts');
  const { UsageTally } = await import('../../review/usage/usage-tally.ts');
  const { reviewUsage } = await import('../../review/usage/review-usage.ts');
  const ground = groundOfFiles(await CasbinEngine.create(policy), nowMs);
  const tally = new UsageTally(ground);
  const log = await count(logs, options, nowMs, io, tally);
  const found = reviewUsage({ ground, tally, log, waivers, knowsRuntime: false, only, about });
  const findings = ids.size === 0 ? found.findings : found.findings.filter(({ id }) => ids.has(id));
  for (const id of ids) requireFinding(found.findings, id, '--only');
  return { review: { ...found, findings }, ground: new EditGround(policy, files), display };
}

async function count(
  logs: readonly string[],
  { counts, since }: ReviewOptions,
  nowMs: number,
  io: CommandIo,
  tally: Pick<UsageTally, 'add'>,
): Promise<CountsHeader> {
  const { areReadHere, countLogs, parseSince, readCounts, readLogs } = await import('./read-log.ts');
  const sinceMs = since === undefined ? undefined : parseSince(since, nowMs);
  if (counts !== undefined) return readCounts(io, counts, (row) => tally.add(row));
  const read = (await areReadHere(io, logs)) ? readLogs : countLogs;
  return read(io, logs, { sinceMs, nowMs }, (row) => tally.add(row));
}

async function readFilters(
  policy: PolicySet,
  { only = [], workspace, organization, role }: ReviewOptions,
): Promise<{
  readonly about: Record<string, string> | undefined;
  readonly only: ReadonlySet<ReviewKind> | undefined;
  readonly ids: ReadonlySet<string>;
}> {
  const { findAskedOrganization, findAskedRole, findAskedWorkspace } = await import('../ask/find-asked.ts');
  const kinds = only.flatMap((word) => reviewKinds.find((kind) => kind === word) ?? []);
  const ids = only.filter(isFindingName);
  const about = {
    ...(workspace === undefined ? {} : { workspace: findAskedWorkspace(policy, workspace).id }),
    ...(organization === undefined
      ? {}
      : { organization: findAskedOrganization(policy, organization, '--workspace').organization.id ?? organization }),
    ...(role === undefined ? {} : { role: findAskedRole(policy, role) }),
  };
  return {
    about: Object.keys(about).length === 0 ? undefined : about,
    only: kinds.length === 0 || ids.length > 0 ? undefined : new Set(kinds),
    ids: new Set(ids),
  };
}

function requireFinding(findings: readonly UsageFinding[], id: string, flag: string): UsageFinding {
  const found = findings.find((one) => one.id === id);
  if (found) return found;
  const help = 'the name of a finding stands before it, as `rolebook review` tells it with the same log';
  throw new RolebookError('usage', `\`${flag}\` names no finding: \`${id}\``, { help });
}

async function take(
  outcome: ReviewOutcome,
  options: ReviewOptions,
  reading: PolicyReading,
  io: CommandIo,
): Promise<number> {
  const { takeFindings } = await import('./take-findings.ts');
  const { refused, findings } = outcome.review;
  if (refused !== undefined)
    say(io, `${paintFor(io, 'stderr').cyan('note:')} ${refused}; nothing is taken for lack of use`);
  return takeFindings(io, { reading, findings, ground: outcome.ground }, takingOptions(options));
}

async function accept(
  { review: { findings } }: ReviewOutcome,
  options: ReviewOptions,
  ids: readonly string[],
  io: CommandIo,
): Promise<number> {
  const { acceptFindings } = await import('./take-findings.ts');
  const { reason = '', until = '' } = options;
  const edits = ids.map((id) => {
    const { kind, about } = requireFinding(findings, id, '--waive');
    return { edit: 'waiver.add', check: kind, about, reason, until } as const;
  });
  return acceptFindings(io, edits, takingOptions(options));
}

async function acceptNoMore(
  { review: { waived } }: ReviewOutcome,
  options: ReviewOptions,
  ids: readonly string[],
  io: CommandIo,
): Promise<number> {
  const { acceptNoMoreOf } = await import('./take-findings.ts');
  // One waiver may accept several findings.
  const waivers = new Set(ids.map((id) => requireAccepted(waived, id).waiver));
  const edits = [...waivers].map(
    ({ check, about }) => ({ edit: 'waiver.end', check, about: Object.fromEntries(about) }) as const,
  );
  return acceptNoMoreOf(io, edits, takingOptions(options));
}

function requireAccepted(waived: readonly WaivedUsage[], id: string): WaivedUsage {
  const found = waived.find(({ finding }) => finding.id === id);
  if (found) return found;
  const help = 'those that are accepted are told last, each after its name';
  throw new RolebookError('usage', `\`--end-waiver\` names no finding that is accepted: \`${id}\``, { help });
}

async function tell(outcome: ReviewOutcome, { format }: ReviewOptions, io: CommandIo): Promise<void> {
  printResult(io, await formatReview(outcome, format, io));
  const { summarizeReview } = await import('./review-words.ts');
  say(io, printable(summarizeReview(outcome.review)));
}

async function formatReview(outcome: ReviewOutcome, format: ReviewOptions['format'], io: CommandIo): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('./review-text.ts')).reviewAsText(outcome, surroundingsOf(io, 'stdout')).join('\n');
    case 'markdown':
      return (await import('./review-markdown.ts')).reviewAsMarkdown(outcome).join('\n');
    case 'html':
      return (await import('./review-html.ts')).reviewAsHtml(outcome);
    case 'json':
      return (await import('./review-json.ts')).reviewAsJson(outcome);
  }
}
