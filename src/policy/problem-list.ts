import { problemSeverities, type Problem, type ProblemCode, type Severity } from './problem.ts';

/** The numbers of problems that there are of each weight, those that are not told among them. */
export interface ProblemCounts {
  readonly errors: number;
  readonly warnings: number;
}

/**
 * The problems of a file or of a policy. One file can have half a million, and nobody reads as many: the first of each
 * weight are told, and all are counted, so that no error is lost behind warnings.
 */
export class ProblemList {
  readonly told: Problem[] = [];
  readonly #most: number;
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0 };
  readonly #untold: Record<Severity, number> = { error: 0, warning: 0 };

  constructor(most: number) {
    this.#most = most;
  }

  get counts(): ProblemCounts {
    return { errors: this.#counts.error, warnings: this.#counts.warning };
  }

  /** All there are, told or not. */
  get count(): number {
    return this.#counts.error + this.#counts.warning;
  }

  get hasErrors(): boolean {
    return this.#counts.error > 0;
  }

  /** Counts a problem and says whether it is to be told: making one for nothing would take long. */
  takes(code: ProblemCode): boolean {
    const severity = problemSeverities[code];
    this.#counts[severity] += 1;
    const isTold = this.#counts[severity] - this.#untold[severity] <= this.#most;
    if (!isTold) this.#untold[severity] += 1;
    return isTold;
  }

  add(problem: Problem): void {
    if (this.takes(problem.code)) this.told.push(problem);
  }

  /** Without those that were told before, where some can come again. */
  addAll(more: readonly Problem[] | ProblemList, before?: ReadonlySet<Problem>): void {
    for (const problem of more instanceof ProblemList ? more.told : more) {
      if (before?.has(problem) !== true) this.add(problem);
    }
    if (!(more instanceof ProblemList)) return;
    this.addUntold(more.#untold.error, more.#untold.warning);
  }

  /** Those of which nothing more is known. */
  addUntold(errors: number, warnings = 0): void {
    this.#counts.error += errors;
    this.#untold.error += errors;
    this.#counts.warning += warnings;
    this.#untold.warning += warnings;
  }
}

/** The first of them, errors before warnings where not all can be told; in the order they came in. */
export function firstProblems(problems: readonly Problem[], most: number): readonly Problem[] {
  if (problems.length <= most) return problems;
  const errors = problems.filter(({ severity }) => severity === 'error').slice(0, most);
  const warnings = problems.filter(({ severity }) => severity === 'warning').slice(0, most - errors.length);
  const told = new Set([...errors, ...warnings]);
  return problems.filter((problem) => told.has(problem));
}
