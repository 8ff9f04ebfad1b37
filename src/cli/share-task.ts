import type { PolicyShare, PolicyShares } from '../compile/policy-shares.ts';
import type { ShareJudgement } from '../review/diff/judge-share.ts';

/** What a thread is given, once. */
export interface ShareTask {
  readonly shares: PolicyShares;
  readonly nowMs: number;
  /** The place of the next share that nobody has taken, in memory that all threads see. */
  readonly next: Int32Array;
}

/** What it says of each share it took. */
export interface ShareAnswer {
  readonly index: number;
  /** Undefined: something is wrong in it. */
  readonly judgement: ShareJudgement | undefined;
}

/** The shares that nobody else took, one at a time: whoever is slower takes fewer. */
export function* takeShares(
  shares: readonly PolicyShare[],
  next: Int32Array,
): Generator<readonly [index: number, share: PolicyShare]> {
  for (;;) {
    const index = Atomics.add(next, 0, 1);
    const share = shares[index];
    if (!share) return;
    yield [index, share];
  }
}

/** Leaves nothing to take: one share is at fault, so the others would be judged for nothing. */
export function leaveShares(shares: readonly PolicyShare[], next: Int32Array): void {
  Atomics.store(next, 0, shares.length);
}
