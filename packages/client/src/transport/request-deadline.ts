/** The end of a call, for whoever waits for something in it. */
export interface CallEnd {
  /** Whether the time is over, or somebody gave the call up. */
  readonly isOver: boolean;
  /** Runs something when the call is over, or now if it is. Nothing is run after the call was answered. */
  onOver(work: () => void): void;
}

/**
 * The time that one call has, and those who may give it up. `timeoutMs` counts from now; a signal that is aborted already gives
 * it up at once. A call makes one, so it is made of little: a signal of its own would cost more than to ask and answer.
 */
export class Deadline implements CallEnd {
  readonly #endMs: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #signals: readonly (AbortSignal | undefined)[];
  readonly #works: (() => void)[] = [];
  #isOver = false;
  readonly #end = (): void => {
    this.#isOver = true;
    for (const work of this.#works.splice(0)) work();
  };

  constructor(timeoutMs: number, ...signals: readonly (AbortSignal | undefined)[]) {
    this.#endMs = performance.now() + timeoutMs;
    this.#timer = setTimeout(this.#end, timeoutMs);
    this.#signals = signals;
    for (const signal of signals) signal?.addEventListener('abort', this.#end, { once: true });
    if (this.givenUp) this.#end();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The signal by which somebody gave the call up; undefined: nobody did. */
  get givenUp(): AbortSignal | undefined {
    return this.#signals.find((signal) => signal?.aborted);
  }

  /** In milliseconds, and never negative. */
  get leftMs(): number {
    return this.#isOver ? 0 : Math.max(0, this.#endMs - performance.now());
  }

  onOver(work: () => void): void {
    if (this.#isOver) work();
    else this.#works.push(work);
  }

  /** Waits; sooner over when the call is. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.onOver(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** To be called when the call is over, so that nothing waits for it any more. */
  dispose(): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) signal?.removeEventListener('abort', this.#end);
  }
}
