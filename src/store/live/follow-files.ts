import { PolicyWatcher } from '../watch/policy-watcher.ts';
import type { LivePolicy } from './live-policy.ts';

export interface FollowFilesOptions {
  readonly root: string;
  readonly pollMs: number | undefined;
  /** Told of a folder that is polled only, because it cannot be watched. */
  readonly onUnwatched: (error: Error) => void;
}

/** Reloads when files change. */
export function followFiles(
  live: LivePolicy,
  { root, pollMs, onUnwatched }: FollowFilesOptions,
): Promise<PolicyWatcher> {
  return PolicyWatcher.start(root, (trigger, changed) => live.reload(trigger, changed), {
    onError: onUnwatched,
    pollMs,
  });
}
