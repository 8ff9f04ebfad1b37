import { limits } from '../../policy/limits.ts';
import { ProblemList } from '../../policy/problem-list.ts';
import { createProblem, type ProblemCode } from '../../policy/problem.ts';
import type { Position, Span } from '../../policy/position.ts';
import type { ParsedFile } from './parsed-file.ts';
import { suggest, type Suggestion } from '../words/suggest.ts';
import { warnOfConverted, type YamlPath } from '../yaml/yaml-document.ts';
import type { WrittenEntries, YamlPositions } from '../yaml/yaml-positions.ts';

type Help = string | Suggestion | undefined;

/** The problems of one file, each placed by its path in the file. */
export class FileReport {
  readonly problems = new ProblemList(limits.fileProblems);
  readonly #positions: YamlPositions;
  #comparisons = 0;

  constructor({ positions, converted }: Pick<ParsedFile<unknown>, 'positions' | 'converted'>) {
    if (!positions) throw new Error('a file that is not YAML is not compiled');
    this.#positions = positions;
    this.problems.addAll(warnOfConverted(converted));
    this.problems.addUntold(0, converted.count - converted.told.length);
  }

  onKey(code: ProblemCode, path: YamlPath, message: string, help?: Help): void {
    if (this.problems.takes(code)) this.#tell(code, this.#positions.locate(path, 'key'), message, help);
  }

  onValue(code: ProblemCode, path: YamlPath, message: string, help?: Help): void {
    if (this.problems.takes(code)) this.#tell(code, this.#positions.locate(path, 'value'), message, help);
  }

  /** A problem at a position found earlier. */
  at(code: ProblemCode, span: Position | Span, message: string, help?: Help): void {
    if (this.problems.takes(code)) this.#tell(code, span, message, help);
  }

  /** What the mapping holds that is the value of a key at the top; undefined when there is none. */
  entriesOf(topKey: string): WrittenEntries | undefined {
    return this.#positions.entriesOf(topKey);
  }

  /** The positions of the items of the list at a path. */
  itemSpans(path: YamlPath): (index: number) => Span {
    return this.#positions.itemsOf(path);
  }

  keySpan(path: YamlPath): Span {
    return this.#positions.locate(path, 'key');
  }

  valueSpan(path: YamlPath): Span {
    return this.#positions.locate(path, 'value');
  }

  #tell(code: ProblemCode, span: Position | Span, message: string, help: Help): void {
    this.problems.told.push(createProblem(code, span, message, this.#word(help)));
  }

  // Thousands of wrong names beside thousands of right ones would take minutes; the first are enough of a hint.
  #word(help: Help): string | undefined {
    if (help === undefined || typeof help === 'string') return help;
    if (this.#comparisons > limits.suggestionComparisons) return undefined;
    const names = [...help.among()];
    this.#comparisons += names.length;
    return suggest(help.text, names);
  }
}
