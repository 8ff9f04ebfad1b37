import { assert } from 'chai';
import { parseYaml, type YamlDocument } from '../../src/compile/yaml/yaml-document.ts';
import { textAt } from './policy-texts.ts';

/** The codes of a text's problems, each with its line and the text underlined. */
export function faults(text: string): string[] {
  const { document, problems } = parseYaml('f.yaml', text);
  if (problems.length === 0) return [];
  assert.isUndefined(document, 'a document with problems');
  return problems.map((problem) => `${problem.line} ${problem.code} ${textAt(text, problem)}`);
}

export function parseRight(text: string): YamlDocument {
  const { document, problems } = parseYaml('f.yaml', text);
  assert.deepEqual(problems, [], text);
  return document!;
}
