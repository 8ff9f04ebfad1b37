import { judgedData } from '../../review/changes/judged-data.ts';
import { reportDiffAsJson } from '../diff/diff-json.ts';
import { reportDiffAsText } from '../diff/diff-text.ts';
import type { Paint } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { wrapLine } from '../report/wrap-text.ts';
import { describeFailure } from '../testing/test-outcome.ts';
import { effectOf, failedTests, holdersIn, lossesOf, type EditOutcome } from './edit-outcome.ts';

// More than anybody reads before they say yes; JSON has all.
const mostAffected = 20;

/** For people: the text that changes, who gains and who loses, who is affected, and which tests fail. */
export function editAsText(outcome: EditOutcome, surroundings: ReportSurroundings): readonly string[] {
  const { judged } = outcome;
  const { paint, width } = surroundings;
  const effect = effectOf(outcome);
  const sections = [
    judged.patch === '' ? [] : patchLines(judged.patch, paint),
    affectedLines(outcome),
    effect ? reportDiffAsText(effect, surroundings) : [],
    failedTests(judged).flatMap((test) => [
      `${paint.red('failed:')} ${paint.bold(printable(test.name))} (${printable(outcome.display(test.file))}:${test.line})`,
      ...test.failures.map((failure) => `  ${printable(describeFailure(failure))}`),
    ]),
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : ['', ...section.map((line) => wrapLine(line, width, 2))]));
}

function affectedLines({ judged }: EditOutcome): string[] {
  const holders = holdersIn(judged);
  if (holders.length === 0) return [];
  const holding = judged.affected.filter(({ roles }) => roles.length > 0);
  const told = holding.slice(0, mostAffected).map((member) => {
    const lost = lossesOf(member);
    const what = lost.length === 0 ? 'loses nothing' : `loses ${lost.map(printable).join(', ')}`;
    return `!   ${printable(member.subject)} ${what}`;
  });
  const more = holding.length - told.length;
  return [`! held by ${holders.map(printable).join(', ')}`, ...told, ...(more > 0 ? [`!   and ${more} more`] : [])];
}

/** The same for programs. `written` says whether the files have it now. */
export function editAsJson(outcome: EditOutcome): string {
  const { judged, written, display } = outcome;
  const effect = effectOf(outcome);
  const data = judgedData(judged);
  const document = {
    edits: judged.edits,
    written,
    files: [...judged.touched.map(({ path }) => path), ...judged.removed].map(display),
    ...data,
    problems: data.problems.map((problem) => ({ ...problem, file: display(problem.file) })),
    diff: effect && (JSON.parse(reportDiffAsJson(effect).join('\n')) as unknown),
  };
  return JSON.stringify(document, undefined, 2);
}

function patchLines(patch: string, paint: Paint): string[] {
  return patch
    .trimEnd()
    .split('\n')
    .map((line) => {
      const shown = printable(line);
      if (line.startsWith('+')) return paint.green(shown);
      return line.startsWith('-') ? paint.red(shown) : shown;
    });
}
