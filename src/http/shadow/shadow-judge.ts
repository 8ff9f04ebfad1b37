import type { EnforceRequest, ReasonCode } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { Place } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { DecisionLog } from '../logging/decision-log.ts';
import { heldBytes } from './held-bytes.ts';
import type { ShadowEngine } from './shadow-engine.ts';

/** Why a decision was not compared: `changed`: memberships changed before its turn came. */
export const shadowSkips = ['busy', 'large', 'no-policy', 'changed'] as const;
type ShadowSkip = (typeof shadowSkips)[number];

/** A decision that was answered, and waits for its turn. */
interface Noted {
  readonly request: EnforceRequest;
  readonly reason: ReasonCode;
  readonly revision: string;
  readonly atMs: number;
  readonly bytes: number;
}

/** Answers that differ: which way, and the reason of whichever of both denies. */
export interface ShadowDifference {
  readonly shadow: 'allow' | 'deny';
  readonly reason: ReasonCode;
  readonly count: number;
}

/** What the log of the differences is called where it complains. */
export const shadowLogName = 'shadow log';

/** One clock a few decisions: to look at it takes as long as one. */
const judgedAtOnce = 8;
const widestStride = 1024;

/**
 * A comparison of answers with those of a second policy. Questions are noted as they are answered, and decided again in
 * short turns, a small share of the time, so that no answer waits for them. When more come than that share decides, some of them are taken by chance.
 */
export class ShadowJudge {
  readonly #engine: ShadowEngine;
  readonly #log: DecisionLog | undefined;
  #waiting: Noted[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** One of so many is taken. */
  #stride = 1;
  /** How many pass before the next one is taken. */
  #gap = 0;
  #wasFull = false;
  #compared = 0;
  readonly #skipped: Record<ShadowSkip, number> = { busy: 0, large: 0, 'no-policy': 0, changed: 0 };
  readonly #differences = { allow: new Map<ReasonCode, number>(), deny: new Map<ReasonCode, number>() };

  constructor(engine: ShadowEngine, log: DecisionLog | undefined) {
    this.#engine = engine;
    this.#log = log;
  }

  /** How many decisions were made again. */
  get compared(): number {
    return this.#compared;
  }

  get skipped(): Readonly<Record<ShadowSkip, number>> {
    return this.#skipped;
  }

  /** Lines of the log that were not written. */
  get droppedLines(): number {
    return this.#log?.droppedCount ?? 0;
  }

  get differences(): ShadowDifference[] {
    return (['allow', 'deny'] as const).flatMap((shadow) =>
      [...this.#differences[shadow]].map(([reason, count]) => ({ shadow, reason, count })),
    );
  }

  /** To be told of each decision in the turn in which it is made; it costs as good as nothing. */
  note(request: EnforceRequest, reason: ReasonCode, revision: string, atMs: number): void {
    // That the policy is too old says nothing about it.
    if (reason === 'stale-policy' || this.#isClosed) return;
    if (this.#gap > 0) {
      this.#gap -= 1;
      this.#skipped.busy += 1;
      return;
    }
    if (this.#stride > 1) this.#gap = Math.floor(Math.random() * (2 * this.#stride - 1));
    const bytes = heldBytes(request, limits.shadow.values);
    if (bytes === Infinity) {
      this.#skipped.large += 1;
      return;
    }
    const isFull = this.#waiting.length >= limits.shadow.waiting;
    if (isFull || this.#waitingBytes + bytes > limits.shadow.bytes) {
      this.#wasFull = true;
      this.#skipped.busy += 1;
      return;
    }
    this.#waitingBytes += bytes;
    this.#waiting.push({ request, reason, revision, atMs, bytes });
    this.#timer ??= setTimeout(() => this.#judgeSome(), limits.shadow.pauseMs).unref();
  }

  /** To be told of what changes at run time: what was answered before cannot be compared any more. */
  memberChanged(place: Place, subject: SubjectId): void {
    this.#engine.memberChanged(place, subject);
    this.#skip('changed');
  }

  /** Decides what still waits, as far as it goes, and nothing from then on; resolves when what differs is written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#judge(performance.now() + limits.shadow.closeMs);
    await this.#log?.flush();
  }

  #judgeSome(): void {
    this.#timer = undefined;
    const isDone = this.#judge(performance.now() + limits.shadow.sliceMs);
    if (this.#wasFull) this.#stride = Math.min(this.#stride * 2, widestStride);
    else if (isDone) this.#stride = Math.max(1, this.#stride >> 1);
    this.#wasFull = false;
    if (!isDone) this.#timer ??= setTimeout(() => this.#judgeSome(), limits.shadow.pauseMs).unref();
  }

  /** Whether all that waited is decided. */
  #judge(endMs: number): boolean {
    const engine = this.#engine.current;
    const { revision } = this.#engine;
    if (engine === undefined || revision === undefined) {
      this.#skip('no-policy');
      return true;
    }
    let done = 0;
    do {
      for (const noted of this.#waiting.slice(done, done + judgedAtOnce)) {
        this.#compare(noted, engine.decide(noted.request, noted.atMs), revision);
        this.#waitingBytes -= noted.bytes;
      }
      done += judgedAtOnce;
    } while (done < this.#waiting.length && performance.now() < endMs);
    this.#waiting = this.#waiting.slice(done);
    return this.#waiting.length === 0;
  }

  #compare({ request, reason, revision, atMs }: Noted, found: ReasonCode, shadowRevision: string): void {
    this.#compared += 1;
    const isAllowed = found === 'granted';
    if (isAllowed === (reason === 'granted')) return;
    const counts = this.#differences[isAllowed ? 'allow' : 'deny'];
    const denying = isAllowed ? reason : found;
    counts.set(denying, (counts.get(denying) ?? 0) + 1);
    this.#log?.record(request, reason, revision, atMs, { other: { reason: found, revision: shadowRevision } });
  }

  #skip(why: ShadowSkip): void {
    this.#skipped[why] += this.#waiting.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
