import { limits } from '../../policy/limits.ts';
import { overloaded } from './overload.ts';
import type { Room } from '../messages/room.ts';

export interface WorkSize {
  /** Whether it may begin at once although others wait: it is short nearly always. */
  readonly length: 'short' | 'long';
  /** Of a body that is kept until it is done. */
  readonly bytes: number;
}

/** Steps to a result, or to one that has to wait for something else. */
export type Steps<Result> = Generator<void, Result | Promise<Result>>;

interface Work {
  /** Works for a while; false: it is done. */
  readonly goOn: () => boolean;
}

/**
 * Work that may take long, done a few milliseconds at a time, of all requests together: others are answered between
 * two slices, however many want something long. What takes no longer than a slice is done at once.
 */
export class SliceQueue {
  readonly #room: Room;
  readonly #sliceMs: number;
  readonly #begun: Work[] = [];
  readonly #waiting: Work[] = [];
  #isScheduled = false;
  #slices = 0;
  #refused = 0;

  /** `room`: where bodies have their place. */
  constructor(room: Room, sliceMs: number = limits.answerSliceMs) {
    this.#room = room;
    this.#sliceMs = sliceMs;
  }

  /** How often work was left for later. */
  get slices(): number {
    return this.#slices;
  }

  get refused(): number {
    return this.#refused;
  }

  /**
   * Runs steps to their end. A single step is never cut, so steps are to be short; what must not change between two
   * of them is to be looked up in one. A promise only when it takes longer than a slice, or has to wait.
   */
  run<Result>(steps: Steps<Result>, size: WorkSize): Result | Promise<Result> {
    if (size.length === 'long' && this.#begun.length > 0) return this.#enqueue(steps, size.bytes);
    const first = this.#work(steps);
    return first.done === true ? first.value : this.#enqueue(steps, size.bytes);
  }

  #work<Result>(steps: Steps<Result>): IteratorResult<void, Result | Promise<Result>> {
    const untilMs = performance.now() + this.#sliceMs;
    for (;;) {
      const step = steps.next();
      if (step.done === true || performance.now() >= untilMs) return step;
    }
  }

  #enqueue<Result>(steps: Steps<Result>, bytes: number): Promise<Result> {
    const isFull = this.#begun.length + this.#waiting.length >= limits.longAnswers;
    if (isFull || !this.#room.take(bytes, bytes > limits.smallBodyBytes ? 'large' : 'small')) {
      this.#refused += 1;
      throw overloaded('work');
    }
    return new Promise((resolve, reject) => {
      const goOn = (): boolean => {
        try {
          const step = this.#work(steps);
          if (step.done !== true) return true;
          resolve(step.value);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        this.#room.give(bytes);
        return false;
      };
      this.#waiting.push({ goOn });
      this.#admit();
    });
  }

  // Only a few are begun, in turns: what each has read so far stays in memory until it is done.
  #admit(): void {
    while (this.#begun.length < limits.begunAnswers) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#begun.push(next);
    }
    if (this.#begun.length === 0 || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  // One slice a turn of the event loop, whoever's it is: in between everything that came is answered.
  #turn(): void {
    this.#isScheduled = false;
    this.#slices += 1;
    const work = this.#begun.shift();
    if (work?.goOn()) this.#begun.push(work);
    this.#admit();
  }
}
