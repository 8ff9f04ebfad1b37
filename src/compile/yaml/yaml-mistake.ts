import { limits } from '../../policy/limits.ts';
import type { ProblemCode } from '../../policy/problem.ts';

/** A part of a text that js-yaml could not read, in a policy author's words, and between which offsets it stands. */
export interface YamlMistake {
  readonly code: ProblemCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly help: string | undefined;
}

type Explanation = (reason: string, offset: number, text: string) => YamlMistake | undefined;

/** js-yaml tells where it gave up and by which rule; what was meant is mostly to be seen on the line. */
export function explainMistake(reason: string, offset: number, text: string): YamlMistake {
  for (const explain of explanations) {
    const mistake = explain(reason, offset, text);
    if (mistake) return mistake;
  }
  return syntax(offset, offset + 1, `not valid YAML: ${reason}`);
}

// The order counts: from what is certain to what is only likely.
const explanations: readonly Explanation[] = [
  explainNesting,
  explainAliasOrAnchor,
  explainVersion,
  explainTab,
  explainUnclosed,
  explainFlow,
  explainEscape,
  explainControlCharacter,
  explainReservedStart,
  explainTrailing,
  explainColon,
  explainMissingColon,
  explainIndentation,
];

function explainNesting(reason: string, offset: number): YamlMistake | undefined {
  if (!reason.startsWith('nesting exceeded')) return undefined;
  const help = 'the deepest policy file has seven; look for a bracket too many';
  return {
    code: 'too-deep',
    start: offset,
    end: offset + 1,
    message: `nested deeper than ${limits.fileDepth} levels`,
    help,
  };
}

function explainAliasOrAnchor(reason: string, offset: number): YamlMistake | undefined {
  if (reason.startsWith('name of an anchor')) {
    return syntax(
      offset - 1,
      offset,
      'a text that begins with `&` needs quotes',
      'without them it names a YAML anchor',
    );
  }
  if (!reason.includes('alias')) return undefined;
  const help = 'put quotes round a grant that begins with `*`: `"*"`';
  return { code: 'yaml-alias', start: offset - 1, end: offset, message: 'an unquoted `*` begins a YAML alias', help };
}

function explainVersion(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (!reason.startsWith('unacceptable YAML version')) return undefined;
  const { start, line } = lineAt(Math.max(0, offset - 1), text);
  return syntax(
    start,
    start + line.trimEnd().length,
    'this YAML version is not known',
    'take the line away; policies are YAML 1.2',
  );
}

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

