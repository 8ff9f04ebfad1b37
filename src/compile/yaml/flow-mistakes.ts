import { endOfLine, lineAt, syntax, type Explanation, type YamlMistake } from './mistake-place.ts';

function explainTab(_reason: string, offset: number, text: string): YamlMistake | undefined {
  const { start, line } = lineAt(offset, text);
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  const tab = indent.indexOf('\t');
  if (tab < 0) return undefined;
  return syntax(
    start + tab,
    start + indent.length,
    'a line is indented with a tab',
    'YAML is indented with blanks, never with tabs',
  );
}

function explainTabBetween(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (reason !== 'deficient indentation') return undefined;
  const { start } = lineAt(offset, text);
  const tab = text.slice(start, offset).lastIndexOf('\t');
  if (tab < 0) return undefined;
  const at = start + tab;
  return syntax(at, at + 1, 'a tab stands here', 'write a blank instead; YAML is written with blanks, never with tabs');
}

// Brackets that are closed, by a line that begins no further right than the key.
function explainShallow(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (reason !== 'deficient indentation') return undefined;
  const opener = findOpen(text.slice(0, offset)).at(-1);
  if (opener === undefined || !isClosed(text, opener)) return undefined;
  const sign = text.charAt(opener);
  const { end } = lineAt(offset, text);
  const line = text.slice(offset, end).trimEnd();
  if (text.charAt(offset) !== closers[sign]) {
    const help = 'indent it further than the key, or write the whole in one line';
    return syntax(
      offset,
      offset + line.length,
      `this line stands within the \`${sign}\` above and is not indented`,
      help,
    );
  }
  const message = `this \`${line.charAt(0)}\` begins no further right than its key`;
  return syntax(offset, offset + 1, message, 'indent it by a blank more than the key, or put it behind the last entry');
}

// A bracket on a line of its own, no further right than the key above, is a key to YAML, which then has no colon.
function explainBracketAsKey(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (!/^expected ':'|multiline key/.test(reason)) return undefined;
  const closer = text.slice(0, offset).trimEnd().length - 1;
  const opener = findOpen(text.slice(0, closer)).at(-1);
  if (opener === undefined || closers[text.charAt(opener)] !== text.charAt(closer)) return undefined;
  const { start } = lineAt(opener, text);
  const isFirst = text.slice(start, opener).trim() === '' && text.slice(0, start).trimEnd().endsWith(':');
  if (!isFirst) return undefined;
  const message = `this \`${text.charAt(opener)}\` begins no further right than its key`;
  return syntax(opener, opener + 1, message, 'indent it by a blank more than the key, or put it behind the colon');
}

// Looked for near by: a bracket far below is that of another list.
function isClosed(text: string, opener: number): boolean {
  const near = text.slice(opener, opener + nearCharacters);
  for (let at = 1, tries = 0; at < near.length && tries < closersTried; at += 1) {
    if (near.charAt(at) !== closers[near.charAt(0)]) continue;
    if (findOpen(near.slice(0, at + 1)).length === 0) return true;
    tries += 1;
  }
  return false;
}

const nearCharacters = 16 * 1024;
const closersTried = 10;
const closers: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

function explainUnclosed(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (reason !== 'deficient indentation' && !/^unexpected end of the \w+ within a (single|double|flow)/.test(reason))
    return undefined;
  const opener = findOpen(text.slice(0, offset)).at(-1);
  if (opener === undefined) return undefined;
  const sign = text.charAt(opener);
  const closer = closers[sign] ?? sign;
  return syntax(
    opener,
    opener + 1,
    `this \`${sign}\` is never closed`,
    `close it with \`${closer}\`, and indent every line up to there`,
  );
}

function explainReservedStart(_reason: string, offset: number, text: string): YamlMistake | undefined {
  const sign = text.charAt(offset);
  if (sign === '`') return syntax(offset, offset + 1, 'a text that begins with a backtick needs quotes', 'as in `"…"`');
  if (sign !== '@' && sign !== '%') return undefined;
  const { end } = lineAt(offset, text);
  const word = /^[^\s:,#[\]{}]+/.exec(text.slice(offset, end))?.[0] ?? sign;
  const before = text.slice(lineAt(offset, text).start, offset).trimEnd().at(-1) ?? '';
  const isItem = sign === '@' && ['[', ',', '-'].includes(before);
  const grant = isItem ? `; all that is in a scope is granted with \`"*${word}"\`` : '';
  const help = `write \`"${word}"\`${grant}`;
  return syntax(offset, offset + word.length, `a text that begins with \`${sign}\` needs quotes`, help);
}

function explainFlow(reason: string, offset: number): YamlMistake | undefined {
  if (reason.startsWith('missed comma')) {
    return syntax(
      offset,
      offset + 1,
      'a comma is missing before this',
      'if it belongs to a text that holds `: `, put quotes round the text',
    );
  }
  if (!reason.startsWith('expected the node content')) return undefined;
  return syntax(offset, offset + 1, 'nothing stands before this comma', 'take the comma away');
}

// The brackets and quotes that are still open at the end. A quote opens only where a value can begin: `don't` holds none.
function findOpen(text: string): number[] {
  const open: number[] = [];
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (quote !== '') {
      if (sign === '\\' && quote === '"') at += 1;
      else if (sign === quote) {
        quote = '';
        open.pop();
      }
    } else if (sign === '#' && /^\s?$/.test(text.charAt(at - 1))) at = endOfLine(at, text);
    else if ((sign === '"' || sign === "'") && beginsValue(at, text)) {
      quote = sign;
      open.push(at);
    } else if ((sign === '[' || sign === '{') && (open.length > 0 || beginsValue(at, text))) open.push(at);
    else if (sign === ']' || sign === '}') open.pop();
  }
  return open;
}

function beginsValue(at: number, text: string): boolean {
  return /(^|[\n[{,]|: |- )\s*$/.test(text.slice(Math.max(0, at - 40), at));
}

/** The slips with tabs, brackets and signs, the certain before the likely. */
export const flowExplanations: readonly Explanation[] = [
  explainTab,
  explainTabBetween,
  explainShallow,
  explainBracketAsKey,
  explainUnclosed,
  explainReservedStart,
  explainFlow,
];
