import { createHash } from 'node:crypto';
import { escapeHtml } from '../report/escape-html.ts';
import { printable } from '../report/printable.ts';
import type { ReplayOutcome } from './replay-outcome.ts';
import {
  countOf,
  describeExample,
  describePeople,
  describeReasons,
  describeReplay,
  notesOfReplay,
  placeOfDecision,
  summarizeReplay,
} from './replay-words.ts';

const style = `
:root{color-scheme:light dark;--line:light-dark(#d0d4da,#3a4048);--soft:light-dark(#5a6472,#a3adba);--denied:light-dark(#a1242f,#ff9aa2);--allowed:light-dark(#7a4d00,#f0c674)}
body{font:15px/1.5 system-ui,sans-serif;margin:0;padding:1.5rem;max-width:75rem}
h1{font-size:1.3rem;margin:0 0 .5rem}
p{color:var(--soft);margin:.25rem 0}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;min-width:48rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line)}
td:nth-child(3){text-align:right;font-variant-numeric:tabular-nums}
.denied{color:var(--denied)}.allowed{color:var(--allowed)}
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
small{color:var(--soft)}`;

const contentPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** A replay as one page that needs nothing else and runs nothing. */
export function replayAsHtml(outcome: ReplayOutcome): string {
  const { report, limit } = outcome;
  const groups = report.groups.slice(0, limit);
  const rows = groups.map((group) => {
    const place = placeOfDecision(group, outcome);
    const by = place === undefined ? '' : `, ${code(place)}`;
    return [
      `<tr><td class="${group.change}">${group.change}</td><td>${code(group.permission)}</td><td>${group.count}</td>`,
      `<td>${describePeople(group, outcome, code)}</td>`,
      `<td>${describeReasons(group, code)}${by}<br><small>${describeExample(group, code)}</small></td></tr>`,
    ].join('');
  });
  const head = ['answer', 'permission', 'how often', 'for whom', 'why'].map((text) => `<th scope="col">${text}</th>`);
  const more = report.groups.length - groups.length;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">`,
    '<title>What would have been different</title>',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escapeHtml(summarizeReplay(outcome))}</h1>`,
    `<p>${describeReplay({ ...outcome, from: outcome.from && escapeHtml(printable(outcome.from)) }, code)}</p>`,
    ...(rows.length === 0
      ? []
      : [
          '<div class="scroll" tabindex="0" role="region" aria-label="Differences">',
          `<table><thead><tr>${head.join('')}</tr></thead><tbody>`,
          ...rows,
          '</tbody></table></div>',
        ]),
    ...(more > 0 ? [`<p>… and ${countOf(more, 'kind')} more</p>`] : []),
    ...notesOfReplay(outcome).map((note) => `<p>${escapeHtml(note)}</p>`),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function code(text: string): string {
  return `<code>${escapeHtml(printable(text))}</code>`;
}
