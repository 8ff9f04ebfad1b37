import { type FileHandle, open } from 'node:fs/promises';
import { RolebookError, messageOf } from '../policy/errors.ts';

export interface SinkResult {
  readonly bytesWritten: number;
  /** Undefined: everything was written. */
  readonly error: unknown;
}

/** Where lines go. A write never rejects: what fails is told in the result. */
export interface LogSink {
  write(lines: Buffer): Promise<SinkResult>;
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** `-` is standard output, anything else a file. Throws a RolebookError when it cannot be written. */
export async function openLogSink(target: string, stdout: NodeJS.WritableStream): Promise<LogSink> {
  if (target === '-') return new StreamSink(stdout);
  try {
    return await FileSink.open(target);
  } catch (cause) {
    const message = `cannot write the decision log \`${target}\`: ${messageOf(cause)}`;
    throw new RolebookError('configuration', message, { cause });
  }
}

const newline = 0x0a;
const vanishedCheckMs = 1000;

/** A file, opened for appending; it may be rotated, run full, vanish and come back. */
export class FileSink implements LogSink {
  readonly #path: string;
  #handle: FileHandle | undefined;
  /** The file ends in the middle of a line, which must be ended before the next one begins. */
  #isTorn = false;
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
    let bytesWritten = 0;
    try {
      const handle = await this.#currentHandle();
      if (this.#isTorn) await handle.appendFile('\n');
      this.#isTorn = false;
      while (bytesWritten < lines.length) bytesWritten += (await handle.write(lines, bytesWritten)).bytesWritten;
      return { bytesWritten, error: undefined };
    } catch (error) {
      if (bytesWritten > 0) this.#isTorn = lines[bytesWritten - 1] !== newline;
      return { bytesWritten, error };
    }
  }

  async reopen(): Promise<void> {
    const handle = await open(this.#path, 'a+', 0o640);
    this.#isTorn = await endsInMidLine(handle);
    const old = this.#handle;
    this.#handle = handle;
    await old?.close();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  // Writing to a deleted file works and keeps nothing, so now and then the file is asked whether it has a name.
  async #currentHandle(): Promise<FileHandle> {
    const isDue = Date.now() - this.#checkedAtMs >= vanishedCheckMs;
    if (this.#handle === undefined || (isDue && (await this.#handle.stat()).nlink === 0)) await this.reopen();
    if (isDue) this.#checkedAtMs = Date.now();
    if (this.#handle === undefined) throw new Error('the decision log is closed');
    return this.#handle;
  }
}

/** Standard output, or any other stream. The next write waits until this one is through. */
export class StreamSink implements LogSink {
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
    // A reader that goes away is told to each write, too; without a listener it would end the process.
    stream.on('error', () => undefined);
  }

  write(lines: Buffer): Promise<SinkResult> {
    return new Promise((resolve) => {
      this.#stream.write(lines, (error) => {
        const failed = error !== undefined && error !== null;
        resolve(failed ? { bytesWritten: 0, error } : { bytesWritten: lines.length, error: undefined });
      });
    });
  }

  async reopen(): Promise<void> {}

  async close(): Promise<void> {}
}

async function endsInMidLine(handle: FileHandle): Promise<boolean> {
  const stats = await handle.stat();
  if (!stats.isFile() || stats.size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, stats.size - 1);
  return buffer[0] !== newline;
}
