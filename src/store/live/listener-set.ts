import { messageOf } from '../../policy/errors.ts';

/** Listeners that are told of something; one that throws must not keep it from the others, nor from happening again. */
export class ListenerSet<Told> {
  readonly #what: string;
  readonly #listeners = new Set<(told: Told) => void>();

  /** `what` they are, for a warning: `a reload listener`. */
  constructor(what: string) {
    this.#what = what;
  }

  /** Has `listener` told from now on; returns what ends that. */
  add(listener: (told: Told) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(told: Told): void {
    for (const listener of this.#listeners) {
      try {
        listener(told);
      } catch (error) {
        process.emitWarning(`${this.#what} failed: ${messageOf(error)}`);
      }
    }
  }
}
