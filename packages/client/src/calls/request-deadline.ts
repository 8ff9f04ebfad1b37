/**
 * The time that one call has, and those who may give it up. `timeoutMs` counts from now; a signal that is aborted already gives
 * it up at once.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #endMs: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #signals: readonly AbortSignal[];
  readonly #onAbort = (): void => this.#controller.abort();

  constructor(timeoutMs: number, signals: readonly (AbortSignal | undefined)[]) {
    this.#endMs = Date.now() + timeoutMs;
    this.#timer = setTimeout(this.#onAbort, timeoutMs);
    this.#signals = signals.filter((signal) => signal !== undefined);
    for (const signal of this.#signals) signal.addEventListener('abort', this.#onAbort, { once: true });
    if (this.givenUp) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The signal by which somebody gave the call up; undefined: nobody did. */
  get givenUp(): AbortSignal | undefined {
    return this.#signals.find(({ aborted }) => aborted);
  }

  /** In milliseconds, and never negative. */
  get leftMs(): number {
    return this.signal.aborted ? 0 : Math.max(0, this.#endMs - Date.now());
  }

  /** Waits; sooner over when the call is. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.signal.addEventListener('abort', done);
      if (this.signal.aborted) done();
    });
  }

  /** To be called when the call is over, so that nothing waits for it any more. */
  dispose(): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onAbort);
  }
}
