import type { LogSink, SinkResult } from './log-sink.ts';

/** Any stream of Node's. The next write waits until this one is through. */
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

  giveUp(): void {
    // The stream holds the bytes; there is no taking them back.
  }

  async reopen(): Promise<void> {}

  async close(): Promise<void> {}
}
