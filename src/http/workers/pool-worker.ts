import type { EndedSession } from '../sessions/session.ts';
import type { EnforceRequest } from '../../policy/decision.ts';
import type { Worker } from 'node:cluster';
import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import { messageOf } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { shortenDigest } from '../../policy/text/revision-text.ts';
import { inOrder } from '../../store/turns.ts';
import type { MemberNews, NextPolicy, NextMembers, SourceStanding } from '../../store/live/policy-source.ts';
import type { AcceptedConnection } from './accepted-connection.ts';
import { GivenAway } from './given-away.ts';
import { Handovers } from './handover.ts';
import { Heartbeat } from './heartbeat.ts';
import { type Patience, ProcessLink, RefusedCall } from './process-link.ts';
import type { LinkToWorker, MetricsReport, PrimaryCalls, PrimaryHandlers, WorkerCalls } from './worker-calls.ts';

/** The signs of a worker that concern nobody but its `PoolWorker`. */
export type WorkerSigns = 'noteTaken' | 'noteBeat';

/** The way a worker did what it was asked: `refused` by one that is well, `lost` with one that is not. */
export type Readiness = { readonly kind: 'prepared' } | { readonly kind: 'refused' | 'lost'; readonly reason: string };

export interface PoolWorkerOptions {
  /** Told of one that does not react any more, before it is killed. */
  readonly onSilence?: () => void;
  /** How long it may take to say that it is there. */
  readonly joinMs?: number | undefined;
}

/** As much as a slice of compilation takes. */
const membersPerMessage = 1000;

const atWork: Patience = { silenceMs: limits.workerSilenceMs };

/** One worker, as the primary sees it. What it is asked for is done in the order of asking. */
export class PoolWorker {
  readonly pid: number | undefined;
  readonly startedAt = new Date();
  /** Resolves when it has ended, with how it did: `exit code 3`, `SIGKILL`. */
  readonly ended: Promise<string>;
  readonly #process: Worker['process'];
  readonly #link: LinkToWorker;
  readonly #files = new GivenAway((files) => this.#link.ask('takeFiles', files, atWork));
  readonly #shadowFiles = new GivenAway((files) => this.#link.ask('takeShadowFiles', files, atWork));
  readonly #shadowInOrder = inOrder();
  readonly #inOrder = inOrder();
  #digest: string | undefined;
  #loadedAt: Date | undefined;
  /** The memberships that it was swapped to, and the last news of them; undefined: they are in the files alone. */
  #runtime: Pick<NextMembers, 'epoch' | 'state'> | undefined;
  #news: Pick<MemberNews, 'epoch' | 'state'> | undefined;
  #isListening = false;
  #isLost = false;
  readonly #handovers = new Handovers();
  readonly #heartbeat: Heartbeat;
  readonly #joinTimer: NodeJS.Timeout;

