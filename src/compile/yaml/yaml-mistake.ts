import { limits } from '../../policy/limits.ts';
import { flowExplanations } from './flow-mistakes.ts';
import { explainLeftMarker } from './merge-conflicts.ts';
import { indentOf, lineAt, syntax, type Explanation, type YamlMistake } from './mistake-place.ts';

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
  explainLeftMarker,
  explainNesting,
  explainAliasOrAnchor,
  explainVersion,
  ...flowExplanations,
  explainEscape,
  explainControlCharacter,
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
