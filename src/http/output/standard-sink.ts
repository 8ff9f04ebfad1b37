import { type BigIntStats, constants, fstatSync, openSync } from 'node:fs';
import { type DescriptorWriter, FileWriter, PipeWriter } from './descriptor-writer.ts';
import type { LogSink, SinkResult } from './log-sink.ts';
import { WholeLines } from './whole-lines.ts';

/** Standard output or standard error of this process, whatever it is: a file, a pipe, a terminal, a socket. */
export class StandardSink implements LogSink {
  readonly #lines = new WholeLines();
  readonly #writer: DescriptorWriter;

  constructor(descriptor: 1 | 2, isTerminal: boolean) {
    this.#writer = writerFor(descriptor, isTerminal);
  }

  write(lines: Buffer): Promise<SinkResult> {
    return this.#lines.write(this.#writer, lines);
  }

  giveUp(): void {
    this.#writer.giveUp();
  }

  async reopen(): Promise<void> {}

  close(): Promise<void> {
    this.giveUp();
    return Promise.resolve();
  }
}

function writerFor(descriptor: 1 | 2, isTerminal: boolean): DescriptorWriter {
  // As big integers, for the reason in `whole-file-stream.ts`.
  const stats = fstatSync(descriptor, { bigint: true });
  if (!isTerminal && !stats.isFIFO() && !stats.isSocket()) return new FileWriter(descriptor);
  const own = openAgain(descriptor, stats);
  if (own !== undefined) return new PipeWriter(own);
  // Node has made a pipe or socket answer EAGAIN, when it made the stream of it. Not so a terminal: a thread waits.
  return isTerminal ? new FileWriter(descriptor) : new PipeWriter(descriptor);
}

/**
 * The same pipe or terminal, opened once more: whether writing waits belongs to an opening, and others have that of the
 * descriptor in their hands. Undefined where it cannot be: a socket, another user's pipe, a system without `/proc`.
 */
function openAgain(descriptor: number, stats: BigIntStats): number | undefined {
  if (stats.isSocket() || process.platform !== 'linux') return undefined;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return undefined;
  }
}
