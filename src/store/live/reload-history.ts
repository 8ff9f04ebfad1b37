import { messageOf } from '../../policy/errors.ts';
import { comparePositions } from '../../policy/position.ts';
import type { ReloadOutcome, Verdict } from './live-policy.ts';

/** The last reload, and who is told of the next ones. */
export class ReloadHistory {
  readonly #listeners = new Set<(outcome: ReloadOutcome) => void>();
  #last: ReloadOutcome | undefined;

  get last(): ReloadOutcome | undefined {
    return this.#last;
  }

  /** Calls `listener` after every reload that had something to say; returns what ends that. */
  onReload(listener: (outcome: ReloadOutcome) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(reload: ReloadOutcome): void {
    this.#last = reload;
    for (const listener of this.#listeners) tell(listener, reload);
  }
}

// A listener that throws must not end all reloads to come.
function tell(listener: (outcome: ReloadOutcome) => void, outcome: ReloadOutcome): void {
  try {
    listener(outcome);
  } catch (error) {
    process.emitWarning(`a reload listener failed: ${messageOf(error)}`);
  }
}

/** Whether a reload failed for the very reason that is known. */
export function isSameFailure(next: Verdict, last: ReloadOutcome): boolean {
  if (next.outcome !== 'failed' || last.outcome !== 'failed') return false;
  if (next.error !== undefined || last.error !== undefined) return next.error === last.error;
  return saysTheSame(next, last);
}

function saysTheSame(next: Verdict, last: Verdict): boolean {
  if (next.problems === last.problems) return true;
  const { errors, warnings } = next.problemCounts;
  if (errors !== last.problemCounts.errors || warnings !== last.problemCounts.warnings) return false;
  return next.problems.every((problem, index) => {
    const other = last.problems[index];
    return other?.code === problem.code && other.message === problem.message && !comparePositions(problem, other);
  });
}

/** Whether a reload found, without a failure before it, what is live already. */
export function isSameSuccess(next: Pick<ReloadOutcome, 'outcome'>, last: ReloadOutcome): boolean {
  return next.outcome === 'unchanged' && last.outcome !== 'failed';
}
