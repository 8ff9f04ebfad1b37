import { printable } from './printable.ts';

/*
 * Whatever a policy, a path, a branch or a person is called, in Markdown it is either plain words or code. So it makes no
 * heading, list, table, link, picture, HTML, mention, reference or formula, in CommonMark and in what GitHub and GitLab make
 * of a text once it is rendered, which no backslash keeps from them.
 */

/** A user's text as code, as it stands: between more backticks than it has in a row itself. */
export function codeSpan(text: string): string {
  const shown = shownIn(text);
  let longest = 0;
  for (const run of shown.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** The same in a table, which ends a cell at a `|`, in code too, and takes a backslash before one for its own. */
export function codeCell(text: string): string {
  if (!text.includes('|')) return codeSpan(text);
  if (!/[\\`]/.test(text)) return codeSpan(text).replaceAll('|', '\\|');
  // Each sign as its number: nothing is left that could mean something.
  const numbers = shownIn(text).replaceAll(/[^\p{L}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
  return `<code>${numbers}</code>`;
}

// Code without anything in it would be two backticks that look for others.
function shownIn(text: string): string {
  return text === '' ? ' ' : printable(text.toWellFormed());
}

// Letters, digits, pictures and punctuation that Markdown has no use for within a line. A colon, a dot or a percent sign
// ends a word, or it may begin an address, a picture by name, a milestone; a dash joins words, or it may be a rule or a list.
const plainWords =
  /^(?:[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\u200d\ufe0f ,;'"()×→–—…’“”?]|[.:%!](?=[ ,;)"]|$)|\.(?=\p{N})|[-/](?=[\p{L}\p{N}]))*$/u;
// Numbers of commits and issues, which become links, and what would begin a list.
const meaningful = /\b(?:[0-9a-f]{7,}|GH-\d+)\b|^ *\d+[.)](?!\d)|www\.|^ *-/i;

/** A user's text among words, in a line that begins otherwise: as it stands where it is plain words, else as code. */
export function wordsOf(text: string, code = codeSpan): string {
  if (text === '' || (plainWords.test(text) && !meaningful.test(text))) return text;
  return code(text);
}

/**
 * A sentence of rolebook, which has names in backticks: code here, too. A name that has backticks of its own ends its code
 * early; what then stands outside is taken for a user's text, as all of it is.
 */
export function sentenceOf(text: string, code = codeSpan): string {
  const parts = printable(text.toWellFormed()).split('`');
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return code(part);
      // Two codes that touch would be another one.
      return part === '' && index > 0 && index < last ? ' ' : apart(part, code);
    })
    .join('');
}

// Blanks stay outside, so that words and code stand apart.
function apart(part: string, code: (text: string) => string): string {
  const words = part.trim();
  const shown = words === '' ? '' : wordsOf(words, code);
  if (shown === words) return part;
  const start = part.indexOf(words);
  return `${part.slice(0, start) || ' '}${shown}${part.slice(start + words.length) || ' '}`;
}
