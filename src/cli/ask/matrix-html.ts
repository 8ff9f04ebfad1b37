import { createHash } from 'node:crypto';
import { isAtOrganization } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import type { CellState } from '../../review/access/role-matrix.ts';
import { escapeHtml } from '../report/escape-html.ts';
import { asideNotes, countGiven, type MatrixCategory, type MatrixLine } from './matrix-layout.ts';
import { matrixScript } from './matrix-script.ts';
import { matrixStyle } from './matrix-style.ts';
import { kindsOfRole, legendOf, sayCell, titleOf, type MatrixOutcome } from './matrix-words.ts';

/**
 * One page that needs nothing else, so it can be opened from a file, mailed or put behind any address. What it may run is
 * named by its hash, and nothing may be fetched.
 */
export function matrixAsHtml(outcome: MatrixOutcome): string {
  const title = escapeHtml(titleOf(outcome));
  const notes = asideNotes(outcome.categories);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">`,
    `<title>${title}: roles and permissions</title>`,
    `<style>${matrixStyle}</style>`,
    '</head>',
    '<body>',
    symbols,
    '<a class="skip" href="#matrix">Skip to the matrix</a>',
    '<main>',
    `<h1>${title}</h1>`,
    `<p class="sub">${describePlace(outcome)}</p>`,
    formatTools(notes.length > 0),
    formatLegend(outcome),
    '<div class="scroll" id="matrix" tabindex="0" role="region" aria-label="Roles and permissions">',
    formatTable(outcome),
    '</div>',
    ...notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
    '</main>',
    `<script>${matrixScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const contentPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(matrixStyle)}`,
  `script-src ${hashOf(matrixScript)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const drawings: Readonly<Partial<Record<CellState | 'caution', string>>> = {
  own: '<circle cx="9" cy="9" r="7" fill="currentColor"/><path d="m5.9 9.3 2.1 2.1 4.1-4.7" fill="none" stroke="var(--surface)" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/>',
  inherited:
    '<circle cx="9" cy="9" r="6.3" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="m5.9 9.3 2.1 2.1 4.1-4.7" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>',
  everybody: '<circle cx="9" cy="9" r="2.6" fill="currentColor"/>',
  denied:
    '<circle cx="9" cy="9" r="6.3" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="m4.7 13.3 8.6-8.6" stroke="currentColor" stroke-width="1.6"/>',
  'taken-out':
    '<circle cx="9" cy="9" r="6.3" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2.4 2.2"/><path d="M6.2 9h5.6" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/>',
  'off-plan':
    '<rect x="4" y="8" width="10" height="7" rx="1.5" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M6.3 8V6a2.7 2.7 0 0 1 5.4 0v2" fill="none" stroke="currentColor" stroke-width="1.4"/>',
  caution:
    '<path d="M9 3 15.5 14.5h-13Z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/><path d="M9 7.2v3.2M9 12.4v.01" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/>',
};

const symbols = [
  '<svg hidden><defs>',
  ...Object.entries(drawings).map(
    ([name, drawing]) => `<symbol id="g-${name}" viewBox="0 0 18 18">${drawing}</symbol>`,
  ),
  '</defs></svg>',
].join('');

function drawn(name: keyof typeof drawings, label: string | undefined): string {
  const said = label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${escapeHtml(label)}"`;
  return `<svg class="g" ${said}><use href="#g-${name}"/></svg>`;
}

function describePlace({ place, policy, categories, roles }: MatrixOutcome): string {
  const permissions = new Set(categories.flatMap(({ lines }) => lines.map(({ permission }) => permission))).size;
  const counts = `${roles.length} roles and ${permissions} permissions`;
  const revision = `Revision <code>${escapeHtml(policy.revision)}</code>.`;
  if (!place) return `${counts}, the same in every workspace. ${revision}`;
  const { id, plan } = place.organization;
  const on = plan === undefined ? '' : `, on the plan <code>${escapeHtml(plan)}</code>`;
  const company = id === undefined ? '' : ` of <code>${escapeHtml(id)}</code>`;
  if (isAtOrganization(place)) return `${counts}${company}, the same in all its workspaces${on}. ${revision}`;
  return `${counts} of workspace <code>${escapeHtml(place.id)}</code>${company}${on}. ${revision}`;
}

