import { RefusedError } from '../words/errors.ts';

/**
 * The revision of the last change that was made here, which no later answer may be older than. One that the sidecar will
 * never have, as after the policy was moved elsewhere, is forgotten.
 */
export class SeenRevision {
  #revision: string | undefined;

  get current(): string | undefined {
    return this.#revision;
  }

  /** Takes over the revision of an answer to a change. */
  note({ revision }: { readonly revision?: unknown }): void {
    if (typeof revision === 'string') this.#revision = revision;
  }

  /** Asks with a revision, `given` or the one that was seen; once more without that where it is unknown. */
  async ask<Result>(
    given: string | undefined,
    ask: (minRevision: string | undefined) => Promise<Result>,
  ): Promise<Result> {
    const seen = given ?? this.#revision;
    try {
      return await ask(seen);
    } catch (error) {
      const isUnknown = error instanceof RefusedError && error.code === 'unknown-revision';
      if (!isUnknown || given !== undefined || seen === undefined) throw error;
      if (this.#revision === seen) this.#revision = undefined;
      return ask(undefined);
    }
  }
}
