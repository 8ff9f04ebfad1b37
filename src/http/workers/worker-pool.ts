import cluster, { type Worker } from 'node:cluster';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { RolebookError, messageOf } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { EndedSession } from '../sessions/session.ts';
import type { MemberNews, NextPolicy, SourceStanding } from '../../store/live/policy-source.ts';
import type { ConnectionDealer } from './connection-dealer.ts';
import type { Logger } from '../logging/log.ts';
import { PoolWorker, type Readiness, type WorkerSigns } from './pool-worker.ts';
import { RestartPause } from './restart-pause.ts';
import { relayLines } from './relay-lines.ts';
import type { PrimaryHandlers } from './worker-calls.ts';

export interface WorkerPoolOptions {
  readonly count: number;
  /** Deals connections out to them; closed when the pool stops. */
  readonly dealer: ConnectionDealer;
  /** What workers ask of the rest of the primary. */
  readonly handlers: Omit<PrimaryHandlers, WorkerSigns | 'join' | 'noteProgress'>;
  /** All that is live, for a worker that comes later; by default what was published last. */
  readonly whole?: (() => NextPolicy | undefined) | undefined;
  /** Given the lines that a worker logs. */
  readonly onOutput: (lines: string) => void;
  /** Told of a worker that can be asked. */
  readonly onJoin?: ((worker: PoolWorker) => void) | undefined;
  /** Told before a worker is forgotten. */
  readonly onEnd: (worker: PoolWorker) => void;
  readonly log: Logger;
}

/** The place of a worker; when it ends, another one takes it. */
export interface Slot {
  readonly worker: PoolWorker | undefined;
}

class OpenSlot implements Slot {
  readonly pause = new RestartPause();
  worker: PoolWorker | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Whether this process is a worker that a pool has started. */
export const isWorker = cluster.isWorker;

/** The workers: as many as wanted, all of them answering from one revision. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: readonly OpenSlot[];
  /** Those that can be asked for something. */
  readonly #present = new Set<PoolWorker>();
  /** Those of them that have what all have, and so are given what comes next. */
  readonly #joined = new Set<PoolWorker>();
  /** What all answer from, and what one that comes later begins with, whatever is in the files by then. */
  #good: NextPolicy | undefined;
  #publishing: Promise<void> = Promise.resolve();
  readonly #changing = new Set<Promise<unknown>>();
  #standing: SourceStanding | undefined;
  #lastWordMs: number | undefined;
  #replacements = 0;
  #state: 'starting' | 'running' | 'stopping' = 'starting';
  #failStart: (error: Error) => void = () => undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, () => new OpenSlot());
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /** How many workers ended and were replaced. */
  get replacements(): number {
    return this.#replacements;
  }

  /** Those that answer, and from what all should answer from. */
  get readyCount(): number {
    const good = this.#good;
    if (good === undefined) return 0;
    return this.#slots.filter(({ worker }) => worker?.isListening && worker.digest === good.digest).length;
  }

