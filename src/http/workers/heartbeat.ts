import { limits } from '../../policy/limits.ts';

export interface HeartbeatOptions {
  /** Asks for a sign of life; the answer has the same number. */
  readonly ask: (beat: number) => void;
  /** Called once, when so many went unanswered that the other side cannot be well. */
  readonly onSilence: () => void;
}

/**
 * A watch over whether another process still reacts. It counts beats, not milliseconds: where both processes stood
 * still, as in a virtual machine that was put aside, none was missed.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;
  #answered = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#beat(), limits.workerBeatMs).unref();
  }

  noteAnswer(beat: number): void {
    this.#answered = Math.max(this.#answered, beat);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (this.#asked - this.#answered >= limits.workerSilenceMs / limits.workerBeatMs) {
      this.close();
      this.#options.onSilence();
      return;
    }
    this.#asked += 1;
    this.#options.ask(this.#asked);
  }
}
