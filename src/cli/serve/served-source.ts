import type { RuntimeMembers } from '../../engine/runtime-members.ts';
import type { GitHook, MemberDatabase } from '../../http/endpoint/sidecar-context.ts';
import type { CacheReporter } from '../../http/status/cache-document.ts';
import type { ChangeDesk } from '../../store/changes/asked-change.ts';
import type { Fleet } from '../../store/database/following/fleet.ts';
import type { Lifetime } from '../../store/lifetime.ts';
import type { ChangeBudget } from '../../store/live/change-budget.ts';
import type { FollowedPolicy, MemberNews, NextPolicy } from '../../store/live/policy-source.ts';
import type { ServeOptions, ServeSetup } from './serve-options.ts';
import type { ServeIo } from './serve-output.ts';

/** Source of the policy as `serve` works with it, of whatever kind; it is closed with its lifetime. */
export interface OpenSource {
  readonly live: FollowedPolicy;
  /** Where memberships are kept that are given at run time. */
  readonly database?: MemberDatabase;
  /** Calls `listener` after each look at a branch that is published to that database. */
  readonly onBranchLook?: ((listener: () => void) => void) | undefined;
  readonly gitHook?: GitHook | undefined;
  /** Where the policy is changed. */
  readonly changes?: ChangeDesk;
  /** What was changed where nothing is changed here. */
  readonly history?: Pick<ChangeDesk, 'list'>;
  /** The sidecars of that database. */
  readonly fleet?: Pick<Fleet, 'tell'>;
  /** Where the policy is kept on disk. */
  readonly cache?: CacheReporter | undefined;
  readonly pool?: PoolSource;
  /** Follows it from now on, and resolves after the first look. */
  readonly start: () => Promise<void>;
}

/** The needs of several workers of a source whose memberships change at run time. */
export interface PoolSource {
  /** All that is live, for a worker that has nothing yet. */
  readonly whole: () => NextPolicy | undefined;
  /** Those that decide now. */
  readonly members: () => RuntimeMembers;
  /** Calls `listener` in the very turn in which memberships changed. */
  readonly onMembers: (listener: (news: MemberNews) => void) => void;
}

export interface SourceSurroundings {
  readonly options: ServeOptions;
  readonly setup: ServeSetup;
  readonly io: ServeIo;
  readonly lifetime: Lifetime;
  /** What a new policy may change at once. */
  readonly budget?: ChangeBudget | undefined;
  /** Waited for before another policy becomes live. */
  readonly beforeLive?: (next: NextPolicy) => Promise<void>;
}
