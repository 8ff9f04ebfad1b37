import { printable } from './printable.ts';

/** A user's text as Markdown shows it as it stands: between more backticks than it has in a row itself. */
export function codeSpan(text: string): string {
  const shown = printable(text);
  let longest = 0;
  for (const run of shown.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
