import { write, writeSync } from 'node:fs';

export interface Written {
  readonly bytesWritten: number;
  /** Undefined: everything was written. */
  readonly error: unknown;
}

/** A writer to an open descriptor, one write at a time. A write never rejects: what fails is told in the result. */
export interface DescriptorWriter {
  write(bytes: Buffer): Promise<Written>;
  /** Ends the write that is underway, with what was written so far. */
  giveUp(): void;
  /** Whether the descriptor is still at work, so that it must not be closed. */
  readonly isBusy: boolean;
}

interface Underway {
  readonly bytes: Buffer;
  readonly settle: (written: Written) => void;
  bytesWritten: number;
}

/**
 * A writer to a file. It is done by a thread of libuv's pool, one at most: a disk that hangs holds that one, and
 * neither the event loop nor the three that are left.
 */
export class FileWriter implements DescriptorWriter {
  readonly #descriptor: number;
  #underway: Underway | undefined;
  #isBusy = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  write(bytes: Buffer): Promise<Written> {
    if (this.#isBusy) return Promise.resolve({ bytesWritten: 0, error: new Error('the disk does not answer') });
    return new Promise((settle) => {
      this.#underway = { bytes, settle, bytesWritten: 0 };
      this.#writeOn(this.#underway);
    });
  }

  giveUp(): void {
    if (this.#underway) this.#settle(this.#underway, new Error('the disk does not answer'));
  }

  #writeOn(underway: Underway): void {
    const { bytes, bytesWritten: offset } = underway;
    this.#isBusy = true;
    write(this.#descriptor, bytes, offset, bytes.length - offset, null, (error, count) => {
      this.#isBusy = false;
      underway.bytesWritten += error ? 0 : count;
      if (error) this.#settle(underway, error);
      else if (count === 0) this.#settle(underway, new Error('nothing more can be written'));
      else if (underway.bytesWritten === bytes.length) this.#settle(underway, undefined);
      else if (this.#underway === underway) this.#writeOn(underway);
    });
  }

  #settle(underway: Underway, error: Error | undefined): void {
    if (this.#underway !== underway) return;
    this.#underway = undefined;
    underway.settle({ bytesWritten: underway.bytesWritten, error });
  }
}

/** What a pipe takes whole or not at all (PIPE_BUF). */
const wholeBytes = 4096;
const firstPauseMs = 1;
const longestPauseMs = 50;

/**
 * A writer to a pipe, a terminal or a socket that says EAGAIN instead of waiting for its reader: no thread is ever
 * held, however many readers stand still.
 */
export class PipeWriter implements DescriptorWriter {
  readonly isBusy = false;
  readonly #descriptor: number;
  #underway: Underway | undefined;
  #pauseMs = firstPauseMs;
  #timer: NodeJS.Timeout | undefined;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(bytes: Buffer): Promise<Written> {
    return new Promise((settle) => {
      this.#underway = { bytes, settle, bytesWritten: 0 };
      this.#pauseMs = firstPauseMs;
      this.#writeOn();
    });
  }

  giveUp(): void {
    this.#settle(new Error('its reader does not read'));
  }

  #writeOn(): void {
    const underway = this.#underway;
    if (!underway) return;
    const { bytes } = underway;
    try {
      while (underway.bytesWritten < bytes.length) {
        const length = pieceLength(bytes, underway.bytesWritten);
        underway.bytesWritten += writeSync(this.#descriptor, bytes, underway.bytesWritten, length);
        this.#pauseMs = firstPauseMs;
      }
      this.#settle(undefined);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
        this.#settle(error);
        return;
      }
      this.#timer = setTimeout(() => this.#writeOn(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    }
  }

  #settle(error: unknown): void {
    clearTimeout(this.#timer);
    const underway = this.#underway;
    this.#underway = undefined;
    underway?.settle({ bytesWritten: underway.bytesWritten, error });
  }
}

const newline = 0x0a;

// Whole lines that the pipe takes whole, so that a reader who stands still has no half of one before it.
function pieceLength(bytes: Buffer, start: number): number {
  if (bytes.length - start <= wholeBytes) return bytes.length - start;
  const end = bytes.lastIndexOf(newline, start + wholeBytes - 1) + 1;
  if (end > start) return end - start;
  const endOfLong = bytes.indexOf(newline, start) + 1;
  return (endOfLong === 0 ? bytes.length : endOfLong) - start;
}
