import type { Decision, EnforceRequest, ReasonCode } from '../../policy/decision.ts';
import type { LoadedPolicy } from '../../store/live/policy-source.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

/** Asks the engine and remembers the decision in the metrics and the decision log. Only `granted` allows. */
export function decide(context: SidecarContext, policy: LoadedPolicy, request: EnforceRequest): ReasonCode {
  const atMs = context.now();
  let reason: ReasonCode;
  try {
    const { staleness } = context;
    const isStopped =
      atMs > staleness.freshUntilMs && staleness.denies(request.permission, policy.engine.policy.catalog);
    reason = isStopped ? 'stale-policy' : policy.engine.decide(request, atMs);
  } catch (error) {
    // Error means deny. The engine catches its own; this is for what nobody thought of.
    context.log.error({ err: error }, 'a decision failed');
    reason = 'error';
  }
  record(context, policy, request, reason, atMs);
  return reason;
}

/** The same decision with its reason. */
export function explain(context: SidecarContext, policy: LoadedPolicy, request: EnforceRequest): Decision {
  const atMs = context.now();
  return explainAt(context, policy, request, atMs, () => policy.engine.explain(request, atMs));
}

/** What `decide` says now, to be worked out in a later turn: memberships that change until then change nothing in it. */
export function decideLater(context: SidecarContext, policy: LoadedPolicy, request: EnforceRequest): () => ReasonCode {
  const atMs = context.now();
  const { staleness } = context;
  const isStopped = atMs > staleness.freshUntilMs && staleness.denies(request.permission, policy.engine.policy.catalog);
  const asked = policy.engine.ask(request, atMs);
  return () => {
    const reason = isStopped ? 'stale-policy' : policy.engine.decideAsked(asked);
    record(context, policy, request, reason, atMs);
    return reason;
  };
}

/** The same for `explain`. */
export function explainLater(context: SidecarContext, policy: LoadedPolicy, request: EnforceRequest): () => Decision {
  const atMs = context.now();
  const asked = policy.engine.ask(request, atMs);
  const ask = (): Decision => policy.engine.explainAsked(request, asked);
  return () => explainAt(context, policy, request, atMs, ask);
}

function explainAt(
  context: SidecarContext,
  policy: LoadedPolicy,
  request: EnforceRequest,
  atMs: number,
  ask: () => Decision,
): Decision {
  let decision: Decision;
  try {
    const { staleness } = context;
    const { catalog } = policy.engine.policy;
    decision = atMs > staleness.freshUntilMs ? staleness.adjust(request.permission, ask, catalog) : ask();
  } catch (error) {
    context.log.error({ err: error }, 'a decision failed');
    decision = { decision: false, reason: { code: 'error', message: 'the decision failed, so the answer is no' } };
  }
  record(context, policy, request, decision.reason.code, atMs);
  return decision;
}

function record(
  context: SidecarContext,
  policy: LoadedPolicy,
  request: EnforceRequest,
  reason: ReasonCode,
  atMs: number,
): void {
  context.metrics.countDecision(reason === 'granted');
  if (reason === 'error') context.metrics.countDecisionError();
  else if (reason === 'stale-policy') context.metrics.countStaleDenial();
  context.decisionLog?.record(request, reason, policy.revision, atMs);
  context.shadow?.note(request, reason, policy.revision, atMs);
}
