import { organizationOfDomain } from '../../policy/policy-set.ts';
import { formatInstant, lastInstantMs } from '../../policy/text/instant.ts';
import { isClosed, type GateResult } from '../../review/diff/wording/change-gate.ts';
import { countChanges, type ChangeCounts, type ChangeLine } from '../../review/diff/wording/change-lines.ts';
import type { PermissionWords } from '../../review/diff/wording/permission-words.ts';
import { groupBy } from '../../review/diff/matching/group-by.ts';
import type { Cause, Notice, PolicyDifference } from '../../review/diff/matching/policy-difference.ts';
import { endedUnasked, type RuntimeMove } from '../../review/members/runtime-moves.ts';
import { describeEnded } from '../report/ended-memberships.ts';
import type { DiffBase } from './diff-base.ts';
import { printable, shortCommit } from '../report/printable.ts';

/** A way to mark names and words of the policy in a sentence. */
export type Mark = (text: string) => string;

const namesShown = 3;
const titlesShown = 4;
export const wordsShown = 6;

/** Who a line is about: `ana`, `bo` and `cy`; or 500 people (`ana`, `bo`, `cy` and 497 more). */
export function describeWho(line: ChangeLine, mark: Mark): string {
  const [first, second] = line.places;
  const names = first?.subjects ?? [];
  if (!second || isSameWho(line)) {
    if (names.length <= namesShown) return joinNames(names.map(mark));
    return `${countPeople(line)} (${names.slice(0, namesShown).map(mark).join(', ')} and ${formatCount(names.length - namesShown)} more)`;
  }
  // One person can gain in several workspaces; who is told is counted once.
  const told = firstPeople(line, 2);
  const some = told.map(([subject, workspace]) => `${mark(subject)} in ${namePlace(workspace, mark)}`);
  const left = line.count - told.length;
  const who = left === 0 ? joinNames(some) : `${some.join(', ')} and ${formatCount(left)} more`;
  return `${countPeople(line)} (${who})`;
}

/** The first people of a line, each with the first place of theirs. */
function firstPeople({ places }: ChangeLine, most: number): readonly (readonly [subject: string, workspace: string])[] {
  const found = new Map<string, string>();
  // The first of each place before the second of any, so that one sees that there are several.
  for (const { workspace, subjects } of places) {
    const subject = subjects.find((one) => !found.has(one));
    if (subject !== undefined) found.set(subject, workspace);
    if (found.size === most) break;
  }
  return [...found];
}

export function isSameWho({ places: [first, ...others] }: ChangeLine): boolean {
  const who = first?.subjects.join('\n');
  return others.every(({ subjects }) => subjects.join('\n') === who);
}

/** In which workspaces, as the end of a sentence. */
export function describeWhere({ places }: ChangeLine, mark: Mark): string {
  if (places.length <= namesShown) return `in ${joinNames(places.map(({ workspace }) => namePlace(workspace, mark)))}`;
  const organizations = places.filter(({ workspace }) => organizationOfDomain(workspace) !== undefined).length;
  return `in ${countPlaces({ organizations, workspaces: places.length - organizations })}`;
}

/** A workspace by its id, and a company as one. */
export function namePlace(workspace: string, mark: Mark): string {
  const organization = organizationOfDomain(workspace);
  return organization === undefined ? mark(workspace) : `the company ${mark(organization)}`;
}

function countPlaces({ workspaces, organizations = 0 }: Pick<ChangeCounts, 'workspaces' | 'organizations'>): string {
  const counts = [
    ...(workspaces === 0 ? [] : [`${formatCount(workspaces)} workspace${workspaces === 1 ? '' : 's'}`]),
    ...(organizations === 0 ? [] : [`${formatCount(organizations)} ${organizations === 1 ? 'company' : 'companies'}`]),
  ];
  return counts.join(' and ');
}

/** What, after `may`: send messages (`message:send`); or use `tag:*`, `view:*` and 3 more. */
export function describeWhat(line: ChangeLine, words: PermissionWords, mark: Mark, say: Mark = printable): string {
  const short = words.shorten(line.kind, line.permissions);
  if (short.length === 1 && short[0] === '*') return `do everything (${mark('*')})`;
  if (short.length <= titlesShown) {
    const told = short.map((word) => ({ word, title: words.describe(word) }));
    if (told.every(({ title }) => title !== undefined)) {
      return joinNames(told.map(({ word, title = '' }) => `${say(title)} (${mark(word)})`));
    }
  }
  const shown = short.slice(0, wordsShown).map(mark);
  if (short.length <= wordsShown) return `use ${joinNames(shown)}`;
  return `use ${shown.join(', ')} and ${short.length - wordsShown} more`;
}

/** From when and until when, in the words of the files: a date ends with its day. */
export function describeWhen({ fromMs, untilMs }: Pick<ChangeLine, 'fromMs' | 'untilMs'>): string {
  return [
    ...(fromMs === undefined ? [] : [`from ${isDaysEnd(fromMs) ? dayOf(fromMs) : formatInstant(fromMs)}`]),
    ...(untilMs === undefined ? [] : [`until ${isDaysEnd(untilMs) ? dayOf(untilMs - 1) : formatInstant(untilMs)}`]),
  ].join(' ');
}

/** Why, with names in backticks: role `member` grants it, which `team-lead` and `trainee` follow. */
export function describeWhy({ text, through }: Cause): string {
  if (through.length === 0) return text;
  if (through.length > namesShown) return `${text}, which ${formatCount(through.length)} roles follow`;
  const names = joinNames(through.map((role) => `\`${role}\``));
  return `${text}, which ${names} follow${through.length === 1 ? 's' : ''}`;
}

