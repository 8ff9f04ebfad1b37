import { formatInstant } from '../../policy/text/instant.ts';
import { formatSubject } from '../../policy/subject.ts';
import type { ReplayGroup } from '../../review/usage/replay-tally.ts';
import { formatCount } from '../diff/diff-phrases.ts';
import type { ReplayOutcome } from './replay-outcome.ts';

/** A name as a format shows it: with backticks, as code. */
type Mark = (text: string) => string;

/** The answer in one sentence. */
export function summarizeReplay({ report }: ReplayOutcome): string {
  const { allowed, denied } = report.different;
  const sum = allowed + denied;
  if (report.lines === 0) return 'there is no decision in the log';
  if (sum === 0) return `none of ${countOf(report.lines, 'answer')} would be different`;
  const ways = [
    ...(denied > 0 ? [`${formatCount(denied)} denied that ${denied === 1 ? 'was' : 'were'} allowed`] : []),
    ...(allowed > 0 ? [`${formatCount(allowed)} allowed that ${allowed === 1 ? 'was' : 'were'} denied`] : []),
  ];
  return `${formatCount(sum)} of ${countOf(report.lines, 'answer')} would be different: ${ways.join(', ')}`;
}

/** What was decided again, and by what. */
export function describeReplay({ report, revision, from, atMs }: ReplayOutcome, mark: Mark): string {
  const { fromMs, toMs, revisions } = report;
  const times =
    fromMs === undefined || toMs === undefined ? '' : ` from ${formatInstant(fromMs)} to ${formatInstant(toMs)}`;
  const by = `${mark(revision)}${from === undefined ? '' : `, ${from}`}`;
  const at = atMs === undefined ? 'each as of its own time' : `all as of ${formatInstant(atMs)}`;
  return `${countOf(report.lines, 'decision')}${times}, by ${countOf(revisions, 'revision')}, decided again by ${by}, ${at}`;
}

/** All that keeps somebody from taking the count for the whole truth; a sentence each. */
export function notesOfReplay({ report }: ReplayOutcome): string[] {
  const { unknown, passing, skipped, renamed, unknownNames, outOfOrder, ahead, ungrouped } = report;
  const faults = Object.entries(skipped).map(([fault, count]) => `${formatCount(count)} ${fault}`);
  const torn = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  return [
    told(unknown.attributes, 'is', 'are', 'unknown: the answer depends on attributes that the line does not have'),
    told(
      unknown.members,
      'is',
      'are',
      'unknown: memberships of a database had a say then, and the files do not have them',
    ),
    told(passing, 'says', 'say', 'nothing about the policy, which was too old then, or the decision failed'),
    torn === 0 ? '' : `${countOf(torn, 'line')} ${torn === 1 ? 'is' : 'are'} no decision: ${faults.join(', ')}`,
    told(renamed, 'has', 'have', 'a former name, and was decided by what that has become'),
    told(unknownNames, 'names', 'name', 'a permission, a workspace or a company that this policy does not have'),
    told(outOfOrder, 'is', 'are', 'of a time before that of the line before'),
    told(ahead, 'is', 'are', 'of a time that is still to come: a clock was ahead'),
    told(ungrouped, 'differs', 'differ', 'in further ways, which are too many to tell apart'),
  ].filter((note) => note !== '');
}

/** Why it was and would be so: `granted by member then, not-granted now`. */
export function describeReasons({ before, after, roleBefore, by }: ReplayGroup, mark: Mark): string {
  const then = roleBefore === undefined ? before : `${before} by ${mark(roleBefore)}`;
  const now = by.role === undefined ? after : `${after} by ${mark(by.role)}`;
  return `${then} then, ${now} now`;
}

/** Where that is written: `policies/support.yaml:9`. */
export function placeOfDecision({ by }: ReplayGroup, { display }: ReplayOutcome): string | undefined {
  return by.file === undefined ? undefined : `${display(by.file)}:${String(by.line ?? 1)}`;
}

export function describePeople({ people }: ReplayGroup, { firstSubjectType }: ReplayOutcome, mark: Mark): string {
  const { count, isAtLeast, first } = people;
  const named = first.map((one) => `${mark(formatSubject(one.subject, firstSubjectType))} (${formatCount(one.count)})`);
  const more = count > first.length ? ' …' : '';
  return `${isAtLeast ? 'at least ' : ''}${count === 1 ? '1 subject' : `${formatCount(count)} subjects`}: ${named.join(', ')}${more}`;
}

export function describeExample({ example, firstMs, lastMs }: ReplayGroup, mark: Mark): string {
  const times = firstMs === lastMs ? formatInstant(firstMs) : `${formatInstant(firstMs)} to ${formatInstant(lastMs)}`;
  const { line, file, number } = example;
  return `${times}, first in ${mark(line.workspace ?? line.organization ?? '')}, ${mark(`${file}:${number}`)}`;
}

export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function told(count: number, one: string, many: string, what: string): string {
  return count === 0 ? '' : `${countOf(count, 'line')} ${count === 1 ? one : many} ${what}`;
}
