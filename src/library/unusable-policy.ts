import { RolebookError } from '../policy/errors.ts';
import { formatPosition } from '../policy/position.ts';
import type { Problem } from '../policy/problem.ts';

/** Fault of files that there is nothing to decide by. */
export class UnusablePolicy extends RolebookError {
  /** Of very many the first. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    const told = first ? `: ${formatPosition(first)}: ${first.message} [${first.code}]` : '';
    const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
    super('configuration', `the policy has problems${told}${more}`, { help: 'run `rolebook lint` on it' });
    this.name = 'UnusablePolicy';
    this.problems = problems;
  }
}
