import { formatEscalationPath } from '../../review/escalation/escalation-path.ts';
import { groupBy } from '../../review/diff/matching/group-by.ts';
import { groupChanges, type ChangeLine } from '../../review/diff/wording/change-lines.ts';
import {
  closedGates,
  describeBase,
  describeCommit,
  describeEnding,
  describeGate,
  describePlace,
  describeWhat,
  describeWhen,
  describeWhere,
  describeWho,
  describeWhy,
  formatCount,
  isSameWho,
  joinNames,
  namePlace,
  nounFor,
  someOfEachKind,
  subjectsOf,
  summarizeDifference,
  wordsShown,
} from './diff-phrases.ts';
import type { DiffOutcome } from './diff-outcome.ts';
import { codeCell, codeSpan, sentenceOf, wordsOf } from '../report/markdown-text.ts';
import { printable } from '../report/printable.ts';

// GitHub takes 65,536 characters; a little is left for what a workflow puts round it.
const mostCharacters = 60_000;
const mostNames = 200;
const namesInTable = 3;

/** A comment for a pull request, for somebody who has never seen rolebook: the sum first, details folded. */
export function reportDiffAsMarkdown(outcome: DiffOutcome): readonly string[] {
  return diffBesideOthers(outcome, 0);
}

/** The same as a part of a comment, of which something else takes so many characters. */
export function diffBesideOthers(outcome: DiffOutcome, taken: number): readonly string[] {
  const { difference, escalations, base } = outcome;
  const lines = groupChanges(difference?.changes ?? []);
  const ending = describeEnding(outcome.moves);
  const ended = ending === undefined ? [] : ['', `⚠️ ${sentenceOf(ending)}`];
  const head = [`### ${titleOf(outcome)}`, '', introduction(outcome), ...ended, ...gateLines(outcome)];
  const ways = [
    ...escalations.opened.map(({ path }) => `- ⚠️ **After this change**, ${sentenceOf(formatEscalationPath(path))}`),
    ...escalations.closed.map((path) => `- No longer: ${sentenceOf(formatEscalationPath(path))}`),
  ];
  const notices = someOfEachKind(difference?.notices ?? []).map((notice) =>
    typeof notice === 'string' ? `- ${sentenceOf(notice)}` : `- ${sentenceOf(notice.text)}`,
  );
  const problems = base.problems.slice(0, 10).map((problem) => {
    const { file, line, message } = problem;
    return `- ${codeSpan(`${outcome.display(file)}:${line}`)} ${sentenceOf(message)}`;
  });
  const blocks = [
    head,
    section('What is wrong in the base', problems),
    section('Ways for somebody to get more than they have', ways),
    section('What else the files say differently', notices),
    ...tables(lines, outcome),
  ];
  return fit(
    blocks.filter((block) => block.length > 0),
    mostCharacters - taken,
  );
}

function titleOf({ difference }: DiffOutcome): string {
  if (!difference) return 'Access: who gains and who loses cannot be told';
  const sum = summarizeDifference(difference);
  return `Access: ${sum}`;
}

function introduction({ base, difference, revisions }: DiffOutcome): string {
  if (!difference) {
    return `The policy of ${describeCommit(base, codeSpan, sentenceOf)} has errors, and so have those before it. The files of this change have none.`;
  }
  const all =
    'Every gain and every loss is listed: who may do what in the product, by name, with the line that decides it.';
  if (revisions.before === undefined)
    return `Compared with ${describeCommit(base, codeSpan, sentenceOf)}, where there was no policy: all of it is new. ${all}`;
  return `What this change does to people's permissions, ${describeBase(base, codeSpan, sentenceOf)}. ${difference.changes.length === 0 ? '' : all}`.trim();
}

function gateLines({ gates, isAccepted, difference }: DiffOutcome): string[] {
  const closed = closedGates(gates);
  if (closed.length === 0) return [];
  const verdict = isAccepted ? 'Accepted for this run' : '**Needs to be accepted**';
  return [
    '',
    ...closed.map((result) => `- ${verdict}: ${sentenceOf(describeGate(result, nounFor(subjectsOf(difference))))}`),
  ];
}

function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', `**${title}**`, '', ...items];
}

