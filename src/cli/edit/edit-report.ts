import type { PolicyEdit } from '../../compile/edit/policy-edit.ts';
import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import { PermissionWords } from '../../review/diff/wording/permission-words.ts';
import type { DiffOutcome } from '../diff/diff-outcome.ts';
import { reportDiffAsJson } from '../diff/diff-json.ts';
import { reportDiffAsText } from '../diff/diff-text.ts';
import type { Paint } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { wrapLine } from '../report/wrap-text.ts';
import { describeFailure } from '../testing/test-outcome.ts';

/** Edits as they were judged, and whether they are in the files. */
export interface EditOutcome {
  readonly judged: JudgedEdits;
  readonly edits: readonly PolicyEdit[];
  readonly written: boolean;
  readonly display: (file: string) => string;
}

/** For people: the text that changes, who gains and who loses, who is affected, and which tests fail. */
export function editAsText(outcome: EditOutcome, surroundings: ReportSurroundings): readonly string[] {
  const { judged } = outcome;
  const { paint, width } = surroundings;
  const effect = effectOf(outcome);
  const failed = (judged.tests?.tests ?? []).filter((test) => test.outcome === 'failed');
  const sections = [
    judged.patch === '' ? [] : patchLines(judged.patch, paint),
    judged.holders.length === 0 ? [] : [`! held by ${judged.holders.map(printable).join(', ')}`],
    effect ? reportDiffAsText(effect, surroundings) : [],
    failed.flatMap((test) => [
      `${paint.red('failed:')} ${paint.bold(printable(test.name))} (${printable(outcome.display(test.file))}:${test.line})`,
      ...test.failures.map((failure) => `  ${printable(describeFailure(failure))}`),
    ]),
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : ['', ...section.map((line) => wrapLine(line, width, 2))]));
}

/** The same for programs. `written` says whether the files have it now. */
export function editAsJson(outcome: EditOutcome): string {
  const { judged, edits, written, display } = outcome;
  const effect = effectOf(outcome);
  const document = {
    edits,
    written,
    files: judged.touched.map(({ path }) => display(path)),
    patch: judged.patch,
    holders: judged.holders,
    tests: judged.tests && { ...judged.tests, tests: judged.tests.tests.filter((test) => test.outcome === 'failed') },
    effect: effect && (JSON.parse(reportDiffAsJson(effect).join('\n')) as unknown),
  };
  return JSON.stringify(document, undefined, 2);
}

function effectOf({ judged, display }: EditOutcome): DiffOutcome | undefined {
  const { effect } = judged;
  if (!effect) return undefined;
  const { catalogs } = effect;
  return {
    ...effect,
    base: { commit: undefined, how: 'the files as they are', problems: [], standIn: undefined },
    isDirty: false,
    gates: [],
    isAccepted: false,
    words: new PermissionWords(catalogs.before, catalogs.after),
    display,
  };
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
