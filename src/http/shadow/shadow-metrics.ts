import type { Registry } from 'prom-client';
import type { FollowedPolicy } from '../../store/live/policy-source.ts';
import { addCounter, addGauge } from '../metrics/collected-metrics.ts';
import type { ShadowJudge } from './shadow-judge.ts';

/** Adds both, of a process that reads the second policy and answers. */
export function registerShadow(
  { judge, followed }: { readonly judge: ShadowJudge; readonly followed: { readonly policy: FollowedPolicy } },
  registry: Registry,
): void {
  registerShadowJudge(judge, registry);
  registerShadowPolicy(followed.policy, registry);
}

/** Adds what a process that answers has compared. */
export function registerShadowJudge(judge: ShadowJudge, registry: Registry): void {
  const compared = 'Decisions that the shadow policy made, too.';
  addCounter(registry, 'rolebook_shadow_decisions_total', compared, (counter) => counter.inc(judge.compared));
  addCounter(
    registry,
    'rolebook_shadow_differences_total',
    'Decisions that the shadow policy would have made otherwise: `shadow` is what it says, `reason` that of the denial.',
    (counter) => {
      for (const { shadow, reason, count } of judge.differences) counter.inc({ shadow, reason }, count);
    },
    ['shadow', 'reason'],
  );
  addCounter(
    registry,
    'rolebook_shadow_skipped_total',
    'Decisions that were not compared, and why.',
    (counter) => {
      for (const [reason, count] of Object.entries(judge.skipped)) counter.inc({ reason }, count);
    },
    ['reason'],
  );
  const dropped = 'Lines of the shadow log that were not written.';
  addCounter(registry, 'rolebook_shadow_log_dropped_total', dropped, (counter) => counter.inc(judge.droppedLines));
}

/** Adds how the second policy is, in the process that reads it. */
export function registerShadowPolicy(shadow: FollowedPolicy, registry: Registry): void {
  const info = 'The revision of the shadow policy, as a label.';
  addGauge(
    registry,
    'rolebook_shadow_revision_info',
    info,
    (gauge) => {
      if (shadow.current) gauge.set({ revision: shadow.current.revision }, 1);
    },
    ['revision'],
  );
  const stale = '1 while the shadow policy cannot be loaded; live answers are the same.';
  addGauge(registry, 'rolebook_shadow_stale', stale, (gauge) => gauge.set(isShadowStale(shadow) ? 1 : 0));
}

export function isShadowStale(shadow: FollowedPolicy): boolean {
  return shadow.isStale || shadow.current === undefined;
}
