import type { Decision, EnforceRequest, ReasonCode } from '../../policy/decision.ts';
import type { LoadedPolicy } from '../../store/live/policy-source.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

/** Asks the engine and remembers the decision in the metrics and the decision log. Only `granted` allows. */
export function decide(
  context: SidecarContext,
  policy: LoadedPolicy,
  request: EnforceRequest,
  requestId: string | undefined,
): ReasonCode {
  const atMs = context.now();
  let reason: ReasonCode;
  try {
    const { staleness } = context;
    const isStopped =
      atMs > staleness.freshUntilMs && staleness.denies(request.permission, policy.engine.policy.catalog);
    reason = isStopped ? 'stale-policy' : policy.engine.decide(request, atMs, context.decisionLog?.by);
  } catch (error) {
    // Error means deny. The engine catches its own; this is for what nobody thought of.
    context.log.error({ err: error }, 'a decision failed');
    reason = 'error';
  }
  if (countDecision(context, reason, request, atMs)) record({ context, policy, request, requestId, atMs }, reason);
  return reason;
}

/** The same decision with its reason. */
export function explain(
  context: SidecarContext,
  policy: LoadedPolicy,
  request: EnforceRequest,
  requestId: string | undefined,
): Decision {
  const atMs = context.now();
  return explainAt({ context, policy, request, requestId, atMs }, () =>
    policy.engine.explain(request, atMs, context.decisionLog?.by),
  );
}

/** What `decide` says now, to be worked out in a later turn: memberships that change until then change nothing in it. */
export function decideLater(
  context: SidecarContext,
  policy: LoadedPolicy,
  request: EnforceRequest,
  requestId: string | undefined,
): () => ReasonCode {
  const atMs = context.now();
  const { staleness } = context;
  const isStopped = atMs > staleness.freshUntilMs && staleness.denies(request.permission, policy.engine.policy.catalog);
  const asked = policy.engine.ask(request, atMs);
  return () => {
    const reason = isStopped ? 'stale-policy' : policy.engine.decideAsked(asked, context.decisionLog?.by);
    if (countDecision(context, reason, request, atMs)) record({ context, policy, request, requestId, atMs }, reason);
    return reason;
  };
}

/** The same for `explain`. */
export function explainLater(
  context: SidecarContext,
  policy: LoadedPolicy,
  request: EnforceRequest,
  requestId: string | undefined,
): () => Decision {
  const atMs = context.now();
  const asked = policy.engine.ask(request, atMs);
  const ask = (): Decision => policy.engine.explainAsked(request, asked, context.decisionLog?.by);
  return () => explainAt({ context, policy, request, requestId, atMs }, ask);
}

/** A decision that is being made. */
interface MadeDecision {
  readonly context: SidecarContext;
  readonly policy: LoadedPolicy;
  readonly request: EnforceRequest;
  readonly requestId: string | undefined;
  readonly atMs: number;
}

function explainAt(deciding: MadeDecision, ask: () => Decision): Decision {
  const { context, policy, request, atMs } = deciding;
  let decision: Decision;
  try {
    const { staleness } = context;
    const { catalog } = policy.engine.policy;
    decision = atMs > staleness.freshUntilMs ? staleness.adjust(request.permission, ask, catalog) : ask();
  } catch (error) {
    context.log.error({ err: error }, 'a decision failed');
    decision = { decision: false, reason: { code: 'error', message: 'the decision failed, so the answer is no' } };
  }
  if (countDecision(context, decision.reason.code, request, atMs)) record(deciding, decision.reason.code);
  return decision;
}

/** Counts a decision, remembers what was asked where that is wanted, and says whether more is told of it: where nothing is, nothing is made for it. */
function countDecision(
  { metrics, decisionLog, shadow, remembered }: SidecarContext,
  reason: ReasonCode,
  request: EnforceRequest,
  atMs: number,
): boolean {
  metrics.countDecision(reason === 'granted');
  if (reason === 'error') metrics.countDecisionError();
  else if (reason === 'stale-policy') metrics.countStaleDenial();
  if (remembered !== undefined) remembered.note(request, atMs);
  return decisionLog !== undefined || shadow !== undefined;
}

function record({ context, policy, request, requestId, atMs }: MadeDecision, reason: ReasonCode): void {
  const { decisionLog, shadow } = context;
  decisionLog?.record(request, reason, policy.revision, atMs, { engine: policy.engine, requestId });
  shadow?.note(request, reason, policy.revision, atMs);
}
