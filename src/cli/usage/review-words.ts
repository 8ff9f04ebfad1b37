import type { ReviewKind } from '../../policy/review/review-kinds.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { groupBy } from '../../review/diff/matching/group-by.ts';
import type { Use, UsageFinding } from '../../review/usage/usage-finding.ts';
import type { UsageReview, UsedRole, WaiverNote } from '../../review/usage/review-usage.ts';

/** What stands above the findings of each kind. */
export const headings: Readonly<Record<ReviewKind, string>> = {
  'unused-permission': 'Permissions that no holder of the role used',
  'idle-role': 'Roles of which no holder used anything',
  'unused-role': 'Roles that nobody holds',
  'same-role': 'Roles that do the same',
  'mergeable-role': 'Roles that could be one',
  'unseen-member': 'Members who asked for nothing',
  'expired-membership': 'Memberships that are over',
  'ending-membership': 'Memberships that end soon',
  'rarely-used': 'Permissions of built-in roles that few use',
};

/** The findings of one kind, in their order. */
export interface FindingSection {
  readonly kind: ReviewKind;
  readonly heading: string;
  readonly findings: readonly UsageFinding[];
}

export function sectionsOf({ findings }: UsageReview): readonly FindingSection[] {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds.map((kind) => ({
    kind,
    heading: headings[kind],
    findings: findings.filter((finding) => finding.kind === kind),
  }));
}

/** What was looked at, in one sentence. */
export function describeLog({ log, endedDaysAgo }: UsageReview): string {
  const { from, to, days, lines, revisions } = log;
  if (from === undefined || to === undefined) return 'the log has no decisions';
  const by = revisions > 1 ? `, by ${countOf(revisions, 'revision')}` : '';
  const ended = endedDaysAgo === undefined ? '' : `; it ended ${endedDaysAgo} days ago`;
  return `${countOf(lines, 'decision')} on ${countOf(days, 'day')}, from ${dayOf(from)} to ${dayOf(to)}${by}${ended}`;
}

/** What is odd about the log; each is a sentence. */
export function describeOddities({ log, unknown, renamed, tooNew, silent, refused }: UsageReview): readonly string[] {
  const { skipped, outside, ahead } = log;
  const names = (known: ReadonlyMap<string, number>): string =>
    [...known].map(([name, count]) => `\`${name}\` ${formatTimes(count)}`).join(', ');
  const strangers = `${countOf(unknown.strangers, 'decision')} about subjects without a role there`;
  return [
    ...(refused === undefined ? [] : [`nothing is said of what nobody uses: ${refused}`]),
    ...(skipped > 0 ? [`${countOf(skipped, 'line')} of the log could not be read`] : []),
    ...(outside > 0
      ? [`${countOf(outside, 'decision')} of the log are from before what is looked at, and left out`]
      : []),
    ...(ahead > 0 ? [`${countOf(ahead, 'decision')} of the log are from the future: a clock is ahead`] : []),
    ...(silent.length > 0 ? [`the log says nothing of ${describeSilent(silent)}, so nobody is judged there`] : []),
    ...(unknown.permissions.size > 0 ? [`asked for, and unknown to these files: ${names(unknown.permissions)}`] : []),
    ...(unknown.places.size > 0 ? [`asked about, and unknown to these files: ${names(unknown.places)}`] : []),
    ...(unknown.strangers > 0 ? [strangers] : []),
    ...(renamed > 0
      ? [
          `${countOf(renamed, 'decision')} with a former name of a permission or a workspace: each counts for what that is now`,
        ]
      : []),
    ...(tooNew.length > 0
      ? [
          `too new to be judged: ${tooNew.map(({ role, workspace, organization }) => `\`${role ?? ''}\` of \`${workspace ?? organization ?? ''}\``).join(', ')}`,
        ]
      : []),
  ];
}

function describeSilent(silent: readonly string[]): string {
  const shown = silent.slice(0, mostNames).map((id) => `\`${id}\``);
  const more = silent.length - shown.length;
  return `${silent.length === 1 ? 'workspace' : 'workspaces'} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const mostNames = 10;

export function describeNeverAsked({ neverAsked }: UsageReview): string | undefined {
  if (neverAsked.length === 0) return undefined;
  const words = neverAsked.map((word) => `\`${word}\``).join(', ');
  return `the application asked for these of nobody, so nothing is said of who holds them: ${words}`;
}

/** What the holders of a role did use: tag:edit 41 times, last on 2026-11-20. */
export function describeUsed({ used }: UsedRole): string {
  const dayOfUse = ({ lastMs }: Use): string => dayOf(formatInstant(lastMs));
  const alike = [...groupBy(used, ({ use }) => `${use.count} ${dayOfUse(use)}`).values()];
  const told = alike.map((some) => {
    const names = some.map(({ permission }) => permission).join(', ');
    const times = some
      .slice(0, 1)
      .map(({ use }) => `${formatTimes(use.count)}${some.length > 1 ? ' each' : ''}, last on ${dayOfUse(use)}`);
    return [names, ...times].join(' ');
  });
  return `used: ${told.join('; ')}`;
}

export function describeWaiver({ waiver, why }: WaiverNote): string {
  const about = [...waiver.about].map(([word, text]) => `${word}: ${text}`).join(', ');
  const what = `the waiver of \`${waiver.check}\` (${about})`;
  return why === 'over' ? `${what} ended at ${formatInstant(waiver.untilMs)}` : `${what} finds nothing`;
}

/** One line for people: how many, and what can be done. */
export function summarizeReview({ findings, waived }: UsageReview): string {
  const ready = findings.filter(({ taking }) => taking !== undefined).length;
  const accepted = waived.length === 0 ? '' : `, ${waived.length} accepted`;
  if (findings.length === 0) return `nothing to take away${accepted}`;
  const found = countOf(findings.length, 'finding');
  return `${found}${accepted}; \`--write\` takes ${ready === findings.length ? 'all' : `${ready}`} of them away`;
}

/** The names behind a number of holders, where there are few. */
export function sayHolders({ evidence }: UsageFinding): string {
  const { holders = 0, names = [] } = evidence;
  if (names.length === 0) return '';
  const more = holders - names.length;
  return `held by ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

function formatTimes(count: number): string {
  return count === 1 ? 'once' : `${count.toLocaleString('en-US')} times`;
}

function dayOf(instant: string): string {
  return instant.slice(0, 10);
}
