import type { CachedPolicy } from './policy-cache.ts';

/** The policy that was kept of a database, to decide by when it does not answer at the start. */
export interface KeptPolicy {
  /** Undefined: there is nothing that can be used. */
  readonly read: () => Promise<CachedPolicy | undefined>;
  /** Told when it is live, or why it cannot be. */
  readonly onUse: (kept: CachedPolicy, fault: string | undefined) => void;
}
