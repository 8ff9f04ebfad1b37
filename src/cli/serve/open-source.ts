import type { MemberDatabase } from '../../http/endpoint/member-database.ts';
import { createProgressLog } from '../../http/logging/reload-log.ts';
import type { CacheReporter } from '../../http/status/cache-document.ts';
import { messageOf } from '../../policy/errors.ts';
import type { Fleet } from '../../store/database/following/fleet.ts';
import { PolicyDirectory } from '../../store/folder/policy-directory.ts';
import { followFiles } from '../../store/live/follow-files.ts';
import { LivePolicy } from '../../store/live/live-policy.ts';
import type { FollowedPolicy, MemberNews, Release } from '../../store/live/policy-source.ts';
import { databaseFromVariable } from '../command/database-variable.ts';
import type { Lifetime } from './lifetime.ts';
import type { ServeOptions, ServeSetup } from './serve-options.ts';
import type { ServeIo } from './serve-output.ts';

/** Source of the policy as `serve` works with it, of whatever kind; it is closed with its lifetime. */
export interface OpenSource {
  readonly live: FollowedPolicy;
  /** Where memberships are kept that are given at run time. */
  readonly database?: MemberDatabase;
  /** The sidecars of that database. */
  readonly fleet?: Pick<Fleet, 'tell'>;
  /** Where the policy is kept on disk. */
  readonly cache?: CacheReporter | undefined;
  readonly pool?: PoolSource;
  /** Follows it from now on, and resolves after the first look. */
  readonly start: () => Promise<void>;
}

/** What several workers need of a source whose memberships change at run time. */
export interface PoolSource {
  /** All that is live, for a worker that has nothing yet. */
  readonly whole: () => Release | undefined;
  /** Calls `listener` in the very turn in which memberships changed. */
  readonly onMembers: (listener: (news: MemberNews) => void) => void;
}

export interface SourceSurroundings {
  readonly options: ServeOptions;
  readonly setup: ServeSetup;
  readonly io: ServeIo;
  readonly lifetime: Lifetime;
  /** Waited for before another policy becomes live. */
  readonly beforeLive?: (release: Release) => Promise<void>;
}

/** Opens what the options name. Nothing is read before `start`. */
export async function openSource(surroundings: SourceSurroundings): Promise<OpenSource> {
  const { options, io } = surroundings;
  if (options.database === undefined) return openFolder(surroundings);
  const url = options.database === '-' ? databaseFromVariable(io) : options.database;
  return (await import('./open-database-source.ts')).openDatabaseSource(surroundings, url);
}

function openFolder({ setup, lifetime, beforeLive }: SourceSurroundings): OpenSource {
  const { root, pollMs, log } = setup;
  const live = new LivePolicy(new PolicyDirectory(root), {
    onProgress: createProgressLog(log),
    ...(beforeLive && { beforeLive }),
  });
  const onUnwatched = (error: Error): void =>
    log.warn({ reason: messageOf(error) }, 'a folder cannot be watched; it is polled');
  let lastReading: Promise<void> | undefined;
  lifetime.add('the policy folder', () => lastReading);
  const start = async (): Promise<void> => {
    // Watching begins before the first reading, so that no change falls in between.
    const watcher = await followFiles(live, { root, pollMs, onUnwatched });
    // Not waited for here: a reading may wait for workers, which the end of the pool ends.
    lifetime.add('the watching of files', () => {
      lastReading = watcher.close();
    });
    await live.reload('start');
  };
  return { live, start };
}
