import { type ErrorCode, RolebookError } from '../policy/errors.ts';
import { processClock, watchClock } from '../store/process-clock.ts';
import { DecidingEngine } from './deciding-engine.ts';
import { type FollowedSource, readFollowedSource } from './followed-source.ts';
import { openFollowed, openLoaded } from './open-followed.ts';
import type { PolicyEngine, Reload } from './policy-engine.ts';
import { UnusablePolicy } from './unusable-policy.ts';

/** Options of a policy that is loaded once. */
export interface LoadOptions {
  /** The clock of decisions, in milliseconds since 1970; without one the time of this machine, which never goes back. */
  readonly now?: () => number;
}

/** Options of a policy that is followed. */
export interface FollowOptions extends LoadOptions {
  /** Told of each look at the source that loaded another policy, or failed. */
  readonly onReload?: (reload: Reload) => void;
}

/**
 * Loads the policy of a folder, which decides as it is now. Rejects with a RolebookError where there is nothing to decide by;
 * where files have problems it is an UnusablePolicy that has them.
 */
async function loadPolicy<Permission extends string = string, Scope extends string = string>(
  directory: string,
  options: LoadOptions = {},
): Promise<PolicyEngine<Permission, Scope>> {
  requireOptions(options, ['now']);
  const source = readFollowedSource(directory, '`loadPolicy`');
  if (!('folder' in source)) throw new RolebookError('usage', '`loadPolicy` takes a folder');
  const { now = processClock.now } = options;
  return new DecidingEngine(await openLoaded(source.folder, now), now);
}

/**
 * Follows the policy of a folder, of a branch of a repository, or of a database, as `rolebook serve` does: swapped whole, the
 * last good one kept. Rejects with a RolebookError where there is nothing to decide by at the start.
 */
async function followPolicy<Permission extends string = string, Scope extends string = string>(
  source: FollowedSource,
  options: FollowOptions = {},
): Promise<PolicyEngine<Permission, Scope>> {
  requireOptions(options, ['now', 'onReload']);
  const read = readFollowedSource(source, '`followPolicy`');
  const { now = processClock.now, onReload } = options;
  const opened = await openFollowed(read, now, onReload);
  const endClock = options.now === undefined ? watchClock(() => undefined) : undefined;
  const close = async (): Promise<void> => {
    endClock?.();
    await opened.close();
  };
  return new DecidingEngine({ live: opened.live, close }, now);
}

function requireOptions(options: object, known: readonly (keyof FollowOptions)[]): void {
  const values = options as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(values)) {
    if (!(known as readonly string[]).includes(name)) {
      throw new RolebookError('usage', `there is no option \`${name}\``, {
        help: `there is \`${known.join('`, `')}\``,
      });
    }
    if (value !== undefined && typeof value !== 'function') {
      throw new RolebookError('usage', `the option \`${name}\` is a function`);
    }
  }
}

export { followPolicy, loadPolicy, RolebookError, UnusablePolicy };
export type { ErrorCode };
export type { PublishedSource, FolderSource, FollowedSource, GitSource } from './followed-source.ts';
export type {
  Attributes,
  ExplainedDecision,
  RoleOfPerson,
  PermissionState,
  Permissions,
  PolicyEngine,
  Problem,
  PolicyQuestion,
  Reason,
  Reload,
  Subject,
} from './policy-engine.ts';