  /** Resolves when all of them listen; throws when one of them cannot be started. */
  async start(): Promise<void> {
    // A worker is this very program, with the same arguments. Files and metrics go as they are, without JSON. It has no
    // descriptor of ours: a process that starts or ends makes those it shares wait for their readers.
    cluster.setupPrimary({ serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    process.once('exit', () => this.#killAll());
    const failed = new Promise<never>((_resolve, reject) => (this.#failStart = reject));
    const started = this.#slots.map((slot) => this.#fork(slot));
    try {
      await Promise.race([Promise.all(started), failed]);
    } catch (error) {
      this.#state = 'stopping';
      this.#options.dealer.close();
      this.#killAll();
      throw error;
    }
    this.#state = 'running';
  }

  /**
   * Makes a policy live in all workers: first each compiles it beside what is live, then all swap. Throws when none of
   * them can compile it; they go on as they were. A single one that cannot is replaced.
   */
  publish(next: NextPolicy): Promise<void> {
    const publishing = this.#publish(next);
    this.#publishing = publishing.catch(() => undefined);
    return publishing;
  }

  /** Has memberships changed under what is live, in all workers; they are told in this very turn. */
  changeMembers(news: MemberNews): void {
    const changing = Promise.all([...this.#present].map((worker) => worker.changeMembers(news)));
    this.#changing.add(changing);
    void changing.then(() => this.#changing.delete(changing));
  }

  /** Resolves when all workers that go on have what was changed up to now. */
  async whenChanged(): Promise<void> {
    await Promise.all(this.#changing);
  }

  async #publish(next: NextPolicy): Promise<void> {
    const found = await this.#prepareAll(next);
    const joined = [...found].filter(([worker]) => !worker.isLost);
    const ready = joined.filter(([, readiness]) => readiness.kind === 'prepared').map(([worker]) => worker);
    const refusal = [...found.values()].find((readiness) => readiness.kind !== 'prepared');
    if (ready.length === 0 && refusal) {
      throw new RolebookError('unavailable', `no worker could take the policy: ${refusal.reason}`);
    }
    for (const [worker, readiness] of joined) if (readiness.kind !== 'prepared') worker.kill();
    // From here on, with no pause since the last one joined, whoever joins begins with this one.
    this.#good = next;
    // One that joined in the very moment in between would be left behind.
    for (const worker of this.#joined) if (!found.has(worker)) worker.kill();
    await Promise.all(ready.map((worker) => worker.swap(next)));
  }

  noteStanding(standing: SourceStanding): void {
    this.#standing = standing;
    for (const worker of this.#present) worker.noteStanding(standing);
  }

  noteWord(atMs: number): void {
    this.#lastWordMs = atMs;
    for (const worker of this.#present) worker.noteWord(atMs);
  }

  /** Has all of them read the token files again. */
  async readTokens(): Promise<void> {
    await Promise.all([...this.#present].map((worker) => worker.readTokens()));
  }

  /** Has all of them know of it; one that ends just then lets nobody in any more. */
  async endSession(ended: EndedSession): Promise<void> {
    await Promise.allSettled([...this.#present].map((worker) => worker.endSession(ended)));
  }

  /** Lets all of them answer what is in flight, and end. */
  async stop(): Promise<void> {
    this.#state = 'stopping';
    this.#options.dealer.close();
    for (const slot of this.#slots) clearTimeout(slot.timer);
    for (const { worker } of this.#slots) {
      if (worker && this.#present.has(worker)) worker.stop();
      else worker?.kill();
    }
    const ended = Promise.all(this.#slots.flatMap(({ worker }) => worker?.ended ?? []));
    // Requests in flight have their time, and then the decision log has. Nobody waits longer for one that hangs.
    await Promise.race([ended, pause(limits.drainTimeoutMs + limits.workerEndMs, undefined, { ref: false })]);
    this.#killAll();
  }

  // One that joins meanwhile is asked, too, so that none is left behind.
  async #prepareAll(next: NextPolicy): Promise<ReadonlyMap<PoolWorker, Readiness>> {
    const found = new Map<PoolWorker, Readiness>();
    for (;;) {
      const waiting = [...this.#joined].filter((worker) => !found.has(worker));
      if (waiting.length === 0) return found;
      await Promise.all(
        waiting.map(async (worker) => {
          const readiness = await worker.prepare(next);
          found.set(worker, readiness);
          if (readiness.kind === 'prepared') return;
          const { reason } = readiness;
          this.#options.log.error({ worker: worker.pid, reason }, 'a worker could not take the policy');
          if (readiness.kind === 'lost') worker.kill();
        }),
      );
    }
  }

  /** Resolves when the new worker listens. */
  #fork(slot: OpenSlot): Promise<void> {
    const { handlers, onOutput, log } = this.#options;
    return new Promise((resolve) => {
      const forked = this.#createProcess(slot);
      if (forked === undefined) return;
      relayLines(forked.process.stderr, onOutput);
      const worker: PoolWorker = new PoolWorker(
        forked,
        {
          ...handlers,
          join: () => void this.#welcome(worker).then(resolve, (error: unknown) => this.#giveUp(worker, error)),
          noteProgress: () => undefined,
        },
        { onSilence: () => log.error({ worker: worker.pid }, 'a worker does not react any more') },
      );
      slot.worker = worker;
      void worker.ended.then((end) => this.#replace(slot, worker, end));
    });
  }

  // Where the system has no room for another process now, it may have it later. The others must not suffer for it.
  #createProcess(slot: OpenSlot): Worker | undefined {
    try {
      return cluster.fork();
    } catch (error) {
      this.#tryAgain(slot, messageOf(error));
      return undefined;
    }
  }

  // One that comes later listens only when it has the policy, so that it denies nobody what the others allow.
  async #welcome(worker: PoolWorker): Promise<void> {
    this.#present.add(worker);
    this.#options.onJoin?.(worker);
    if (this.#standing) worker.noteStanding(this.#standing);
    if (this.#lastWordMs !== undefined) worker.noteWord(this.#lastWordMs);
    await this.#bringUpToDate(worker);
    await worker.listen();
    if (worker.isListening) this.#options.dealer.join(worker);
    if (this.#state === 'running') this.#options.log.info({ worker: worker.pid }, 'a new worker answers');
  }

  // Again, when something else became live meanwhile. Whoever follows the source makes it live when all workers have it,
  // and only then has all of it for one that comes later.
  async #bringUpToDate(worker: PoolWorker): Promise<void> {
    let adopted: NextPolicy | undefined;
    while (this.#good !== adopted) {
      await this.#publishing;
      await nextTurn();
      const good = this.#good;
      if (good === undefined) break;
      const whole = (): NextPolicy => this.#options.whole?.() ?? good;
      const readiness = await worker.adopt(whole);
      if (readiness.kind !== 'prepared') throw new RolebookError('unavailable', readiness.reason);
      adopted = good;
    }
    this.#joined.add(worker);
  }

  #giveUp(worker: PoolWorker, error: unknown): void {
    if (this.#state === 'stopping' || worker.isLost) return;
    const reason = messageOf(error);
    if (this.#state === 'starting') this.#failStart(couldNotStart(reason));
    else this.#options.log.error({ worker: worker.pid, reason }, 'a worker could not begin');
    worker.kill();
  }

  #replace(slot: OpenSlot, worker: PoolWorker, end: string): void {
    this.#joined.delete(worker);
    this.#present.delete(worker);
    this.#options.dealer.leave(worker);
    slot.worker = undefined;
    if (worker.pid === undefined) {
      this.#tryAgain(slot, end);
      return;
    }
    if (this.#state === 'starting') this.#failStart(couldNotStart(`it ended with ${end}`));
    if (this.#state !== 'running') return;
    this.#options.onEnd(worker);
    this.#replacements += 1;
    const pauseMs = slot.pause.after(Date.now() - worker.startedAt.getTime());
    this.#options.log.error({ worker: worker.pid, end, pauseMs }, 'a worker ended; another one takes its place');
    this.#forkLater(slot, pauseMs);
  }

  #tryAgain(slot: OpenSlot, reason: string): void {
    if (this.#state === 'starting') this.#failStart(couldNotStart(reason));
    if (this.#state !== 'running') return;
    const pauseMs = slot.pause.after(0);
    this.#options.log.error({ reason, pauseMs }, 'a worker could not be started; it is tried again');
    this.#forkLater(slot, pauseMs);
  }

  #forkLater(slot: OpenSlot, pauseMs: number): void {
    slot.timer = setTimeout(() => void this.#fork(slot), pauseMs);
  }

  #killAll(): void {
    for (const { worker } of this.#slots) worker?.kill();
  }
}

function couldNotStart(reason: string): RolebookError {
  return new RolebookError('unavailable', `a worker could not be started: ${reason}`);
}
