import { type Stats, close, constants, fstat, open, read } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type DescriptorWriter, FileWriter, PipeWriter } from './descriptor-writer.ts';
import type { LogSink, SinkResult } from './log-sink.ts';
import { WholeLines } from './whole-lines.ts';

const [openFile, closeFile, statFile, readFile] = [open, close, fstat, read].map((call) => promisify(call)) as [
  typeof open.__promisify__,
  typeof close.__promisify__,
  typeof fstat.__promisify__,
  typeof read.__promisify__,
];

interface OpenFile {
  readonly descriptor: number;
  readonly stats: Stats;
  readonly writer: DescriptorWriter;
}

const vanishedCheckMs = 1000;
const readerCheckMs = 100;

/** A file, opened for appending; it may be rotated, run full, vanish and come back. Or a FIFO, whose reader may be late. */
export class FileSink implements LogSink {
  readonly #path: string;
  readonly #lines = new WholeLines();
  readonly #closing = new AbortController();
  #file: OpenFile | undefined;
  #checkedAtMs = 0;

  static async open(path: string): Promise<FileSink> {
    const sink = new FileSink(path);
    await sink.reopen();
    return sink;
  }

  private constructor(path: string) {
    this.#path = path;
  }

  async write(lines: Buffer): Promise<SinkResult> {
    try {
      return await this.#lines.write(await this.#currentWriter(), lines);
    } catch (error) {
      return { bytesWritten: 0, error };
    }
  }

  giveUp(): void {
    this.#file?.writer.giveUp();
  }

  /** A FIFO that nobody reads is no mistake: a write waits until somebody does. */
  async reopen(): Promise<void> {
    const opened = await this.#open();
    const old = this.#file;
    if (!opened) return;
    if (old && isSame(old.stats, opened.stats)) {
      await closeFile(opened.descriptor);
      return;
    }
    this.#lines.forget();
    if (await endsInMidLine(this.#path, opened.stats)) this.#lines.noteTorn();
    this.#file = opened;
    if (old) await closeWhenIdle(old);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the decision log is closed'));
    const file = this.#file;
    this.#file = undefined;
    if (file) await closeWhenIdle(file);
  }

  // Writing to a deleted file works and keeps nothing, so now and then the file is asked whether it has a name.
  async #currentWriter(): Promise<DescriptorWriter> {
    const isDue = Date.now() - this.#checkedAtMs >= vanishedCheckMs;
    const file = this.#file;
    if (file === undefined || (isDue && (await statFile(file.descriptor)).nlink === 0)) await this.reopen();
    if (isDue) this.#checkedAtMs = Date.now();
    while (this.#file === undefined) {
      await pause(readerCheckMs, undefined, { signal: this.#closing.signal });
      await this.reopen();
    }
    return this.#file.writer;
  }

  /** Undefined when it is a FIFO that nobody reads. */
  async #open(): Promise<OpenFile | undefined> {
    this.#closing.signal.throwIfAborted();
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK, O_NOCTTY } = constants;
    try {
      // Without O_NONBLOCK a FIFO would hold a thread until somebody opens its other end.
      const descriptor = await openFile(this.#path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0o640);
      const stats = await statFile(descriptor);
      const writer = stats.isFile() ? new FileWriter(descriptor) : new PipeWriter(descriptor);
      return { descriptor, stats, writer };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      if (!(await stat(this.#path)).isFIFO()) throw error;
      return undefined;
    }
  }
}

function isSame(left: Stats, right: Stats): boolean {
  return left.dev === right.dev && left.ino === right.ino;
}

// One that a hanging disk still holds is left to the end of the process.
async function closeWhenIdle({ writer, descriptor }: OpenFile): Promise<void> {
  writer.giveUp();
  if (!writer.isBusy) await closeFile(descriptor);
}

// It may be written without being readable; then nobody knows.
async function endsInMidLine(path: string, stats: Stats): Promise<boolean> {
  if (!stats.isFile() || stats.size === 0) return false;
  try {
    const descriptor = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { buffer } = await readFile(descriptor, Buffer.alloc(1), 0, 1, stats.size - 1);
    await closeFile(descriptor);
    return buffer[0] !== 0x0a;
  } catch {
    return false;
  }
}
