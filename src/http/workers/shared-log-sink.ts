import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { inOrder } from '../../store/turns.ts';
import type { Logger } from '../logging/log.ts';
import type { LogSink, SinkResult } from '../output/log-sink.ts';
import type { DecisionsWritten, LinkToPrimary } from './worker-calls.ts';

/**
 * One sink for the lines of several processes. They come in whole chunks and are written one after the other, so lines
 * never mix, and a line that a full disk tore apart is ended before anybody's next one.
 */
export class SharedLogSink {
  readonly #sink: LogSink;
  readonly #log: Logger;
  readonly #name: string;
  readonly #inOrder = inOrder();
  #waitingBytes = 0;

  constructor(sink: LogSink, log: Logger, name = 'decision log') {
    this.#sink = sink;
    this.#log = log;
    this.#name = name;
  }

  async write(lines: Uint8Array): Promise<DecisionsWritten> {
    const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
    // Each worker waits for its chunk, so this holds up none of them; but those that are replaced leave theirs behind.
    if (this.#waitingBytes + bytes.length > limits.decisionLogPendingBytes) {
      return { bytesWritten: 0, failure: 'it is read more slowly than decisions are made' };
    }
    this.#waitingBytes += bytes.length;
    const { bytesWritten, error } = await this.#inOrder(() => this.#sink.write(bytes));
    this.#waitingBytes -= bytes.length;
    return { bytesWritten, failure: error === undefined ? undefined : messageOf(error) };
  }

  /** For log rotation: the file of this name is opened again. If that fails the old one stays in use. */
  async reopen(): Promise<void> {
    const reopened = this.#inOrder(() => this.#sink.reopen());
    // A reader who stands still would hold up what may be the cure.
    let timer = setTimeout(() => {
      timer = setInterval(() => this.#sink.giveUp(), 10);
    }, limits.logDrainMs);
    try {
      await reopened;
    } catch (error) {
      this.#log.error({ reason: messageOf(error) }, `the ${this.#name} cannot be opened again`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes it when all is written, or when the reader seems to be stuck. */
  async close(): Promise<void> {
    await Promise.race([this.#inOrder(() => Promise.resolve()), pause(limits.logDrainMs, undefined, { ref: false })]);
    await this.#sink.close();
  }
}

/** The sink of a worker, whose lines go through the primary. */
export class PrimarySink implements LogSink {
  readonly #primary: LinkToPrimary;
  readonly #call: 'writeDecisions' | 'writeDifferences';

  constructor(primary: LinkToPrimary, call: 'writeDecisions' | 'writeDifferences' = 'writeDecisions') {
    this.#primary = primary;
    this.#call = call;
  }

  async write(lines: Buffer): Promise<SinkResult> {
    try {
      const { bytesWritten, failure } = await this.#primary.ask(this.#call, lines);
      return { bytesWritten, error: failure };
    } catch (error) {
      return { bytesWritten: 0, error };
    }
  }

  giveUp(): void {
    // The primary does, for all workers.
  }

  async reopen(): Promise<void> {}

  async close(): Promise<void> {}
}
