import { createHash } from 'node:crypto';
import { escapeHtml } from '../report/escape-html.ts';
import type { ReviewOutcome } from './review-outcome.ts';
import { usedBy } from './review-text.ts';
import {
  describeLog,
  describeNeverAsked,
  describeOddities,
  describeWaiver,
  sayHolders,
  sectionsOf,
  summarizeReview,
  type FindingSection,
} from './review-words.ts';

/** One page that needs nothing else and runs nothing, to be mailed to whoever looks over roles once a quarter. */
export function reviewAsHtml(outcome: ReviewOutcome): string {
  const { review } = outcome;
  const never = describeNeverAsked(review);
  const paragraph = (text: string, kind = 'note'): string => `<p class="${kind}">${sentence(text)}</p>`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">`,
    '<title>Review of roles</title>',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    '<h1>Review of roles</h1>',
    paragraph(`${summarizeReview(review)}.`, 'sub'),
    paragraph(`${describeLog(review)}.`),
    ...describeOddities(review).map((odd) => paragraph(odd, 'odd')),
    ...sectionsOf(review).flatMap((section) => sectionLines(section, outcome)),
    ...(never === undefined ? [] : [paragraph(never)]),
    ...(review.waived.length === 0 ? [] : ['<h2>Accepted</h2>']),
    ...review.waived.map(({ finding, waiver }) =>
      paragraph(`\`${finding.id}\` ${finding.message}, until ${waiver.until}: ${waiver.reason}`),
    ),
    ...review.waivers.map((note) => paragraph(describeWaiver(note), 'odd')),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function sectionLines({ kind, heading, findings }: FindingSection, { review, display }: ReviewOutcome): string[] {
  return [
    `<h2 id="${kind}">${escapeHtml(heading)}</h2>`,
    `<div class="scroll" tabindex="0" role="region" aria-labelledby="${kind}"><table>`,
    '<thead><tr><th scope="col">What</th><th scope="col">Evidence</th><th scope="col">Where</th></tr></thead><tbody>',
    ...findings.map((finding) => {
      const { id, message, position, byHand } = finding;
      const evidence = [sayHolders(finding), usedBy(review.roles, finding) ?? '', byHand && `by hand: ${byHand}`];
      const told = evidence.flatMap((text) => (text ? [sentence(text)] : [])).join('<br>');
      const where = position ? escapeHtml(`${display(position.file)}:${position.line}`) : '';
      return `<tr><th scope="row">${sentence(message)} <code>${escapeHtml(id)}</code></th><td>${told}</td><td><code>${where}</code></td></tr>`;
    }),
    '</tbody></table></div>',
  ];
}

// Names stand between backticks; one that has some of its own is shown as it is, in code or outside.
function sentence(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? `<code>${escapeHtml(part)}</code>` : escapeHtml(part)))
    .join('');
}

const style = `
:root { color-scheme: light dark; --text: light-dark(#1b1b19, #ededE9); --soft: light-dark(#52524c, #b6b6ae); --line: light-dark(#d9d9d4, #3a3a37); --odd: light-dark(#7d4d00, #efbf62); }
* { box-sizing: border-box; }
html { background: light-dark(#fbfbf9, #131312); color: var(--text); font: 14px/20px system-ui, sans-serif; }
body { margin: 0 auto; max-width: 1100px; padding: 28px 32px 40px; }
h1 { font-size: 24px; line-height: 32px; margin: 0; }
h2 { font-size: 16px; line-height: 24px; margin: 28px 0 8px; }
p { margin: 4px 0; overflow-wrap: anywhere; }
.sub, .note { color: var(--soft); }
.odd { color: var(--odd); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 8px 12px 8px 0; text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; }
code { font: 12px/16px ui-monospace, monospace; }
@media (max-width: 600px) { body { padding: 20px 16px; } table, tbody, tr, th, td { display: block; } thead { display: none; } }
`;

const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
