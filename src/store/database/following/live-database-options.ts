import type { CompileProgress } from '../../../compile/compile-policy.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import type { ChangeBudget } from '../../live/change-budget.ts';
import type { NextPolicy, ReloadOutcome } from '../../live/policy-source.ts';
import type { KeptPolicy } from '../cache/policy-cache.ts';
import type { WriteFaults } from './write-faults.ts';

export interface LiveDatabaseOptions {
  /** What the path of an SQLite file is relative to. */
  readonly cwd: string;
  readonly now?: () => number;
  readonly judgementClock?: () => number;
  /** How often to look although no news came. */
  readonly pollMs?: number | undefined;
  /** Told now and then while a compilation goes on. */
  readonly onProgress?: (progress: CompileProgress) => void;
  /** Told what each look at the database found. */
  readonly onLook?: (found: ReloadOutcome) => void;
  readonly kept?: KeptPolicy | undefined;
  /** Told when memberships cannot be written. */
  readonly writeFaults?: WriteFaults;
  /** What a release may change at once. */
  readonly budget?: ChangeBudget | undefined;
  /** Told of memberships that give less than was given while a release is kept back, each time that they change. */
  readonly onCutMembers?: (cut: readonly RuntimeMember[]) => void;
  /** Waited for before another release becomes live. If it fails the last good one stays. */
  readonly beforeLive?: ((next: NextPolicy) => Promise<void>) | undefined;
}
