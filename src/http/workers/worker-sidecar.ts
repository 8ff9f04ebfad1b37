import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { CompileProgress } from '../../compile/compile-policy.ts';
import type { ChangeDesk, ChangeFilter, ChangeList, ChangeMode } from '../../store/changes/asked-change.ts';
import { GivenPolicy } from '../../store/live/given-policy.ts';
import { processClock } from '../../store/process-clock.ts';
import type { AccessControl } from '../access/access-control.ts';
import type { ConsoleFiles } from '../console/console-files.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { AuditLog } from '../logging/audit-log.ts';
import { Ceilings } from '../ceilings/ceilings.ts';
import { DecisionLog } from '../logging/decision-log.ts';
import { ShadowJudge, shadowLogName } from '../shadow/shadow-judge.ts';
import { registerRemembered } from '../budget/budget-metrics.ts';
import { RememberedRequests } from '../budget/remembered-requests.ts';
import { registerShadowJudge } from '../shadow/shadow-metrics.ts';
import { GivenShadow } from './given-shadow.ts';
import { type Listening, startListening } from '../listening.ts';
import type { Logger } from '../logging/log.ts';
import { Metrics } from '../metrics/metrics.ts';
import { type Port, ProcessLink, RefusedCall } from './process-link.ts';
import { unpackFailure } from './passed-failure.ts';
import { unpackChange } from './passed-change.ts';
import { RolebookError } from '../../policy/errors.ts';
import { PrimarySink } from './shared-log-sink.ts';
import type { GitHook, SidecarContext } from '../endpoint/sidecar-context.ts';
import { Staleness, type StalenessLimit } from '../../store/live/staleness.ts';
import type { AcceptedConnection } from './accepted-connection.ts';
import type { LinkToPrimary, PrimaryCalls, WorkerCalls, WorkerHandlers } from './worker-calls.ts';

export interface WorkerSidecarOptions {
  /** Where the primary is heard and told. */
  readonly port: Port;
  readonly access: AccessControl;
  /** The pages, and who is signed in to them; undefined: there are none. */
  readonly console?: { readonly files: ConsoleFiles; readonly sessions: Sessions } | undefined;
  /** A review of past decisions, which each worker reads. */
  readonly review?: SidecarContext['review'];
  /** Where the primary has the policy from: a database has memberships and a fleet, too. */
  readonly source: 'folder' | 'database';
  /** Where the primary writes changes when it is asked to; undefined: it makes none. */
  readonly changes?: readonly ChangeMode[] | undefined;
  /** Whether the primary knows what was changed where it changes nothing. */
  readonly history?: 'known' | 'unknown';
  /** What hooks are checked by; whoever reads the repository hears of them. */
  readonly gitHook?: Omit<GitHook, 'hear'> | undefined;
  /** Whether the primary keeps a decision log. */
  readonly decisions: 'logged' | 'unlogged';
  /** Whether the primary has a second policy that answers are compared with, and whether it logs what differs. */
  readonly shadow?: 'off' | 'compared' | 'logged';
  /** Whether the primary judges new policies by what was asked here. */
  readonly requests?: 'remembered' | 'forgotten';
  /** The paths of attributes that its lines have. */
  readonly loggedAttributes?: readonly string[] | undefined;
  /** What becomes of decisions by a policy that is too old. */
  readonly staleness?: StalenessLimit | undefined;
  /** How many lines of the log this process could not write. */
  readonly droppedLogLines?: () => number;
  readonly log: Logger;
}

