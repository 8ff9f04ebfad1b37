import { createProblem, type Problem, type ProblemCode, type Span } from '../policy/problem.ts';
import type { ParsedFile } from './parsed-file.ts';
import type { YamlPath } from './yaml-document.ts';
import type { WrittenEntries, YamlPlaces } from './yaml-places.ts';

/** Collects the problems of one file, each placed by its path in the file. */
export class FileReport {
  readonly problems: Problem[] = [];
  readonly #places: YamlPlaces;

  constructor({ places }: Pick<ParsedFile<unknown>, 'places'>) {
    if (!places) throw new Error('a file that is not YAML is not compiled');
    this.#places = places;
  }

  onKey(code: ProblemCode, path: YamlPath, message: string, help?: string): void {
    this.problems.push(createProblem(code, this.#places.locate(path, 'key'), message, help));
  }

  onValue(code: ProblemCode, path: YamlPath, message: string, help?: string): void {
    this.problems.push(createProblem(code, this.#places.locate(path, 'value'), message, help));
  }

  /** A problem at a place found earlier. */
  at(code: ProblemCode, span: Span, message: string, help?: string): void {
    this.problems.push(createProblem(code, span, message, help));
  }

  /** What the mapping holds that is the value of a key at the top; undefined when there is none. */
  entriesOf(topKey: string): WrittenEntries | undefined {
    return this.#places.entriesOf(topKey);
  }

  /** The places of the items of the list at a path. */
  itemSpans(path: YamlPath): (index: number) => Span {
    return this.#places.itemsOf(path);
  }

  keySpan(path: YamlPath): Span {
    return this.#places.locate(path, 'key');
  }

  valueSpan(path: YamlPath): Span {
    return this.#places.locate(path, 'value');
  }
}
