import type { DescriptorWriter } from './descriptor-writer.ts';
import type { SinkResult } from './log-sink.ts';

const newline = 0x0a;

/** A guard of lines: one that a full disk or a reader cut in the middle is ended before the next one begins. */
export class WholeLines {
  /** What is missing of a line that was begun. */
  #rest: Buffer | undefined;

  /** For what already ends in the middle of a line. */
  noteTorn(): void {
    this.#rest = Buffer.from('\n');
  }

  /** For what is begun anew, elsewhere. */
  forget(): void {
    this.#rest = undefined;
  }

  async write(writer: DescriptorWriter, lines: Buffer): Promise<SinkResult> {
    const rest = this.#rest;
    if (rest) {
      const { bytesWritten, error } = await writer.write(rest);
      if (this.#rest === rest) this.#rest = bytesWritten === rest.length ? undefined : rest.subarray(bytesWritten);
      if (error !== undefined) return { bytesWritten: 0, error };
    }
    const { bytesWritten, error } = await writer.write(lines);
    if (error === undefined || bytesWritten === 0 || lines[bytesWritten - 1] === newline)
      return { bytesWritten, error };
    const end = lines.indexOf(newline, bytesWritten) + 1 || lines.length;
    // A copy, because it may be kept for long and the lines are many.
    this.#rest = Buffer.from(lines.subarray(bytesWritten, end));
    return { bytesWritten: end, error };
  }
}
