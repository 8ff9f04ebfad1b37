import { createProblem, type Problem, type ProblemCode, type Span } from '../policy/problem.ts';
import type { ParsedFile } from './parsed-file.ts';
import type { YamlPath } from './yaml-document.ts';

/** Collects the problems of one file, each placed by its path in the file. */
export class FileReport {
  readonly problems: Problem[] = [];
  readonly #file: Pick<ParsedFile<unknown>, 'locate'>;

  constructor(file: Pick<ParsedFile<unknown>, 'locate'>) {
    this.#file = file;
  }

  onKey(code: ProblemCode, path: YamlPath, message: string, help?: string): void {
    this.problems.push(createProblem(code, this.#file.locate(path, 'key'), message, help));
  }

  onValue(code: ProblemCode, path: YamlPath, message: string, help?: string): void {
    this.problems.push(createProblem(code, this.#file.locate(path, 'value'), message, help));
  }

  /** A problem at a place found earlier. */
  at(code: ProblemCode, span: Span, message: string, help?: string): void {
    this.problems.push(createProblem(code, span, message, help));
  }

  keySpan(path: YamlPath): Span {
    return this.#file.locate(path, 'key');
  }

  valueSpan(path: YamlPath): Span {
    return this.#file.locate(path, 'value');
  }
}
