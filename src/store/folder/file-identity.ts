import type { BigIntStats } from 'node:fs';

/** The numbers that tell one state of a file from another without reading it; as git's index does. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** Where it really is, relative to the root, when symbolic links lead to it. */
  readonly place?: string;
}

// Kernels stamp times from a clock that ticks up to every 10 ms, network file systems more coarsely: a file written
// twice within one tick looks the same both times. Git calls such an entry racy, and looks again.
const racyMs = 100n;

export function identityOf(stats: BigIntStats): FileIdentity {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return { dev, ino, size, mtimeNs, ctimeNs };
}

export function isSameIdentity(left: FileIdentity, right: FileIdentity): boolean {
  return (
    left.ctimeNs === right.ctimeNs &&
    left.mtimeNs === right.mtimeNs &&
    left.size === right.size &&
    left.ino === right.ino &&
    left.dev === right.dev
  );
}

/** Whether a later write could have left this identity as it is, so that the file must be read again next time. */
export function isRacy(identity: FileIdentity, readAtMs: number): boolean {
  return BigInt(Math.floor(readAtMs)) - identity.ctimeNs / 1_000_000n < racyMs;
}
