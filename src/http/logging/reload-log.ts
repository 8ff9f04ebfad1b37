import type { CompileProgress } from '../../compile/compile-policy.ts';
import { formatPosition } from '../../policy/position.ts';
import type { FollowedPolicy, ReloadOutcome } from '../../store/live/policy-source.ts';
import { isSameFailure } from '../../store/live/reload-queue.ts';
import type { Logger } from './log.ts';

/** Logs every reload that changed something or failed; returns what ends it. */
export function logReloads(live: FollowedPolicy, log: Logger): () => void {
  let failed: ReloadOutcome | undefined;
  return live.onReload((reload) => {
    const isBack = failed && reload.outcome === 'unchanged';
    const isKnown = failed !== undefined && isSameFailure(reload, failed);
    failed = reload.outcome === 'failed' ? reload : undefined;
    if (isBack) log.info({ trigger: reload.trigger, revision: reload.revision }, 'the policy can be read again');
    else if (reload.outcome === 'loaded') logLoaded(reload, live, log);
    else if (reload.outcome === 'failed') logFailed(reload, isKnown, log);
    else log.debug({ trigger: reload.trigger, revision: reload.revision }, 'the policy files say the same as before');
  });
}

/** Logs how far a long compilation is, once a second, beginning with the second second. */
export function createProgressLog(log: Logger): (progress: CompileProgress) => void {
  let lastMs: number | undefined;
  let lastDone = 0;
  return ({ done, total }) => {
    const nowMs = performance.now();
    if (lastMs === undefined || done < lastDone) lastMs = nowMs;
    lastDone = done;
    if (nowMs - lastMs < 1000) return;
    lastMs = nowMs;
    log.info({ done, total }, `compiling the policy: ${Math.min(99, Math.floor((done / total) * 100))} %`);
  };
}

function logLoaded(reload: ReloadOutcome, live: FollowedPolicy, log: Logger): void {
  const { trigger, revision, durationMs } = reload;
  const { workspaces, members, customRoles } = live.current?.counts ?? {};
  const ms = Math.round(durationMs);
  log.info({ revision, trigger, ms, workspaces, members, customRoles }, 'the policy was loaded');
  warnOfMissing(live, log);
}

const mostMissing = 10;

// The policy decides all the same: whoever has to be there can be given the role at run time.
function warnOfMissing({ missingHolders }: FollowedPolicy, log: Logger): void {
  for (const { place, role, message } of missingHolders.slice(0, mostMissing)) {
    log.warn({ [place.kind]: place.id, role: role.id }, message);
  }
  const untold = missingHolders.length - mostMissing;
  if (untold > 0) log.warn({ untold }, `${untold} more roles have too few holders`);
}

// Whoever asks for the files to be read again and again is not told the same each time.
function logFailed(reload: ReloadOutcome, isKnown: boolean, log: Logger): void {
  const { trigger, revision, error, problems } = reload;
  const errors = problems.filter((problem) => problem.severity === 'error');
  for (const problem of isKnown ? [] : errors) {
    const { code, message, help } = problem;
    const place = formatPosition(problem);
    log.error({ code, place, help }, `${place}: ${message}`);
  }
  const untold = isKnown ? undefined : reload.problemCounts.errors - errors.length || undefined;
  const stays = revision === undefined ? 'no policy is live' : 'the last good policy stays live';
  const count = reload.problemCounts.errors;
  log.error({ trigger, revision, problems: count, untold, error }, `the policy could not be loaded: ${stays}`);
}