  constructor(
    worker: Worker,
    handlers: Omit<PrimaryHandlers, WorkerSigns>,
    { onSilence, joinMs = limits.workerJoinMs }: PoolWorkerOptions = {},
  ) {
    this.#process = worker.process;
    this.pid = worker.process.pid;
    this.ended = whenEnded(worker);
    void this.ended.then(() => {
      this.#noteEnd();
      this.#link.end();
      // Node's cluster waits for the channel to tell, which it may not while somebody else has its other end.
      worker.disconnect();
    });
    this.#link = new ProcessLink<WorkerCalls, PrimaryCalls>(worker.process, {
      ...handlers,
      join: () => this.#noteJoin(handlers.join),
      noteTaken: (taken) => this.#handovers.noteTaken(taken),
      noteBeat: ({ beat, taken }) => this.#noteBeat(beat, taken),
    });
    const giveUp = (): void => {
      onSilence?.();
      this.kill();
    };
    this.#heartbeat = new Heartbeat({ ask: (beat) => this.#askForBeat(beat), onSilence: giveUp });
    this.#joinTimer = setTimeout(giveUp, joinMs).unref();
  }

  /** Of the policy that it answers from. */
  get digest(): string | undefined {
    return this.#digest;
  }

  /** As people are told what it answers from. */
  get revision(): string | undefined {
    if (this.#digest === undefined) return undefined;
    const policy = shortenDigest(this.#digest);
    if (!this.#runtime) return policy;
    const { epoch, state } = this.#runtime;
    const news = this.#news?.epoch === epoch ? this.#news.state : state;
    return formatDatabaseRevision(policy, news.sequence > state.sequence ? news : state);
  }

  get loadedAt(): Date | undefined {
    return this.#loadedAt;
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  /** It ended, or is about to. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Has it compile a policy beside what is live. */
  prepare(next: NextPolicy): Promise<Readiness> {
    return this.#inOrder(() => this.#prepare(next));
  }

  /** Makes live what it prepared. One that cannot would go on answering from an older policy, so it is killed. */
  swap(next: NextPolicy): Promise<void> {
    return this.#inOrder(() => this.#swap(next)).catch(() => this.kill());
  }

  /** Both, with nothing in between; what it is to adopt is asked in the turn in which it begins to be told. */
  adopt(find: () => NextPolicy): Promise<Readiness> {
    return this.#inOrder(async () => {
      const next = find();
      const readiness = await this.#prepare(next);
      if (readiness.kind === 'prepared') await this.#swap(next);
      return readiness;
    });
  }

  /**
   * Has it change memberships, beside whatever it prepares: it is told in this very turn, so before any later answer. One
   * that cannot would go on deciding by older ones, so it is killed.
   */
  async changeMembers(news: MemberNews): Promise<void> {
    try {
      await this.#link.ask('changeMembers', news, atWork);
      this.#news = { epoch: news.epoch, state: news.ahead ?? news.state };
    } catch {
      this.kill();
    }
  }

  /** Has it compare with this second policy. Whatever becomes of that, it goes on answering. Rejects when it cannot. */
  takeShadow({ files, digest, judgedAtMs }: NextPolicy): Promise<void> {
    return this.#shadowInOrder(async () => {
      await this.#shadowFiles.give(files);
      await this.#link.ask('swapShadow', { digest, judgedAtMs }, atWork);
    });
  }

  async listen(): Promise<void> {
    await this.#link.ask('listen', undefined, atWork);
    this.#isListening = true;
  }

  /** How many of its connections did not arrive. */
  get lostConnections(): number {
    return this.#handovers.lost;
  }

  /** Gives it a connection; the next one when the result resolves. `onGone`: this one is not needed here any more. */
  takeConnection(connection: AcceptedConnection, onGone: () => void): Promise<void> {
    return this.#handovers.begin((wantsWord, onSent) => {
      this.#link.hand('takeConnection', wantsWord, connection, onSent);
    }, onGone);
  }

  noteStanding(standing: SourceStanding): void {
    this.#link.tell('noteStanding', standing);
  }

  noteWord(atMs: number): void {
    this.#link.tell('noteWord', atMs);
  }

  readTokens(): Promise<void> {
    return this.#link.ask('readTokens', undefined, atWork);
  }

  endSession(ended: EndedSession): Promise<void> {
    return this.#link.ask('endSession', ended, atWork);
  }

  /** What it was asked last, for a judgement of a new policy. */
  tellRequests(most: number): Promise<readonly EnforceRequest[]> {
    return this.#link.ask('tellRequests', most, { withinMs: limits.budget.gatherMs });
  }

  reportMetrics(): Promise<MetricsReport> {
    return this.#link.ask('reportMetrics', undefined, { withinMs: limits.workerMetricsMs });
  }

  /** Lets it answer what is in flight, and end. One that does not even begin to is killed. */
  stop(): void {
    this.#isListening = false;
    this.#link.ask('stop', undefined, { withinMs: limits.workerStopMs }).catch(() => this.kill());
  }

  kill(): void {
    this.#noteEnd();
    this.#process.kill('SIGKILL');
  }

  async #prepare(next: NextPolicy): Promise<Readiness> {
    try {
      // First of all: what changes from now on comes after what they were.
      if (next.runtime) await this.#giveMembers(next.runtime);
      await this.#files.give(next.files);
      const { digest, judgedAtMs } = next;
      await this.#link.ask('prepare', { digest, judgedAtMs }, atWork);
      return { kind: 'prepared' };
    } catch (error) {
      return { kind: error instanceof RefusedCall ? 'refused' : 'lost', reason: messageOf(error) };
    }
  }

  async #swap({ digest, runtime }: NextPolicy): Promise<void> {
    await this.#link.ask('swap', digest, atWork);
    this.#digest = digest;
    this.#runtime = runtime && { epoch: runtime.epoch, state: runtime.ahead ?? runtime.state };
    this.#loadedAt = new Date();
  }

  async #giveMembers({ members, ...next }: NextMembers): Promise<void> {
    await this.#link.ask('beginMembers', next, atWork);
    for (let first = 0; first < members.length; first += membersPerMessage) {
      await this.#link.ask('takeMembers', members.slice(first, first + membersPerMessage), atWork);
    }
  }

  // Until then it loads the program, on a machine that may be busy, and is asked for nothing.
  #noteJoin(onJoin: PrimaryHandlers['join']): void {
    clearTimeout(this.#joinTimer);
    this.#heartbeat.start();
    void onJoin(undefined, undefined);
  }

  #askForBeat(beat: number): void {
    this.#handovers.noteAsked(beat);
    this.#link.tell('beat', beat);
  }

  // One that loses everything that it is given can open nothing any more.
  #noteBeat(beat: number, taken: number): void {
    this.#heartbeat.noteAnswer(beat);
    this.#handovers.noteBeat(beat, taken);
    if (this.#handovers.beatsInVain >= limits.workerLosingBeats) this.kill();
  }

  #noteEnd(): void {
    this.#isLost = true;
    this.#isListening = false;
    clearTimeout(this.#joinTimer);
    this.#heartbeat.close();
    this.#handovers.end();
  }
}

// A process that could not be created has no exit, only an error. An error that nobody listens for ends this process.
function whenEnded(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.process.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
    worker.on('error', (error) => {
      if (worker.process.pid === undefined) resolve(messageOf(error));
    });
  });
}
