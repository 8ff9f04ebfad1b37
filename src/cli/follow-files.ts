import { messageOf } from '../policy/errors.ts';
import type { LivePolicy, ReloadOutcome } from '../store/live-policy.ts';
import { PolicyWatcher } from '../store/policy-watcher.ts';
import type { ServeSetup } from './serve-options.ts';

/** Reloads when files change; `onCheck` is told what each look at the files found. */
export function followFiles(
  live: LivePolicy,
  { root, pollMs, log }: ServeSetup,
  onCheck: (found: ReloadOutcome) => void,
): Promise<PolicyWatcher> {
  return PolicyWatcher.start(root, async (trigger, changed) => onCheck(await live.reload(trigger, changed)), {
    onError: (error) => log.warn({ reason: messageOf(error) }, 'a folder cannot be watched; it is polled'),
    pollMs,
  });
}
