import { formatPosition } from '../../policy/position.ts';
import type { CoverageReport, RoleCoverage, Share } from '../../review/testing/coverage.ts';
import { figureOf, figureOfRole, gapLines, groupRoles, nameOfRole, openScopes, scopeOf } from './coverage-text.ts';
import { formatAnnotation } from '../report/github-annotation.ts';
import { codeCell, codeSpan, sentenceOf } from '../report/markdown-text.ts';
import { printable } from '../report/printable.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { formatPercent } from './test-threshold.ts';

/** A coverage report, and how paths are written where the command was started. */
export interface CoverageOutcome {
  readonly report: CoverageReport;
  readonly display: (file: string) => string;
  /** The FILTER that chose the tests, if any. */
  readonly filter: string | undefined;
}

type CoverageReporter = (outcome: CoverageOutcome, surroundings: ReportSurroundings) => string;

export const coverageReporters = {
  text: reportCoverageAsText,
  github: reportCoverageAsAnnotations,
  markdown: reportCoverageAsMarkdown,
} as const satisfies Record<string, CoverageReporter>;

/**
 * The closing line: `coverage: 585 of 585 role × permission pairs asserted, 100 %`; with scopes that have a `when`,
 * `589 of 591 role × permission pairs and sides of scopes asserted, 99.6 %`.
 */
export function summarizeCoverage({ report, filter }: CoverageOutcome): string {
  const { asserted, total, scopes } = report;
  const which = filter === undefined ? '' : `, of the roles that tests matching \`${filter}\` ask as`;
  const things = `role × permission pairs${scopes.length === 0 ? '' : ' and sides of scopes'}`;
  const pairs = `${asserted} of ${total} ${things} asserted`;
  return printable(`coverage: ${pairs}, ${formatPercent(figureOf(report))}${which}`);
}

/** Everything the report knows, ready for JSON. */
export function coverageAsJson({ report, display }: CoverageOutcome): object {
  return {
    percent: Number(formatPercent(figureOf(report)).replace(' %', '')),
    asserted: report.asserted,
    total: report.total,
    baseline: report.baseline.map((cell) => ({ permission: cell.permission.id, scope: scopeOf(cell) })),
    scopes: report.scopes.map(({ scope, assertedAt }) => ({
      scope: scope.id,
      file: display(scope.position.file),
      line: scope.position.line,
      holds: assertedAt.holds.length,
      fails: assertedAt.fails.length,
    })),
    roles: report.roles.map(({ role, allowed, denied, pairs }) => ({
      role: role.id,
      workspace: role.workspace,
      organization: role.organization,
      file: display(role.position.file),
      line: role.position.line,
      allowed,
      denied,
      pairs: pairs.map(({ cell, decision, assertedAt }) => ({
        permission: cell.permission.id,
        scope: scopeOf(cell),
        decision,
        asserted: assertedAt.length,
      })),
    })),
  };
}

const mostGaps = 12;

function reportCoverageAsText(outcome: CoverageOutcome, { paint }: ReportSurroundings): string {
  const { report } = outcome;
  const names = report.roles.map(({ role }) => role.id.length + 2);
  const width = Math.max('asserted by the tests'.length, ...names);
  const header = `${'asserted by the tests'.padEnd(width)}  ${'may'.padStart(9)}  ${'may not'.padStart(9)}`;
  const groups = groupRoles(report).flatMap(({ title, roles }) => [
    title,
    ...roles.map((covered) => formatRow(covered, width, paint)),
  ]);
  const open = report.roles.filter(({ allowed, denied }) => isOpen(allowed) || isOpen(denied));
  const gaps = open.map((covered) => {
    const place = printable(`${outcome.display(covered.role.position.file)}:${covered.role.position.line}`);
    const lines = gapLines(covered, report.baseline, mostGaps).map((line) => `  ${line}`);
    return [`${paint.yellow('not asserted:')} ${nameOfRole(covered.role)} (${place})`, ...lines].join('\n');
  });
  const sides = openScopes(report).map(({ scope, gap }) => {
    const place = printable(`${outcome.display(scope.position.file)}:${scope.position.line}`);
    return `${paint.yellow('not asserted:')} scope \`${scope.id}\` (${place})\n  ${gap}`;
  });
  return [[paint.bold(header), ...groups].join('\n'), ...gaps, ...sides].join('\n\n');
}

function formatRow(covered: RoleCoverage, width: number, paint: ReportSurroundings['paint']): string {
  const figure = figureOfRole(covered);
  const shares = [covered.allowed, covered.denied].map((share) => formatShare(share).padStart(9)).join('  ');
  const percent = formatPercent(figure).padStart(7);
  const color = figure.part === figure.whole ? paint.green : paint.yellow;
  return `${`  ${covered.role.id}`.padEnd(width)}  ${shares}  ${color(percent)}`;
}

function formatShare({ asserted, total }: Share): string {
  return total === 0 ? '–' : `${asserted}/${total}`;
}

function isOpen({ asserted, total }: Share): boolean {
  return asserted < total;
}

function reportCoverageAsAnnotations({ report, display }: CoverageOutcome, surroundings: ReportSurroundings): string {
  const open = report.roles.filter(({ allowed, denied }) => isOpen(allowed) || isOpen(denied));
  const ofRoles = open.map((covered) => {
    const { file, line, column } = covered.role.position;
    const { part, whole } = figureOfRole(covered);
    const text = [
      `the tests assert ${part} of ${whole} permissions of ${nameOfRole(covered.role)}; not asserted:`,
      ...gapLines(covered, report.baseline, mostGaps),
    ].join('\n');
    return formatAnnotation(
      {
        severity: 'warning',
        file: display(file),
        line,
        column,
        length: covered.role.id.length,
        title: 'rolebook coverage',
        text,
      },
      surroundings.annotationRoot,
    );
  });
  const ofScopes = openScopes(report).map(({ scope, gap }) => {
    const { file, line, column } = scope.position;
    const text = `scope \`${scope.id}\`: ${gap}`;
    const place = { file: display(file), line, column, length: scope.id.length };
    return formatAnnotation(
      { severity: 'warning', ...place, title: 'rolebook coverage', text },
      surroundings.annotationRoot,
    );
  });
  return [...ofRoles, ...ofScopes].join('\n');
}

function reportCoverageAsMarkdown({ report, display }: CoverageOutcome): string {
  const rows = groupRoles(report).flatMap(({ title, isBuiltIn, roles }) =>
    roles.map((covered) => {
      const cells = [
        isBuiltIn ? 'built in' : codeCell(title),
        codeCell(covered.role.id),
        formatShare(covered.allowed),
        formatShare(covered.denied),
        formatPercent(figureOfRole(covered)),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  const gaps = report.roles.flatMap((covered) => {
    const place = codeSpan(formatPosition({ ...covered.role.position, file: display(covered.role.position.file) }));
    return gapLines(covered, report.baseline, mostGaps).map(
      (line) => `- ${sentenceOf(nameOfRole(covered.role))}, ${place}: ${codeSpan(line)}`,
    );
  });
  const sides = openScopes(report).map(({ scope, gap }) => {
    const place = codeSpan(formatPosition({ ...scope.position, file: display(scope.position.file) }));
    return `- Scope ${codeSpan(scope.id)}, ${place}: ${gap}`;
  });
  const missing = [...gaps, ...sides];
  return [
    ['| workspace | role | may | may not | asserted |', '|---|---|---:|---:|---:|', ...rows].join('\n'),
    ...(missing.length === 0 ? [] : [['Not asserted by any test:', '', ...missing].join('\n')]),
  ].join('\n\n');
}
