import { createProblem, type Problem } from '../../policy/problem.ts';
import { modelText } from '../casbin/casbin-model.ts';
import { decodeFile } from '../file/parsed-file.ts';
import type { SourceFile } from '../file/policy-files.ts';

/**
 * `model.conf` must say what rolebook writes rows for: with another model the same rows could decide anything.
 * Comments, blank lines and blanks round a definition do not matter.
 */
export function checkModel(file: SourceFile): Problem[] {
  const { text, problems } = decodeFile(file);
  if (text === undefined) return problems;
  const found = significantLines(text);
  const expected = significantLines(modelText);
  for (let index = 0; index < Math.max(found.length, expected.length); index += 1) {
    const [foundLine, expectedLine] = [found[index], expected[index]];
    if (foundLine?.text === expectedLine?.text) continue;
    const foundAt = foundLine ?? found.at(-1) ?? { line: 1, raw: '' };
    const span = { file: file.path, line: foundAt.line, column: 1, length: Math.max(1, foundAt.raw.trimEnd().length) };
    const message = 'this is not the model that rolebook writes rows for';
    return [createProblem('model-mismatch', span, message, describeDifference(foundLine?.text, expectedLine?.text))];
  }
  return [];
}

function describeDifference(found: string | undefined, expected: string | undefined): string {
  if (expected === undefined) return 'nothing may stand here; `rolebook compile --out .` writes the right file';
  const where = found === undefined ? 'after this line' : 'here';
  return `${where} must stand \`${expected}\`; \`rolebook compile --out .\` writes the right file`;
}

function significantLines(text: string): { line: number; text: string; raw: string }[] {
  return text
    .split(/\r?\n/)
    .map((raw, index) => ({ line: index + 1, text: raw.trim().replaceAll(/\s+/g, ' '), raw }))
    .filter((entry) => entry.text !== '' && !entry.text.startsWith('#') && !entry.text.startsWith(';'));
}
