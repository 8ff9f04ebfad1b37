import { limits } from '../../policy/limits.ts';
import type { LogSink } from './log-sink.ts';

/**
 * Lines of talk for a reader who may be slow, stand still, run out of room or go away: what cannot be written is dropped
 * and counted, and whoever writes is never held up. It keeps a bounded number of bytes waiting.
 */
export class DroppingOutput {
  readonly sink: LogSink;
  readonly #mostBytes: number;
  #waiting: string[] = [];
  /** With those that are being written. */
  #waitingBytes = 0;
  #droppedCount = 0;
  #reportedCount = 0;
  #isWriting = false;
  #writing: Promise<void> | undefined;
  #onRoom: (dropped: number) => void = () => undefined;

  constructor(sink: LogSink, mostBytes: number = limits.logPendingBytes) {
    this.sink = sink;
    this.#mostBytes = mostBytes;
  }

  /** Lines that were not written since the start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Told how many lines are missing, when there is room for lines again. */
  set onRoom(listener: (dropped: number) => void) {
    this.#onRoom = listener;
  }

  /** Takes whole lines. Answers whether they are to be written. */
  write(lines: string): boolean {
    const bytes = Buffer.byteLength(lines);
    if (this.#waitingBytes + bytes > this.#mostBytes) {
      this.#droppedCount += countLines(Buffer.from(lines));
      return false;
    }
    this.#waiting.push(lines);
    this.#waitingBytes += bytes;
    if (!this.#isWriting) this.#writing = this.#writeAll();
    return true;
  }

  /** Writes what waits as far as it goes within a time; what is left then is dropped. */
  async close(withinMs: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const lines of this.#waiting.splice(0)) this.#drop(Buffer.from(lines));
      this.sink.giveUp();
    }, withinMs);
    await this.#writing;
    clearTimeout(timer);
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const lines = Buffer.from(this.#waiting.splice(0).join(''));
      const { bytesWritten, error } = await this.sink.write(lines);
      this.#waitingBytes -= bytesWritten;
      if (bytesWritten < lines.length) this.#drop(lines.subarray(bytesWritten));
      // Not before there is room for what is said of it.
      if (error === undefined && this.#waitingBytes < this.#mostBytes / 2) this.#report();
    }
    this.#isWriting = false;
  }

  #drop(lines: Buffer): void {
    this.#waitingBytes -= lines.length;
    this.#droppedCount += countLines(lines);
  }

  #report(): void {
    const dropped = this.#droppedCount - this.#reportedCount;
    this.#reportedCount = this.#droppedCount;
    if (dropped > 0) this.#onRoom(dropped);
  }
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (const byte of lines) if (byte === 0x0a) count += 1;
  return count;
}