/** A sidecar that reads no source: the primary gives it the policy, and says when to begin and when to end. */
export class WorkerSidecar {
  readonly #context: SidecarContext;
  readonly #primary: LinkToPrimary;
  readonly #policy: GivenPolicy;
  readonly #shadow: GivenShadow;
  readonly #staleness: Staleness;
  readonly #pages: ConsoleFiles | undefined;
  #server: Server | undefined;
  #listening: Listening | undefined;
  /** Connections since it began. */
  #taken = 0;
  #resolveStopped: () => void = () => undefined;
  /** Resolves when the primary said that it is over, and everything was answered. */
  readonly stopped = new Promise<void>((resolve) => (this.#resolveStopped = resolve));

  constructor({
    port,
    access,
    console: served,
    review,
    source,
    changes,
    history,
    gitHook,
    decisions,
    shadow = 'off',
    requests = 'forgotten',
    loggedAttributes,
    staleness,
    droppedLogLines,
    log,
  }: WorkerSidecarOptions) {
    this.#pages = served?.files;
    this.#primary = new ProcessLink<PrimaryCalls, WorkerCalls>(port, this.#handlers(access, served?.sessions));
    const logging = { log, attributes: loggedAttributes };
    const decisionLog = decisions === 'logged' ? new DecisionLog(new PrimarySink(this.#primary), logging) : undefined;
    this.#staleness = new Staleness(staleness);
    this.#policy = new GivenPolicy({
      reload: () => this.#primary.ask('reload', undefined),
      reach: (wanted, waitMs) => this.#primary.ask('reach', { wanted, waitMs }),
    });
    const metrics = new Metrics(decisionLog, access.refused, droppedLogLines);
    this.#shadow = new GivenShadow(this.#policy, source);
    const differences = shadow === 'logged' ? this.#differences(log) : undefined;
    const judge = shadow === 'off' ? undefined : new ShadowJudge(this.#shadow.engine, differences);
    const remembered = requests === 'remembered' ? new RememberedRequests() : undefined;
    if (remembered) registerRemembered(remembered, metrics.registry);
    if (judge) registerShadowJudge(judge, metrics.registry);
    this.#context = {
      live: this.#policy,
      ...(source === 'database' && this.#database()),
      ...(changes && { changes: this.#changes(changes) }),
      ...(history === 'known' && { history: { list: (filter: ChangeFilter) => this.#listChanges(filter) } }),
      gitHook: gitHook && { ...gitHook, hear: () => this.#primary.tell('hearPush', undefined) },
      review,
      access,
      sessions: served?.sessions,
      audit: new AuditLog(log),
      decisionLog,
      shadow: judge,
      remembered,
      budget: remembered && { accept: (policy) => this.#primary.ask('acceptPolicy', policy) },
      metrics,
      ceilings: new Ceilings(metrics.registry),
      whole: {
        describePolicy: () => this.#primary.ask('describePolicy', undefined),
        reportMetrics: () => this.#primary.ask('reportMetrics', undefined),
      },
      log,
      now: processClock.now,
      staleness: this.#staleness,
      lifecycle: { isStopping: false },
    };
    served?.sessions.tellOthers((ended) => this.#primary.ask('endSession', ended));
    this.#primary.tell('join', undefined);
  }

  #differences(log: Logger): DecisionLog {
    return new DecisionLog(new PrimarySink(this.#primary, 'writeDifferences'), { log, name: shadowLogName });
  }

  // Whoever reads the database writes to it, too: what is judged there is what holds.
  #database(): Required<Pick<SidecarContext, 'database' | 'fleet'>> {
    const policy = this.#policy;
    const primary = this.#primary;
    return {
      database: {
        get members() {
          return policy.members;
        },
        change: async (request) => unpackChange(await primary.ask('changeMember', request)),
        removeSubject: async (request) => unpackChange(await primary.ask('removeSubject', request)),
      },
      fleet: {
        tell: async () => {
          const passed = await primary.ask('readFleet', undefined).catch((error: unknown) => {
            throw error instanceof RefusedCall ? new RolebookError('unavailable', error.message) : error;
          });
          if (passed.kind === 'failed') throw unpackFailure(passed);
          return passed.reading;
        },
      },
    };
  }

  // One process writes, so one judges what is to be written.
  #changes(modes: readonly ChangeMode[]): ChangeDesk {
    const primary = this.#primary;
    const unreachable = (error: unknown): never => {
      throw error instanceof RefusedCall ? new RolebookError('unavailable', error.message) : error;
    };
    return {
      modes,
      ask: async (change) => {
        const passed = await primary.ask('askChange', change).catch(unreachable);
        if (passed.kind === 'failed') throw unpackFailure(passed);
        return passed.answer;
      },
      list: (filter) => this.#listChanges(filter),
    };
  }

  async #listChanges(filter: ChangeFilter): Promise<ChangeList> {
    const passed = await this.#primary.ask('listChanges', filter).catch((error: unknown) => {
      throw error instanceof RefusedCall ? new RolebookError('unavailable', error.message) : error;
    });
    if (passed.kind === 'failed') throw unpackFailure(passed);
    return passed.list;
  }

  #handlers(access: AccessControl, sessions: Sessions | undefined): WorkerHandlers {
    return {
      takeFiles: (files) => this.#policy.take(files),
      beginMembers: (next) => this.#policy.beginMembers(next),
      takeMembers: (members) => this.#policy.takeMembers(members),
      changeMembers: (news) => {
        this.#policy.changeMembers(news);
        for (const { place, subject } of news.members) this.#context.shadow?.memberChanged(place, subject);
      },
      takeShadowFiles: (files) => this.#shadow.take(files),
      swapShadow: (next) => this.#shadow.swap(next, this.#createProgressNote()),
      prepare: (next) => {
        processClock.notBefore(next.judgedAtMs);
        return this.#policy.prepare(next, this.#createProgressNote());
      },
      swap: (digest) => this.#policy.swap(digest),
      noteStanding: (standing) => this.#policy.noteStanding(standing),
      noteWord: (atMs) => {
        // One that is started anew may find the clock set back, and must not decide in a time that is over.
        processClock.notBefore(atMs);
        this.#staleness.hear(atMs);
      },
      listen: () => this.#listen(),
      takeConnection: (wantsWord, connection) => {
        this.#taken += 1;
        if (wantsWord) this.#primary.tell('noteTaken', this.#taken);
        if (connection) this.#take(connection);
      },
      beat: (beat) => this.#primary.tell('noteBeat', { beat, taken: this.#taken }),
      readTokens: () => access.reload().then(() => sessions?.reload()),
      endSession: (ended) => sessions?.noteEnded(ended),
      reportMetrics: () => this.#context.metrics.registry.getMetricsAsJSON(),
      tellRequests: (most) => this.#context.remembered?.list(most) ?? [],
      stop: () => {
        void (this.#listening?.stop() ?? Promise.resolve()).then(this.#resolveStopped);
      },
    };
  }

  async #listen(): Promise<void> {
    this.#listening = await startListening(this.#context, {
      pages: this.#pages,
      bind: (server) => {
        this.#server = server;
        // It has no address of its own. From here on Node watches how long requests take.
        server.emit('listening');
        return Promise.resolve('the primary');
      },
    });
  }

  // As a server does it that accepts by itself: who has sent a request may end its side, and still wants the answer.
  #take(connection: AcceptedConnection): void {
    const options = { handle: connection, allowHalfOpen: true, readable: true, writable: true };
    if (this.#server) this.#server.emit('connection', new Socket(options).setNoDelay(true));
    else connection.close();
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