function explainUnclosed(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (reason !== 'deficient indentation' && !/^unexpected end of the \w+ within a (single|double|flow)/.test(reason))
    return undefined;
  const opener = findUnclosed(text.slice(0, offset));
  if (opener < 0) return undefined;
  const sign = text.charAt(opener);
  const closer = { '[': ']', '{': '}' }[sign] ?? sign;
  return syntax(
    opener,
    opener + 1,
    `this \`${sign}\` is never closed`,
    `close it with \`${closer}\`, and indent every line up to there`,
  );
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

function explainEscape(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (reason !== 'unknown escape sequence') return undefined;
  const help = 'in double quotes `\\` has a meaning of its own; use single quotes';
  return syntax(offset - 1, offset + 1, `\`\\${text.charAt(offset)}\` means nothing in YAML`, help);
}

function explainControlCharacter(reason: string, offset: number): YamlMistake | undefined {
  if (!reason.includes('non-printable')) return undefined;
  return syntax(
    offset,
    offset + 1,
    'a control character stands here',
    'take it away; it cannot be seen in every editor',
  );
}

function explainReservedStart(_reason: string, offset: number, text: string): YamlMistake | undefined {
  const sign = text.charAt(offset);
  if (sign === '`') return syntax(offset, offset + 1, 'a text that begins with a backtick needs quotes', 'as in `"…"`');
  if (sign !== '@' && sign !== '%') return undefined;
  const { end } = lineAt(offset, text);
  const word = /^[^\s:,#]+/.exec(text.slice(offset, end))?.[0] ?? sign;
  return syntax(
    offset,
    offset + word.length,
    `a text that begins with \`${sign}\` needs quotes`,
    `write \`"${word}"\``,
  );
}

function explainTrailing(_reason: string, offset: number, text: string): YamlMistake | undefined {
  const sign = text.charAt(offset);
  const before = text.slice(lineAt(offset, text).start, offset).trimEnd().at(-1) ?? '';
  if ((before === '"' || before === "'") && sign !== ':') {
    return syntax(offset, offset + 1, 'something follows a closing quote', 'put the quotes round the whole text');
  }
  if (before === ']' || before === '}') {
    return syntax(
      offset,
      offset + 1,
      `something follows the closing \`${before}\``,
      'put it inside, or on a line of its own',
    );
  }
  if (sign !== ']' && sign !== '}') return undefined;
  return syntax(offset, offset + 1, `this \`${sign}\` closes nothing`, 'take it away, or open it before');
}

function explainColon(_reason: string, offset: number, text: string): YamlMistake | undefined {
  if (text.charAt(offset) !== ':') return undefined;
  const { start, line } = lineAt(offset, text);
  const [key = ''] = /^.*?:\s+/.exec(line.slice(0, offset - start)) ?? [];
  if (key === '') return undefined;
  // Searched from the left: a replacement would look at a long run of blanks once from each of them.
  const rest = line.slice(key.length);
  const comment = rest.search(/\s#/);
  const value = rest.slice(0, comment < 0 ? undefined : comment).trimEnd();
  const at = start + key.length;
  return syntax(
    at,
    at + value.length,
    'a text that holds `: ` needs quotes',
    `write \`"${value.replaceAll('"', '\\"')}"\``,
  );
}

// `ana member` goes on in the next line, so js-yaml only stumbles over the colon there.
function explainMissingColon(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (reason.includes('multiline key')) return withoutColon(lineAt(text.slice(0, offset).trimEnd().length, text));
  const { start, line } = lineAt(offset, text);
  if (text.charAt(offset) !== ':' || start === 0) return undefined;
  const above = lineAt(start - 1, text);
  const entry = above.line.trim();
  if (entry === '' || /:(\s|$)|^[-#]/.test(entry) || indentOf(above.line) !== indentOf(line)) return undefined;
  return withoutColon(above);
}

function withoutColon({ start, line }: { start: number; line: string }): YamlMistake {
  const at = start + indentOf(line);
  return syntax(at, at + line.trim().length, 'a line without a colon and a blank', 'an entry is written `key: value`');
}

function explainIndentation(reason: string, offset: number, text: string): YamlMistake | undefined {
  if (!/^bad indentation|^end of the stream/.test(reason)) return undefined;
  const { start, line } = lineAt(offset, text);
  const at = start + indentOf(line);
  const end = start + line.trimEnd().length;
  return syntax(
    at,
    Math.max(end, at + 1),
    'this line does not line up with those above it',
    'the entries of a mapping, and the dashes of a list, begin in one column',
  );
}

// The bracket or quote that is still open at the end. A quote opens only where a value can begin: `don't` holds none.
function findUnclosed(text: string): number {
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
  return open.at(-1) ?? -1;
}

function beginsValue(at: number, text: string): boolean {
  return /(^|[\n[{,]|: |- )\s*$/.test(text.slice(Math.max(0, at - 40), at));
}

function lineAt(offset: number, text: string): { start: number; end: number; line: string } {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const end = endOfLine(offset, text);
  return { start, end, line: text.slice(start, end) };
}

function endOfLine(offset: number, text: string): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function syntax(start: number, end: number, message: string, help?: string): YamlMistake {
  return { code: 'yaml-syntax', start, end, message, help };
}
