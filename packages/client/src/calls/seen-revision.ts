import { RefusedError } from '../words/errors.ts';

/**
 * The revision of the last change that was made here, which no later answer may be older than. One that the sidecar will
 * never have, as after the policy was moved elsewhere, is forgotten.
 */
export interface SeenRevision {
  readonly current: string | undefined;
  /** Takes over the revision of an answer to a change. */
  note(answer: { readonly revision?: unknown }): void;
  /** Asks with a revision, `given` or the one that was seen; once more without that where it is unknown. */
  ask<Result>(given: string | undefined, ask: (minRevision: string | undefined) => Promise<Result>): Promise<Result>;
}

/** Where no change was made yet. */
export function noRevisionSeen(): SeenRevision {
  let current: string | undefined;
  return {
    get current() {
      return current;
    },
    note({ revision }) {
      if (typeof revision === 'string') current = revision;
    },
    async ask(given, ask) {
      const seen = given ?? current;
      try {
        return await ask(seen);
      } catch (error) {
        const isUnknown = error instanceof RefusedError && error.code === 'unknown-revision';
        if (!isUnknown || given !== undefined || seen === undefined) throw error;
        if (current === seen) current = undefined;
        return ask(undefined);
      }
    },
  };
}
