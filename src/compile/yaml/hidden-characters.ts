import { limits } from '../../policy/limits.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { LineIndex } from './line-index.ts';

/**
 * Characters by which a file means something else than a reviewer reads, wherever they stand, in comments and titles too.
 * YAML ends a line at a lone carriage return, most editors and git do not; some editors end one at the others of the first
 * row. Those of the second row put what follows elsewhere on the line ("Trojan Source", CVE-2021-42574). A byte order mark
 * at the start of a file was taken away before.
 */
const hiddenPattern = /\r(?!\n)|[\u000b\u000c\u0085\u2028\u2029]|[\u202a-\u202e\u2066-\u2069]|\ufeff/g;

const names: Readonly<Record<string, readonly [name: string, help: string]>> = {
  '\r': ['a lone carriage return', 'YAML begins a line here that most editors do not show; end lines with a line feed'],
  '\u000b': ['a vertical tab', 'take it away; some editors begin a line here, YAML does not'],
  '\u000c': ['a form feed', 'take it away; some editors begin a line here, YAML does not'],
  '\u0085': ['a next-line character', 'take it away; some editors begin a line here, YAML does not'],
  '\u2028': ['a line separator', 'take it away; some editors begin a line here, YAML does not'],
  '\u2029': ['a paragraph separator', 'take it away; some editors begin a line here, YAML does not'],
  '\ufeff': ['a byte order mark within the file', 'take it away; nobody sees it'],
};

/** Each as a problem, the first of them when there are many. */
export function findHiddenCharacters(text: string, lines: LineIndex): Problem[] {
  const problems: Problem[] = [];
  for (const { 0: character, index } of text.matchAll(hiddenPattern)) {
    const [name, help] = names[character] ?? describeDirection(character);
    problems.push(createProblem('hidden-character', lines.span(index, index + 1), `${name} stands here`, help));
    if (problems.length === limits.hiddenCharacters) break;
  }
  return problems;
}

function describeDirection(character: string): readonly [name: string, help: string] {
  const code = character.charCodeAt(0).toString(16);
  const help = `what follows is shown elsewhere than it stands; take it away, or write \`"\\u${code}"\` in a title`;
  return ['a character that turns the reading direction', help];
}
