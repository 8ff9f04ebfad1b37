import { formatPosition } from '../../policy/position.ts';
import type { FollowedPolicy, ReloadOutcome } from '../../store/live/policy-source.ts';
import type { Logger } from '../logging/log.ts';

/** The place that the second policy comes from, as it was written: a folder, or a ref. */
export interface ShadowPlace {
  readonly kind: 'folder' | 'ref';
  readonly name: string;
}

/** The second policy in the process that reads it. */
export interface FollowedShadow {
  readonly place: ShadowPlace;
  readonly policy: FollowedPolicy;
}

const mostProblems = 3;

/** Logs what becomes of the second policy; returns what ends that. Whatever does, live answers stay as they are. */
export function logShadow({ place, policy }: FollowedShadow, log: Logger): () => void {
  const shadow = place.name;
  let hasFailed = false;
  return policy.onReload((reload) => {
    const { outcome, revision, durationMs } = reload;
    if (outcome === 'failed') logFailure(shadow, reload, log);
    else if (outcome === 'loaded' || hasFailed) {
      log.info({ shadow, revision, ms: Math.round(durationMs) }, 'the shadow policy was loaded');
    }
    hasFailed = outcome === 'failed';
  });
}

function logFailure(shadow: string, { revision, error, problems, problemCounts }: ReloadOutcome, log: Logger): void {
  const errors = problems.filter(({ severity }) => severity === 'error').slice(0, mostProblems);
  const places = errors.map((problem) => `${formatPosition(problem)}: ${problem.message}`);
  const stays = revision === undefined ? 'nothing is compared' : 'the last good one is compared';
  const found = {
    shadow,
    revision,
    reason: error,
    problems: problemCounts.errors,
    ...(places.length > 0 && { places }),
  };
  log.error(found, `the shadow policy could not be loaded: ${stays}; live answers are not touched`);
}
