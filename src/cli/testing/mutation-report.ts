import { formatCell, type Cell } from '../../policy/permission.ts';
import { formatPosition } from '../../policy/position.ts';
import { formatSubject } from '../../policy/subject.ts';
import type { TriedMutant, MutationReport } from '../../review/testing/mutation/run-mutants.ts';
import type { MutantEffect } from '../../review/testing/mutation/mutant-effect.ts';
import { formatAnnotation } from '../report/github-annotation.ts';
import { codeSpan } from '../report/markdown-text.ts';
import { describeEffect, describeMutant } from './mutation-text.ts';
import { printable } from '../report/printable.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { formatExcerpt } from '../report/source-excerpt.ts';
import type { SourceLines } from '../report/source-lines.ts';
import { formatPercent, type Figure } from './test-threshold.ts';

/** The fate of the mutants, with what is needed to tell it where the command was started. */
export interface MutationOutcome {
  readonly report: MutationReport;
  readonly display: (file: string) => string;
  readonly lines: SourceLines;
  readonly firstSubjectType: string;
  /** The FILTER that chose the tests, if any. */
  readonly filter: string | undefined;
}

type MutationReporter = (outcome: MutationOutcome, surroundings: ReportSurroundings) => string;

export const mutationReporters = {
  text: reportMutantsAsText,
  github: reportMutantsAsAnnotations,
  markdown: reportMutantsAsMarkdown,
} as const satisfies Record<string, MutationReporter>;

export function scoreOf({ killed, lived }: MutationReport): Figure {
  return { part: killed, whole: killed + lived };
}

/**
 * The closing line: `mutation score: 72 of 73 mutants killed, 98.6 %; not counted: 10 redundant, 5 refused by lint`.
 */
export function summarizeMutation({ report, filter }: MutationOutcome): string {
  const { part, whole } = scoreOf(report);
  const which = filter === undefined ? '' : ` by the tests that match \`${filter}\``;
  const others = [
    ...(report.redundant > 0 ? [`${report.redundant} redundant`] : []),
    ...(report.refused > 0 ? [`${report.refused} refused by lint`] : []),
  ];
  const apart = others.length === 0 ? '' : `; not counted: ${others.join(', ')}`;
  return printable(
    `mutation score: ${part} of ${whole} mutants killed${which}, ${formatPercent({ part, whole })}${apart}`,
  );
}

/** Every mutant with its outcome, ready for JSON. */
export function mutationAsJson(outcome: MutationOutcome): object {
  const { report, display } = outcome;
  const { killed, lived, redundant, refused } = report;
  return {
    percent: Number(formatPercent(scoreOf(report)).replace(' %', '')),
    killed,
    lived,
    redundant,
    refused,
    mutants: report.mutants.map(({ mutant, verdict }) => {
      const { change, list, at, text, widened, role, subject, workspace, scope } = mutant;
      const { file, line, column, length } = at;
      return {
        outcome: verdict.outcome,
        ...{ file: display(file), line, column, length, change, list, text, widened, role, subject, workspace, scope },
        message: describeMutant(mutant, backticks),
        ...(verdict.outcome === 'lived' ? { effect: effectAsJson(verdict.effect, outcome) } : {}),
        ...(verdict.outcome === 'killed'
          ? {
              by: {
                test: verdict.by.name,
                file: display(verdict.by.position.file),
                line: verdict.by.position.line,
              },
            }
          : {}),
        ...(verdict.outcome === 'refused' ? { code: verdict.problem.code, problem: verdict.problem.message } : {}),
      };
    }),
  };
}

function effectAsJson({ roles, member, scope }: MutantEffect, { firstSubjectType }: MutationOutcome): object {
  const words = (cells: readonly Cell[]): string[] => cells.map(formatCell);
  if (member) {
    const { subject, gains, loses } = member;
    return { subject: formatSubject(subject, firstSubjectType), gains: words(gains), loses: words(loses) };
  }
  if (scope) return { scope: scope.scope, permissions: scope.permissions.map(({ id }) => id) };
  return {
    roles: roles.map(({ role, gains, loses, denies, noLongerDenies }) => ({
      role: role.id,
      workspace: role.workspace,
      organization: role.organization,
      gains: words(gains),
      loses: words(loses),
      denies: words(denies),
      noLongerDenies: words(noLongerDenies),
    })),
  };
}

function reportMutantsAsText(outcome: MutationOutcome, { paint }: ReportSurroundings): string {
  const { display, lines, firstSubjectType } = outcome;
  const lived = survivors(outcome.report).map(({ mutant, effect }) => {
    const at = { ...mutant.at, file: display(mutant.at.file) };
    const source = lines(at.file, at.line);
    const change = describeEffect(effect, firstSubjectType, backticks);
    return [
      `${paint.bold(printable(formatPosition(at)))}: ${printable(`no test fails when ${describeMutant(mutant, backticks)}`)}`,
      ...(source === undefined ? [] : [formatExcerpt(source, at, paint)]),
      `${paint.cyan('change:')} ${printable(change)}`,
    ].join('\n');
  });
  const idle = idleLines(outcome.report).map(({ mutant }) => {
    const place = formatPosition({ ...mutant.at, file: display(mutant.at.file) });
    return printable(`${place}: nothing changes when ${describeMutant(mutant, backticks)}`);
  });
  return [...lived, ...(idle.length === 0 ? [] : [idle.join('\n')])].join('\n\n');
}

function reportMutantsAsAnnotations(outcome: MutationOutcome, { annotationRoot }: ReportSurroundings): string {
  const { report, display, firstSubjectType } = outcome;
  return survivors(report)
    .map(({ mutant, effect }) => {
      const { file, line, column, length } = mutant.at;
      const message = `no test fails when ${describeMutant(mutant, backticks)}`;
      const text = `${message}\n${describeEffect(effect, firstSubjectType, backticks)}`;
      const annotation = { severity: 'warning', file: display(file), line, column, length } as const;
      return formatAnnotation({ ...annotation, title: 'rolebook mutation', text }, annotationRoot);
    })
    .join('\n');
}

function reportMutantsAsMarkdown(outcome: MutationOutcome): string {
  const { report, display, firstSubjectType } = outcome;
  const lived = survivors(report).map(({ mutant, effect }) => {
    const place = codeSpan(formatPosition({ ...mutant.at, file: display(mutant.at.file) }));
    const change = describeEffect(effect, firstSubjectType, codeSpan);
    return `- ${place}: no test fails when ${describeMutant(mutant, codeSpan)}; ${change}`;
  });
  const idle = idleLines(report).map(({ mutant }) => {
    const place = codeSpan(formatPosition({ ...mutant.at, file: display(mutant.at.file) }));
    return `- ${place}: nothing changes when ${describeMutant(mutant, codeSpan)}`;
  });
  return [...lived, ...idle].join('\n');
}

function survivors({ mutants }: MutationReport): { mutant: TriedMutant['mutant']; effect: MutantEffect }[] {
  return mutants.flatMap(({ mutant, verdict }) =>
    verdict.outcome === 'lived' ? [{ mutant, effect: verdict.effect }] : [],
  );
}

// A line that can go and nothing changes is worth a look. That a wider scope changes nothing is no fault of the line.
function idleLines({ mutants }: MutationReport): readonly TriedMutant[] {
  return mutants.filter(({ mutant, verdict }) => verdict.outcome === 'redundant' && mutant.change === 'drop');
}

function backticks(text: string): string {
  return `\`${text}\``;
}