function formatTools(hasAside: boolean): string {
  return [
    '<div class="tools" hidden>',
    '<input type="search" aria-label="Find a permission or a role" placeholder="Find a permission or a role" autocomplete="off" spellcheck="false">',
    ...(hasAside
      ? ['<label><input type="checkbox" id="aside" autocomplete="off">Also what every member may</label>']
      : []),
    '<button type="button" id="fold">Fold all</button>',
    '<p class="found" role="status"></p>',
    '</div>',
  ].join('\n');
}

function formatLegend(outcome: MatrixOutcome): string {
  const items = legendOf(outcome).map(([state, meaning]) => {
    return `<li class="${state}">${drawn(state, undefined)}<span>${escapeHtml(meaning)}</span></li>`;
  });
  return `<ul class="legend" aria-label="Signs">${items.join('')}<li><span>blank: not given</span></li></ul>`;
}

function formatTable(outcome: MatrixOutcome): string {
  const { roles, categories } = outcome;
  const counts = countGiven(categories, roles.length);
  const heads = roles.map((role, index) => {
    const about = role.description === undefined ? '' : ` title="${escapeHtml(role.description)}"`;
    return [
      `<th scope="col"${about} data-find="${escapeHtml(`${role.title} ${role.id}`.toLowerCase())}">`,
      `<b>${escapeHtml(role.title)}</b>`,
      ...kindsOfRole(role).map((kind) => `<span class="kind">${escapeHtml(kind)}</span>`),
      `<span class="n">${counts[index] ?? 0}<span class="sr"> permissions</span></span></th>`,
    ].join('');
  });
  return [
    '<table>',
    '<caption class="sr">Each row is a permission, each column a role</caption>',
    `<thead><tr><th scope="col">Permission</th>${heads.join('')}</tr></thead>`,
    ...categories.map((category) => formatCategory(category, outcome)),
    '</table>',
  ].join('\n');
}

function formatCategory({ title, lines }: MatrixCategory, outcome: MatrixOutcome): string {
  const count = new Set(lines.map(({ permission }) => permission)).size;
  const heading = `<button type="button" aria-expanded="true">${escapeHtml(title)} <span class="n">${count}</span></button>`;
  return [
    '<tbody>',
    `<tr class="group"><th scope="rowgroup" colspan="${outcome.roles.length + 1}">${heading}</th></tr>`,
    ...lines.map((line) => formatLine(line, outcome)),
    '</tbody>',
  ].join('\n');
}

function formatLine(line: MatrixLine, { roles, display }: MatrixOutcome): string {
  const { permission, scopes, cells, isAside } = line;
  const { id, title, category, caution, requires } = permission;
  const name = scopes.length === 0 ? id : `${id}@${scopes.join('+')}`;
  const data = {
    id,
    name,
    find: [title, id, category, ...scopes].join(' ').toLowerCase(),
    ...(caution === undefined ? {} : { caution: `Caution: ${caution}` }),
    ...(requires.length === 0 ? {} : { requires: `Needs ${requires.join(', ')}` }),
  };
  const attributes = Object.entries(data).map(([key, value]) => ` data-${key}="${escapeHtml(value)}"`);
  const marks = roles.map((role, index) => {
    const cell = cells[index] ?? { state: 'none' as const };
    const why = sayCell(cell, role);
    const at = cell.position && formatPosition({ ...cell.position, file: display(cell.position.file) });
    const line = at === undefined ? '' : ` data-at="${escapeHtml(at)}"`;
    const sign = cell.state in drawings ? drawn(cell.state, why) : `<span class="sr">${escapeHtml(why)}</span>`;
    const said = escapeHtml(`${role.title}: ${why}`);
    return `<td class="${cell.state}" title="${said}" data-why="${escapeHtml(why)}"${line}>${sign}</td>`;
  });
  const head = [
    `<button type="button" aria-expanded="false">${escapeHtml(title)}</button>`,
    scopes.length === 0 ? '' : `<span class="scope">${escapeHtml(scopes.join(', '))}</span>`,
    caution === undefined ? '' : drawn('caution', 'caution'),
  ];
  return `<tr class="row${isAside ? ' aside' : ''}"${attributes.join('')}><th scope="row"><div>${head.join('')}</div></th>${marks.join('')}</tr>`;
}
