import type { Command } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import { parseGate, type ChangeGate } from '../../review/diff/wording/change-gate.ts';
import { exitCodes, say, type CommandIo } from '../command/command-io.ts';
import { atOption, formatOption, parseValue, policyOption } from '../command/command-options.ts';
import { chosenDatabaseOption } from '../command/database-variable.ts';
import { gitOptionParsers, refuseGitCredentials } from '../serve/git-options.ts';
import { closedGates, describeGate, nounFor, subjectsOf } from './diff-phrases.ts';
import type { DiffOptions } from './diff-options.ts';
import { diffFormats, type DiffOutcome } from './diff-outcome.ts';
import { diffReporters } from './diff-report.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { reportOption, tell } from '../report/report-files.ts';

const examples = `
REF is a commit, a branch or a tag; default: where this branch left the main branch, which CI variables may name.
The files as they are on disk are compared with it, committed or not. Nothing is checked out.
With --git they are compared with the newest commit of a branch elsewhere, fetched into a clone that is taken away again.
With --database they are compared with what is published there, and the members at run time that a
publication of the files would move or end are told, too, and those for whom it would be refused.

WHAT is gained, lost, escalation, or a kind with a permission: gained:billing:*, lost:message:send@shared.
--accept lets pass what --fail-on found, for this run.

Exit codes:
  0 told, or accepted   1 --fail-on found something, the files have errors, or a publication would be refused
  2 wrong usage, no policy, no repository   3 could not run

Examples:
  rolebook diff
  rolebook diff HEAD --format markdown
  rolebook diff HEAD --format github --report markdown=people.md
  rolebook diff HEAD --fail-on gained:teammate:* --fail-on escalation
  rolebook diff HEAD --fail-on gained --accept --format json
  rolebook diff --git https://git.acme.example/access.git --git-token-file token
  rolebook diff --database sqlite:releases.db
`;

export function addDiffCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('diff')
    .description('tell who gains and who loses what, between a commit and the files')
    .argument('[REF]', 'what to compare with (default: the merge base with the main branch)')
    .option('--fail-on <WHAT>', 'exit 1 when a change does this; may be given again', addGate)
    .option('--accept', 'exit 0 whatever --fail-on finds')
    .addOption(chosenDatabaseOption('compare with what is published there'))
    .option('--git <URL>', 'compare with a branch of this repository', gitOptionParsers.git)
    .option('--ref <REF>', 'its branch or tag (default: main)', gitOptionParsers.ref)
    .option('--path <DIR>', 'its folder with roles.yaml (default: the top)', gitOptionParsers.path)
    .option('--git-token-file <FILE>', 'a token for https', valueOf('--git-token-file'))
    .option('--git-ssh-key <FILE>', 'a key for SSH', valueOf('--git-ssh-key'))
    .option('--git-known-hosts <FILE>', 'the hosts whose keys are known', valueOf('--git-known-hosts'))
    .addOption(atOption('the time from which on changes count'))
    .addOption(policyOption())
    .addOption(formatOption(diffFormats))
    .addOption(reportOption(diffFormats))
    .addHelpText('after', examples)
    .action(async (ref: string | undefined, options: DiffOptions) => finish(await diff(ref, options, io)));
}

function addGate(value: string, gates: readonly ChangeGate[] | undefined): readonly ChangeGate[] {
  return [...(gates ?? []), parseGate(parseValue('--fail-on', value))];
}

function valueOf(flag: string): (value: string) => string {
  return (value) => parseValue(flag, value);
}

function refuseTogether(ref: string | undefined, options: DiffOptions): void {
  const { git, database } = options;
  if (git === undefined) {
    const flags = { ref: '--ref', path: '--path', gitTokenFile: '--git-token-file' } as const;
    const ssh = { gitSshKey: '--git-ssh-key', gitKnownHosts: '--git-known-hosts' } as const;
    const lone = Object.entries({ ...flags, ...ssh }).find(
      ([name]) => options[name as keyof DiffOptions] !== undefined,
    );
    if (lone === undefined) return;
    const message = `\`${lone[1]}\` is about a git repository elsewhere, and \`--git\` is missing`;
    const help = lone[0] === 'ref' ? 'write REF without `--ref`, or name the repository' : 'name it with `--git URL`';
    throw new RolebookError('usage', message, { help });
  }
  if (ref !== undefined) {
    const help = `write \`--ref ${ref}\``;
    throw new RolebookError('usage', 'REF is of the repository here, and `--git` names another one', { help });
  }
  if (database) {
    const help = 'leave out one of them';
    throw new RolebookError('usage', '`--git` and `--database` both say what to compare with', { help });
  }
  refuseGitCredentials(options, git);
}

async function diff(ref: string | undefined, options: DiffOptions, io: CommandIo): Promise<number> {
  if (ref === '') throw new RolebookError('usage', 'REF is empty');
  if (ref !== undefined && options.database) {
    const help = 'leave REF out, or `--database`';
    throw new RolebookError('usage', 'REF and `--database` both say what to compare with', { help });
  }
  refuseTogether(ref, options);
  const { readBothSides } = await import('./diff-reading.ts');
  const reading = readBothSides(io, options, ref);
  // What judges is loaded while the files are read; that they cannot be read is told below.
  reading.catch(() => undefined);
  const { judgeChange } = await import('./diff-judgement.ts');
  const outcome = await judgeChange(await reading, options, io);
  if (!outcome) return exitCodes.atFault;
  await tell(options, io, (format, surroundings) => diffReporters[format](outcome, surroundings));
  return sayVerdict(outcome, io);
}

function sayVerdict({ gates, isAccepted, difference, isDirty }: DiffOutcome, io: CommandIo): number {
  const paint = paintFor(io, 'stderr');
  if (isDirty) say(io, 'the files differ from the last commit; the files are what is judged');
  const closed = closedGates(gates);
  const noun = nounFor(subjectsOf(difference));
  const mark = isAccepted ? paint.yellow('accepted:') : paint.red('failed:');
  for (const result of closed) say(io, `${mark} ${printable(describeGate(result, noun))}`);
  // What cannot be compared may hold anything, so a gate does not open for it.
  const isUnknown = difference === undefined && gates.length > 0;
  if (isUnknown) say(io, `${mark} nothing can be told of ${gates.map(({ gate }) => `\`${gate.text}\``).join(', ')}`);
  const refused = difference?.notices.filter(({ kind }) => kind === 'runtime-refused').length ?? 0;
  if (refused > 0) {
    // No gate, so nothing accepts it: the database will not take these files.
    say(io, `${paint.red('failed:')} the database would refuse to publish the files`);
    return exitCodes.atFault;
  }
  if (closed.length === 0 && !isUnknown) return exitCodes.clean;
  if (isAccepted) return exitCodes.clean;
  say(io, `${paint.cyan('help:')} \`--accept\` lets it pass for this run`);
  return exitCodes.atFault;
}