/** `policies/support.yaml:14`, with how many lines there are besides when each member has one. */
export function describePlace({ file, line, lines }: Cause, display: (file: string) => string, mark: Mark): string {
  const more = lines && lines.length > 1 ? ` and ${lines.length - 1} more line${lines.length === 2 ? '' : 's'}` : '';
  return `${mark(`${display(file)}:${line}`)}${more}`;
}

/** `3 people gain, 1 loses, in 2 workspaces`. */
export function summarizeDifference(difference: PolicyDifference): string {
  const counts = countChanges(difference.changes);
  const { gaining, losing } = counts;
  const isUncertain = difference.notices.some(({ mayDecideOtherwise }) => mayDecideOtherwise.length > 0);
  const uncertain = isUncertain ? ', but what scopes look at changed' : '';
  if (gaining + losing === 0) return `nobody gains or loses anything${uncertain}`;
  const noun = nounFor(subjectsOf(difference));
  const gain = gaining === 0 ? 'nobody gains' : `${countNoun(gaining, noun)} ${gaining === 1 ? 'gains' : 'gain'}`;
  const who = gaining === 0 ? countNoun(losing, noun) : formatCount(losing);
  const lose = losing === 0 ? 'nobody loses' : `${who} ${losing === 1 ? 'loses' : 'lose'}`;
  const where = `in ${countPlaces(counts)}`;
  return `${gain}, ${lose}, ${where}${isUncertain ? '; what scopes look at changed, too' : ''}`;
}

/** What the change is compared with: `since 3f9c2a1b4d5e (the merge base with main)`. */
export function describeBase(base: DiffBase, mark: Mark, say?: Mark): string {
  const { standIn, commit, published } = base;
  if (commit === undefined && published === undefined) return 'by this';
  const asked = describeCommit(base, mark, say);
  if (standIn === undefined) return `since ${asked}`;
  return `since ${mark(shortCommit(standIn))}, the last commit before ${asked} whose policy has no errors`;
}

/** `3f9c2a1b4d5e (the merge base with main)`; how it was found is left out where it was named so. */
export function describeCommit(
  { commit = '', published, how }: DiffBase,
  mark: Mark,
  say: Mark = (text) => markNames(text, mark),
): string {
  const [, ref] = /^the ref `([0-9a-f]{7,})`$/.exec(how) ?? [];
  const name = mark(published ?? shortCommit(commit));
  if (ref !== undefined && commit.startsWith(ref)) return name;
  return `${name} (${say(how)})`;
}

// A branch may be called with backticks, too.
function markNames(text: string, mark: Mark): string {
  return printable(text).replaceAll(/`([^`]*)`/g, (_, found: string) => mark(found));
}

const mostOfOneKind = 10;

/** Notices by kind, with a line for those of a kind that are too many to read. */
export function someOfEachKind(notices: readonly Notice[]): readonly (Notice | string)[] {
  return [...groupBy(notices, ({ kind }) => kind)].flatMap(([kind, all]) => {
    if (all.length <= mostOfOneKind) return all;
    return [...all.slice(0, mostOfOneKind), `and ${all.length - mostOfOneKind} more of this kind: ${kind}`];
  });
}

/** What publishing the files would end, though nobody named it, with names in backticks; undefined: nothing. */
export function describeEnding(moves: readonly RuntimeMove[]): string | undefined {
  const ended = endedUnasked(moves);
  if (ended.length === 0) return undefined;
  return `publishing this would end ${describeEnded(ended)}, which \`--end-memberships ${ended.length}\` allows`;
}

/** What a gate that found something found. */
export function describeGate({ gate, found, uncertain }: GateResult, noun: 'people' | 'members'): string {
  const what = gate.pattern === undefined ? 'something' : `\`${gate.pattern}\``;
  const deed = gate.kind === 'gained' ? 'gain' : 'lose';
  const isOne = found === 1;
  const parts = [
    ...(gate.kind === 'escalation' && found > 0
      ? [`${formatCount(found)} new way${isOne ? '' : 's'} for somebody to get more than they have`]
      : []),
    ...(gate.kind !== 'escalation' && found > 0
      ? [`${countNoun(found, noun)} ${deed}${isOne ? 's' : ''} ${what}`]
      : []),
    ...(uncertain > 0 ? [`${what} may be decided otherwise, because what scopes look at changed`] : []),
  ];
  return `\`--fail-on ${gate.text}\`: ${parts.join(', and ')}`;
}

export function closedGates(gates: readonly GateResult[]): readonly GateResult[] {
  return gates.filter(isClosed);
}

/** People, unless there is another type of subject among them. */
export function nounFor(names: Iterable<string>): 'people' | 'members' {
  for (const name of names) if (name.includes(':')) return 'members';
  return 'people';
}

export function* subjectsOf(difference: PolicyDifference | undefined): Generator<string> {
  for (const { subjects } of difference?.changes ?? []) yield* subjects;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

export function joinNames(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function countNoun(count: number, noun: 'people' | 'members'): string {
  const [one, many] = noun === 'people' ? ['person', 'people'] : ['member', 'members'];
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function countPeople({ count, places }: ChangeLine): string {
  return `${formatCount(count)} ${nounFor(places.flatMap(({ subjects }) => subjects))}`;
}

const dayMs = 86_400_000;

function isMidnight(ms: number): boolean {
  return ms % dayMs === 0;
}

// Of the last day that there is the end cannot be said.
function isDaysEnd(ms: number): boolean {
  return isMidnight(ms) || ms === lastInstantMs;
}

function dayOf(ms: number): string {
  return formatInstant(ms).slice(0, 10);
}
