import { formatCell, type Cell } from '../../policy/permission.ts';
import type { CoveragePair, RoleCoverage } from '../../review/testing/coverage.ts';
import { summarizeCoverage, type CoverageOutcome } from './coverage-report.ts';
import { figureOfRole, gapLines, groupRoles, nameOfRole, openScopes, type RoleGroup } from './coverage-text.ts';
import { escapeHtml } from '../report/escape-html.ts';
import { formatPercent } from './test-threshold.ts';

/**
 * The heat map as one page that needs nothing else: no script, no font, no picture. Each cell has a sign, so it reads
 * without colours and in a text browser.
 */
export function coverageAsHtml(outcome: CoverageOutcome, revision: string): string {
  const { report } = outcome;
  const gaps = [
    ...report.roles.flatMap((covered) => formatGaps(covered, outcome)),
    ...openScopes(report).map(
      ({ scope, gap }) => `<li>Scope <code>${escapeHtml(scope.id)}</code>: ${escapeHtml(gap.replaceAll('`', ''))}</li>`,
    ),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<title>What the policy tests assert</title>',
    `<style>${coverageStyle}</style>`,
    '</head>',
    '<body>',
    '<h1>What the policy tests assert</h1>',
    `<p><strong>${escapeHtml(summarizeCoverage(outcome).replace('coverage', 'Coverage'))}.</strong> Revision <code>${escapeHtml(revision)}</code>.</p>`,
    legend,
    ...groupRoles(report).map((group) => formatGroup(group, outcome)),
    '<h2>Not asserted</h2>',
    gaps.length === 0 ? '<p>Nothing: some test asserts every pair.</p>' : `<ul>\n${gaps.join('\n')}\n</ul>`,
    formatBaseline(report.baseline),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const legend = [
  '<table class="legend">',
  '<caption>Signs</caption>',
  '<tr><td class="may few">✓</td><td>may, and a test asserts it; stronger colours: several lines do</td></tr>',
  '<tr><td class="not few">✗</td><td>may not, and a test asserts it</td></tr>',
  '<tr><td class="open">✓?</td><td>may, and no test asserts it</td></tr>',
  '<tr><td class="open">✗?</td><td>may not, and no test asserts it</td></tr>',
  '</table>',
].join('\n');

function formatGroup({ title, isBuiltIn, roles }: RoleGroup, outcome: CoverageOutcome): string {
  const name = isBuiltIn ? 'Built-in roles' : `Roles of ${title}`;
  const heads = roles.map(
    ({ role }) => `<th scope="col" title="${escapeHtml(role.title)}">${escapeHtml(role.id)}</th>`,
  );
  const percents = roles.map((covered) => `<td>${formatPercent(figureOfRole(covered))}</td>`);
  return [
    `<h2>${escapeHtml(name)}</h2>`,
    `<div class="wide" role="region" tabindex="0" aria-label="${escapeHtml(name)}">`,
    '<table class="map">',
    `<thead><tr><th scope="col">permission</th>${heads.join('')}</tr></thead>`,
    ...formatCategories(roles, outcome),
    `<tfoot><tr><th scope="row">asserted</th>${percents.join('')}</tr></tfoot>`,
    '</table>',
    '</div>',
  ].join('\n');
}

function formatCategories(roles: readonly RoleCoverage[], outcome: CoverageOutcome): string[] {
  const cells = roles[0]?.pairs.map(({ cell }) => cell) ?? [];
  const categories = new Set(cells.map(({ permission }) => permission.category));
  return [...categories].map((category) => {
    const rows = cells.flatMap((cell, index) =>
      cell.permission.category === category ? [formatRow(cell, index, roles, outcome)] : [],
    );
    const heading = `<tr><th scope="rowgroup" colspan="${roles.length + 1}">${escapeHtml(category)}</th></tr>`;
    return ['<tbody>', heading, ...rows, '</tbody>'].join('\n');
  });
}

function formatRow(cell: Cell, index: number, roles: readonly RoleCoverage[], outcome: CoverageOutcome): string {
  const signs = roles.map((covered) => formatPair(covered, covered.pairs[index], outcome));
  const title = escapeHtml(cell.permission.title);
  return `<tr><th scope="row" title="${title}">${escapeHtml(formatCell(cell))}</th>${signs.join('')}</tr>`;
}

function formatPair({ role }: RoleCoverage, pair: CoveragePair | undefined, { display }: CoverageOutcome): string {
  if (!pair) return '<td></td>';
  const { cell, decision, assertedAt } = pair;
  const sign = decision === 'allow' ? '✓' : '✗';
  const says = `${role.id} ${decision === 'allow' ? 'may' : 'may not'} ${formatCell(cell)}`;
  if (assertedAt.length === 0) {
    return `<td class="open" title="${escapeHtml(`${says}: no test asserts it`)}">${sign}?</td>`;
  }
  const shown = assertedAt.slice(0, mostLines).map(({ file, line }) => `${display(file)}:${line}`);
  const more = assertedAt.length > shown.length ? ` and ${assertedAt.length - shown.length} more` : '';
  const heat = assertedAt.length === 1 ? 'few' : assertedAt.length === 2 ? 'some' : 'many';
  const title = escapeHtml(`${says}: ${shown.join(', ')}${more}`);
  return `<td class="${decision === 'allow' ? 'may' : 'not'} ${heat}" title="${title}">${sign}</td>`;
}

const mostLines = 3;

function formatGaps(covered: RoleCoverage, { report, display }: CoverageOutcome): string[] {
  const lines = gapLines(covered, report.baseline, Infinity);
  if (lines.length === 0) return [];
  const place = `${display(covered.role.position.file)}:${covered.role.position.line}`;
  const name = nameOfRole(covered.role).replaceAll('`', '');
  const list = lines.map((line) => `<br><code>${escapeHtml(line)}</code>`);
  return [`<li>${escapeHtml(name)}, ${escapeHtml(place)}${list.join('')}</li>`];
}

function formatBaseline(baseline: readonly Cell[]): string {
  if (baseline.length === 0) return '';
  const names = baseline.map((cell) => `<code>${escapeHtml(formatCell(cell))}</code>`);
  return [
    '<h2>Not counted</h2>',
    `<p>Every member may do what the baseline has, whatever roles they hold: ${names.join(', ')}.</p>`,
  ].join('\n');
}

/** The colours of the coverage map, for light and dark. Contrast is at least 4.5 to 1; every sign reads without them. */
export const coverageStyle = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1c1e21; --line: #c9ced6; --head: #f1f3f6;
  --may-few: #d3ecd6; --may-some: #a9dbb0; --may-many: #7cc886;
  --not-few: #dbe6f8; --not-some: #b5cdf1; --not-many: #8fb4ea;
  --open: #fff4d6; --open-line: #b35900;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16181c; --text: #e8eaee; --line: #414751; --head: #22262d;
    --may-few: #1d3a24; --may-some: #255233; --may-many: #2e6b41;
    --not-few: #1e2c47; --not-some: #263c66; --not-many: #2f4d87;
    --open: #3d2f0c; --open-line: #ffb454;
  }
}
body { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
code, tbody th[scope=row] { font-family: ui-monospace, monospace; font-size: .9em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
caption { font-weight: 600; text-align: left; }
th, td { border: 1px solid var(--line); padding: .15rem .5rem; }
thead th, tfoot th, tfoot td, th[scope=rowgroup] { background: var(--head); }
th { font-weight: 500; text-align: left; }
th[scope=rowgroup] { font-weight: 700; }
.map thead th:not(:first-child), .map td { min-width: 4.5rem; text-align: center; }
.legend td:first-child { min-width: 3rem; text-align: center; }
.may.few { background: var(--may-few); } .may.some { background: var(--may-some); } .may.many { background: var(--may-many); }
.not.few { background: var(--not-few); } .not.some { background: var(--not-some); } .not.many { background: var(--not-many); }
.open { background: var(--open); font-weight: 700; outline: 1px dashed var(--open-line); outline-offset: -2px; }
@media print { body { margin: 0; max-width: none; } td { print-color-adjust: exact; } }
`;
