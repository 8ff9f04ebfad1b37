import { messageOf } from '../../policy/errors.ts';
import type { ChangedPaths } from '../../store/folder/changed-paths.ts';
import type { LivePolicy } from '../../store/live/live-policy.ts';
import type { ReloadOutcome } from '../../store/live/policy-source.ts';
import { PolicyWatcher } from '../../store/watch/policy-watcher.ts';
import { processClock } from '../../store/process-clock.ts';
import type { ServeSetup } from './serve-options.ts';

/** Reloads when files change; `onCheck` is told what each look at the files found, and when it began. */
export function followFiles(
  live: LivePolicy,
  { root, pollMs, log }: ServeSetup,
  onCheck: (found: ReloadOutcome, atMs: number) => void,
): Promise<PolicyWatcher> {
  const look = async (trigger: 'files' | 'poll', changed: ChangedPaths): Promise<void> => {
    const atMs = processClock.now();
    onCheck(await live.reload(trigger, changed), atMs);
  };
  return PolicyWatcher.start(root, look, {
    onError: (error) => log.warn({ reason: messageOf(error) }, 'a folder cannot be watched; it is polled'),
    pollMs,
  });
}
