import type { Fleet } from '../store/database/following/fleet.ts';
import type { ChangeDesk } from '../store/changes/asked-change.ts';
import type { FollowedPolicy, ReloadOutcome } from '../store/live/policy-source.ts';
import { processClock } from '../store/process-clock.ts';
import { registerCache, type CacheReporter } from './status/cache-document.ts';
import type { AccessControl } from './access/access-control.ts';
import { AuditLog } from './logging/audit-log.ts';
import { bindServer } from './server/bind-server.ts';
import type { ConnectionCeilings } from './connections/connection-ceilings.ts';
import { Ceilings } from './ceilings/ceilings.ts';
import type { DecisionLog } from './logging/decision-log.ts';
import type { ListenAddress } from './access/listen-address.ts';
import { type Listening, startListening } from './listening.ts';
import type { Logger } from './logging/log.ts';
import { Metrics } from './metrics/metrics.ts';
import { describePolicy, type BesideLive } from './status/policy-document.ts';
import { PolicyMetrics } from './status/policy-metrics.ts';
import { registerBudget, registerRemembered } from './budget/budget-metrics.ts';
import type { RememberedRequests } from './budget/remembered-requests.ts';
import type { ChangeBudget } from '../store/live/change-budget.ts';
import type { ShadowJudge } from './shadow/shadow-judge.ts';
import { registerShadow } from './shadow/shadow-metrics.ts';
import type { FollowedShadow } from './shadow/shadow-report.ts';
import type { ConsoleFiles } from './console/console-files.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { GitHook, SidecarContext, MemberDatabase } from './endpoint/sidecar-context.ts';
import { Staleness } from '../store/live/staleness.ts';
import type { UnreadAnswers } from './messages/unread-answers.ts';

export interface SidecarOptions {
  readonly live: FollowedPolicy;
  /** Where memberships are kept that are given at run time. */
  readonly database?: MemberDatabase | undefined;
  /** Takes hooks of a git server. */
  readonly gitHook?: GitHook | undefined;
  /** Where the policy is changed; whoever made it closes it. */
  readonly changes?: ChangeDesk | undefined;
  /** What was changed where nothing is changed here. */
  readonly history?: Pick<ChangeDesk, 'list'> | undefined;
  /** The sidecars of that database; whoever made it starts and closes it. */
  readonly fleet?: Pick<Fleet, 'tell'> | undefined;
  /** The pages, and who is signed in to them; undefined: there are none. */
  readonly console?: { readonly files: ConsoleFiles; readonly sessions: Sessions } | undefined;
  /** A review of past decisions. */
  readonly review?: SidecarContext['review'];
  readonly listen: ListenAddress;
  readonly access: AccessControl;
  /** Whoever opened it closes it, after the sidecar has stopped. */
  readonly decisionLog?: DecisionLog | undefined;
  /** A second policy, and what answers are compared by it; whoever opened its log closes it. */
  readonly shadow?: { readonly followed: FollowedShadow; readonly judge: ShadowJudge } | undefined;
  /** What new policies are judged by, and what is remembered for that. */
  readonly budget?: { readonly budget: ChangeBudget; readonly remembered: RememberedRequests } | undefined;
  /** How many lines of the log could not be written. */
  readonly droppedLogLines?: () => number;
  readonly log: Logger;
  /** Without it no policy is ever too old. */
  readonly staleness?: Staleness | undefined;
  /** Where the policy is kept on disk; whoever made it closes it. */
  readonly cache?: CacheReporter | undefined;
  readonly now?: () => number;
  /** An instant that everything is decided as of, whatever the time is. */
  readonly decidesAtMs?: number | undefined;
  readonly requestTimeoutMs?: number;
  readonly drainTimeoutMs?: number;
  /** How many connections it may hold, unless it is to ask the system. */
  readonly ceilings?: ConnectionCeilings;
  readonly unreadAnswers?: UnreadAnswers;
}

export interface Sidecar extends Listening {
  /**
   * For whoever polls: a poll that finds the files unchanged is no reload, but it says how they were at `atMs`, when it
   * began; by default now.
   */
  noteCheck(found: ReloadOutcome, atMs?: number): void;
}

/** The sidecar in one process: it reads the files and answers. */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const {
    live,
    database,
    changes,
    history,
    fleet,
    console: served,
    listen,
    access,
    decisionLog,
    shadow,
    droppedLogLines,
    log,
    cache,
    staleness = new Staleness(),
    now = clockOf(options),
    requestTimeoutMs,
    drainTimeoutMs,
    ceilings,
    unreadAnswers,
  } = options;
  const metrics = new Metrics(decisionLog, access.refused, droppedLogLines);
  if (shadow) registerShadow(shadow, metrics.registry);
  const policyMetrics = new PolicyMetrics(live, metrics.registry, staleness);
  const whole = {
    describePolicy: () => describePolicy(live, staleness, besideOf(options)),
    reportMetrics: () => metrics.registry.metrics(),
  };
  if (cache) registerCache(cache, metrics.registry);
  const context: SidecarContext = {
    live,
    database,
    changes,
    history,
    gitHook: options.gitHook,
    fleet,
    review: options.review,
    access,
    sessions: served?.sessions,
    audit: new AuditLog(log),
    decisionLog,
    shadow: shadow?.judge,
    ...(options.budget && judgingOf(options.budget, live, metrics)),
    metrics,
    ceilings: new Ceilings(metrics.registry, unreadAnswers),
    whole,
    log,
    now,
    staleness,
    lifecycle: { isStopping: false },
  };
  const stopCounting = policyMetrics.follow(live);
  const { address, stop } = await startListening(context, {
    bind: (server) => bindServer(server, listen),
    pages: served?.files,
    requestTimeoutMs,
    drainTimeoutMs,
    ceilings,
  });
  return {
    address,
    noteCheck: (found, atMs = now()) => policyMetrics.noteCheck(found, atMs),
    stop: async () => {
      await stop();
      stopCounting();
      staleness.close();
    },
  };
}

/** What a process that answers has of a budget. */
function judgingOf(
  { budget, remembered }: NonNullable<SidecarOptions['budget']>,
  live: FollowedPolicy,
  { registry }: Metrics,
): Pick<SidecarContext, 'budget' | 'remembered'> {
  registerBudget(budget, registry);
  registerRemembered(remembered, registry);
  return { remembered, budget: { accept: (policy) => budget.accept(policy, live) } };
}

function besideOf({ cache, decidesAtMs, shadow, budget }: SidecarOptions): BesideLive {
  return { cache, decidesAtMs, shadow: shadow?.followed, budget: budget?.budget };
}

function clockOf({ decidesAtMs }: SidecarOptions): () => number {
  return decidesAtMs === undefined ? processClock.now : () => decidesAtMs;
}
