import { formatPosition } from '../../policy/position.ts';
import { formatEscalationPath } from '../../review/escalation/escalation-path.ts';
import { groupBy } from '../../review/diff/matching/group-by.ts';
import { groupChanges, type ChangeLine } from '../../review/diff/wording/change-lines.ts';
import type { Notice } from '../../review/diff/matching/policy-difference.ts';
import {
  describeBase,
  describeCommit,
  describeEnding,
  describePlace,
  describeWhat,
  describeWhen,
  describeWhere,
  describeWho,
  describeWhy,
  someOfEachKind,
  summarizeDifference,
} from './diff-phrases.ts';
import type { DiffOutcome } from './diff-outcome.ts';
import type { Paint } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { wrapLine } from '../report/wrap-text.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';

// In text names stand as they are: a sentence with a dozen backticks is hard to read.
const plain = (text: string): string => printable(text);

/** For people at a terminal: the sum first, then what opens, what moved, and who gains and who loses. */
export function reportDiffAsText(outcome: DiffOutcome, { paint, width }: ReportSurroundings): readonly string[] {
  const { difference, escalations } = outcome;
  if (!difference) return [paint.bold(summarizeDiff(outcome))];
  const ways = [
    ...escalations.opened.map(
      ({ path }) => `${paint.yellow('!')} after this change, ${unquoted(formatEscalationPath(path))}`,
    ),
    ...escalations.closed.map((path) => `${paint.green('!')} no longer: ${unquoted(formatEscalationPath(path))}`),
  ];
  const notices = someOfEachKind(difference.notices).map((notice) =>
    typeof notice === 'string' ? `~ ${notice}` : `~ ${describeNotice(notice, outcome)}`,
  );
  const lines = groupChanges(difference.changes);
  const several = lines.filter(({ places }) => places.length > 1);
  const byWorkspace = groupBy(
    lines.filter(({ places }) => places.length === 1),
    ({ places }) => places[0]?.workspace,
  );
  const ending = describeEnding(outcome.moves);
  const sections = [
    [paint.bold(summarizeDiff(outcome))],
    ending === undefined ? [] : [`${paint.yellow('!')} ${unquoted(ending)}`],
    ways,
    notices,
    ...[several, ...byWorkspace.values()].map((some) => some.map((line) => formatLine(line, outcome, paint))),
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : ['', ...section]))
    .map((line) => wrapLine(line, width, markIndent));
}

const markIndent = '+ '.length;

/** `3 people gain, 1 loses, in 2 workspaces since 3f9c2a1b4d5e (the merge base with origin/main)`. */
export function summarizeDiff({ difference, base, revisions }: DiffOutcome): string {
  if (!difference) {
    return `who gains and who loses cannot be told: the policy of ${describeCommit(base, plain)} has errors, and so have those before it`;
  }
  const sum = summarizeDifference(difference);
  const isNew = revisions.before === undefined;
  return `${sum} ${describeBase(base, plain)}${isNew ? ', which holds no policy: all of it is new' : ''}`;
}

function formatLine(line: ChangeLine, outcome: DiffOutcome, paint: Paint): string {
  const { kind, cause } = line;
  const mark = kind === 'gained' ? paint.green('+') : paint.red('-');
  const may = kind === 'gained' ? 'may' : 'may no longer';
  const when = describeWhen(line);
  const what = [
    may,
    describeWhat(line, outcome.words, plain),
    describeWhere(line, plain),
    ...(when === '' ? [] : [when]),
  ];
  const why = `${unquoted(describeWhy(cause))}, ${paint.faint(describePlace(cause, outcome.display, plain))}`;
  return `${mark} ${paint.bold(describeWho(line, plain))} ${what.join(' ')}: ${why}`;
}

function describeNotice({ text, position }: Notice, { display }: DiffOutcome): string {
  const place =
    position && `, ${printable(formatPosition({ ...position, file: display(position.file) }).replace(/:\d+$/, ''))}`;
  return `${unquoted(text)}${place ?? ''}`;
}

function unquoted(text: string): string {
  return printable(text).replaceAll('`', '');
}
