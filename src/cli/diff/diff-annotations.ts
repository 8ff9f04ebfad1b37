import { lengthAt, type Position } from '../../policy/position.ts';
import { formatEscalationPath } from '../../review/escalation/escalation-path.ts';
import { groupChanges, type ChangeLine } from '../../review/diff/wording/change-lines.ts';
import { isClosed, type GateResult } from '../../review/diff/wording/change-gate.ts';
import {
  describeEnding,
  describePlace,
  describeWhat,
  describeWhen,
  describeWhere,
  describeWho,
  describeWhy,
} from './diff-phrases.ts';
import type { DiffOutcome } from './diff-outcome.ts';
import { formatAnnotation, type Annotation } from '../report/github-annotation.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';

const quoted = (text: string): string => `\`${text}\``;

/** For GitHub: each line of the change that somebody gains or loses by. */
export function reportDiffAsAnnotations(
  outcome: DiffOutcome,
  { annotationRoot }: ReportSurroundings,
): readonly string[] {
  const { difference, moves, escalations, display } = outcome;
  const ending = describeEnding(moves);
  const annotations = [
    ...(ending === undefined ? [] : [annotate(false, undefined, ending)]),
    ...escalations.opened.map(({ path }): Annotation => {
      const position = path.steps.find((step) => step.position)?.position;
      const isStopped = isStopping(outcome, ({ gate }) => gate.kind === 'escalation');
      return annotate(isStopped, position, `after this change, ${formatEscalationPath(path)}`);
    }),
    ...groupChanges(difference?.changes ?? []).map((line) => annotateLine(line, outcome)),
    ...(difference?.notices ?? [])
      .filter(({ kind, mayDecideOtherwise }) => kind.startsWith('runtime-') || mayDecideOtherwise.length > 0)
      .map(({ text, position, mayDecideOtherwise }) =>
        annotate(
          isStopping(outcome, ({ isAbout }) => mayDecideOtherwise.some(isAbout)),
          position,
          text,
        ),
      ),
  ];
  return annotations.map((annotation) =>
    formatAnnotation({ ...annotation, file: display(annotation.file) }, annotationRoot),
  );
}

function annotateLine(line: ChangeLine, outcome: DiffOutcome): Annotation {
  const { cause, kind } = line;
  const parts = [
    describeWho(line, quoted),
    kind === 'gained' ? 'may' : 'may no longer',
    describeWhat(line, outcome.words, quoted),
    describeWhere(line, quoted),
    describeWhen(line),
  ];
  // What is gone has no line in the files; it is told beside the nearest one.
  const was = cause.side === 'before' ? ` (before the change at ${describePlace(cause, outcome.display, String)})` : '';
  const text = `${parts.filter((part) => part !== '').join(' ')}: ${describeWhy(cause)}${was}`;
  const isStopped = isStopping(outcome, ({ gate, isAbout }) => gate.kind === kind && line.permissions.some(isAbout));
  return annotate(isStopped, cause.side === 'before' ? cause.nearest : cause, text);
}

function isStopping({ gates, isAccepted }: DiffOutcome, concerns: (result: GateResult) => boolean): boolean {
  return !isAccepted && gates.some((result) => isClosed(result) && concerns(result));
}

function annotate(isStopped: boolean, position: Position | undefined, text: string): Annotation {
  const { file, line, column } = position ?? { file: 'roles.yaml', line: 1, column: 1 };
  const severity = isStopped ? 'error' : 'warning';
  const length = position === undefined ? 1 : lengthAt(position);
  return { severity, file, line, column, length, title: 'rolebook diff', text };
}
