import type { CompileProgress } from '../compile/compile-policy.ts';
import { GivenPolicy } from '../store/given-policy.ts';
import { processClock } from '../store/process-clock.ts';
import type { AccessControl } from './access-control.ts';
import { bindSharedServer } from './bind-server.ts';
import { DecisionLog } from './decision-log.ts';
import { type Listening, startListening } from './listening.ts';
import type { Logger } from './log.ts';
import { Metrics } from './metrics.ts';
import { type Port, ProcessLink } from './process-link.ts';
import { PrimarySink } from './shared-log-sink.ts';
import type { SidecarContext } from './sidecar-context.ts';
import { Staleness, type StalenessLimit } from './staleness.ts';
import type { LinkToPrimary, PrimaryCalls, WorkerCalls, WorkerHandlers } from './worker-calls.ts';

export interface WorkerSidecarOptions {
  /** Where the primary is heard and told. */
  readonly port: Port;
  readonly access: AccessControl;
  /** Whether the primary keeps a decision log. */
  readonly decisions: 'logged' | 'unlogged';
  /** What becomes of decisions by a policy that is too old. */
  readonly staleness?: StalenessLimit | undefined;
  readonly log: Logger;
}

/** A sidecar that reads no files: the primary gives it the policy, and says when to begin and when to end. */
export class WorkerSidecar {
  readonly #context: SidecarContext;
  readonly #primary: LinkToPrimary;
  readonly #policy: GivenPolicy;
  readonly #staleness: Staleness;
  #listening: Listening | undefined;
  #resolveStopped: () => void = () => undefined;
  /** Resolves when the primary said that it is over, and everything was answered. */
  readonly stopped = new Promise<void>((resolve) => (this.#resolveStopped = resolve));

  constructor({ port, access, decisions, staleness, log }: WorkerSidecarOptions) {
    this.#primary = new ProcessLink<PrimaryCalls, WorkerCalls>(port, this.#handlers(access));
    const decisionLog = decisions === 'logged' ? new DecisionLog(new PrimarySink(this.#primary), { log }) : undefined;
    this.#staleness = new Staleness(staleness);
    this.#policy = new GivenPolicy(() => this.#primary.ask('reload', undefined));
    this.#context = {
      live: this.#policy,
      access,
      decisionLog,
      metrics: new Metrics(decisionLog),
      whole: {
        describePolicy: () => this.#primary.ask('describePolicy', undefined),
        reportMetrics: () => this.#primary.ask('reportMetrics', undefined),
      },
      log,
      now: processClock.now,
      staleness: this.#staleness,
      lifecycle: { isStopping: false },
    };
    this.#primary.tell('join', undefined);
  }

  #handlers(access: AccessControl): WorkerHandlers {
    return {
      takeFiles: (files) => this.#policy.take(files),
      prepare: (release) => {
        processClock.notBefore(release.judgedAtMs);
        return this.#policy.prepare(release, this.#createProgressNote());
      },
      swap: (revision) => this.#policy.swap(revision),
      noteStale: (isStale) => {
        this.#policy.isStale = isStale;
      },
      noteWord: (atMs) => {
        // One that is started anew may find the clock set back, and must not decide in a time that is over.
        processClock.notBefore(atMs);
        this.#staleness.hear(atMs);
      },
      listen: async (reserved) => {
        this.#listening = await startListening(this.#context, {
          bind: (server) => bindSharedServer(server, reserved),
        });
        return this.#listening.address;
      },
      readTokens: () => access.reload(),
      reportMetrics: () => this.#context.metrics.registry.getMetricsAsJSON(),
      stop: async () => {
        await this.#listening?.stop();
        this.#resolveStopped();
      },
    };
  }

  #createProgressNote(): (progress: CompileProgress) => void {
    let lastMs = performance.now();
    return () => {
      if (performance.now() - lastMs < progressIntervalMs) return;
      lastMs = performance.now();
      this.#primary.tell('noteProgress', undefined);
    };
  }
}

/** Often enough for `workerSilenceMs`, and no burden. */
const progressIntervalMs = 500;