function tables(lines: readonly ChangeLine[], outcome: DiffOutcome): string[][] {
  const byPlace = groupBy(lines, ({ places }) => (places.length > 1 ? undefined : places[0]?.workspace));
  return [...byPlace].flatMap(([workspace, some]) => {
    const title = workspace === undefined ? 'In several workspaces' : `In ${namePlace(workspace, codeSpan)}`;
    const head = ['', `**${title}**`, '', '| | who | what | why |', '|---|---|---|---|'];
    const [first = '', ...rows] = some.map((line) => formatRow(line, outcome));
    return [
      [...head, first],
      ...rows.map((row) => [row]),
      ...some.map((line) => [...allNames(line), ...allWords(line, outcome)]),
    ];
  });
}

function formatRow(line: ChangeLine, { words, display }: DiffOutcome): string {
  const { kind, cause, places } = line;
  const where = places.length > 1 ? ` ${describeWhere(line, codeCell)}` : '';
  const when = describeWhen(line);
  const what = `${describeWhat(line, words, codeCell, cellWords)}${when === '' ? '' : `, ${when}`}`;
  const why = `${sentenceOf(describeWhy(cause), codeCell)}, ${describePlace(cause, display, codeCell)}`;
  const deed = kind === 'gained' ? '➕ gains' : '➖ loses';
  return `| ${deed} | ${describeWho(line, codeCell)}${where} | ${what} | ${why} |`;
}

/** All names of a line that shows some, folded. */
function allNames(line: ChangeLine): string[] {
  const all = isSameWho(line) ? (line.places[0]?.subjects ?? []).map((subject) => codeSpan(subject)) : peopleOf(line);
  if (all.length <= namesInTable) return [];
  const left = all.length > mostNames ? ` and ${formatCount(all.length - mostNames)} more` : '';
  const deed = line.kind === 'gained' ? 'gain' : 'lose';
  const summary = `all ${formatCount(line.count)} who ${deed} ${line.permissions.length === 1 ? 'this' : 'these'}`;
  const first = escapeHtml(line.permissions[0] ?? '');
  const more = line.permissions.length > 1 ? ` and ${formatCount(line.permissions.length - 1)} more` : '';
  return [
    '',
    `<details><summary>${summary}: <code>${first}</code>${more}</summary>`,
    '',
    `${all.slice(0, mostNames).join(', ')}${left}`,
    '',
    '</details>',
  ];
}

/** Each of a line's people once, with where it is. */
function peopleOf({ places }: ChangeLine): string[] {
  const found = new Map<string, string[]>();
  for (const { workspace, subjects } of places) {
    for (const subject of subjects) found.set(subject, [...(found.get(subject) ?? []), workspace]);
  }
  return [...found].map(([subject, workspaces]) => {
    const where =
      workspaces.length > namesInTable
        ? `${formatCount(workspaces.length)} workspaces`
        : joinNames(workspaces.map((workspace) => namePlace(workspace, codeSpan)));
    return `${codeSpan(subject)} in ${where}`;
  });
}

/** All permissions of a line that shows some, folded. */
function allWords(line: ChangeLine, { words }: DiffOutcome): string[] {
  const all = words.shorten(line.kind, line.permissions);
  if (all.length <= wordsShown) return [];
  const [first = ''] = line.places[0]?.subjects ?? [];
  const others = line.count > 1 ? ` and ${formatCount(line.count - 1)} more` : '';
  const deed = line.kind === 'gained' ? 'gains' : 'loses';
  const summary = `all that <code>${escapeHtml(first)}</code>${others} ${line.count > 1 ? deed.slice(0, -1) : deed}`;
  const shown = all
    .slice(0, mostNames)
    .map((word) => codeSpan(word))
    .join(', ');
  return ['', `<details><summary>${summary}</summary>`, '', shown, '', '</details>'];
}

// Whole blocks only: half a table row would spoil the page.
function fit(blocks: readonly (readonly string[])[], most: number): readonly string[] {
  const shown: string[] = [];
  let length = 0;
  for (const [index, block] of blocks.entries()) {
    const size = block.reduce((sum, line) => sum + line.length + 1, 0);
    if (length + size > most) {
      const left = blocks.length - index;
      shown.push(
        '',
        `${formatCount(left)} more ${left === 1 ? 'entry does' : 'entries do'} not fit here; \`rolebook diff\` lists them all.`,
      );
      break;
    }
    shown.push(...block);
    length += size;
  }
  return shown;
}

const cellWords = (title: string): string => wordsOf(title, codeCell);

function escapeHtml(text: string): string {
  return printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
