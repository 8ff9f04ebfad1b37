import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/**
 * Standard output or error as a stream that writes all it is given or fails. Node's own does not look at how much of a
 * write a file took, so a disk that runs full in the middle would cut a result off, and the run be taken for a success.
 */
export function wholeStream(descriptor: 1 | 2, stream: NodeJS.WriteStream): NodeJS.WritableStream {
  // As big integers: plain ones of a pipe stay where Node 20 looks for the last thing that it resolved, and then a module
  // behind a symbolic link is taken for one that stands where the link does (nodejs `realpathSync`, `statValues`).
  return fstatSync(descriptor, { bigint: true }).isFile() ? new WholeFileStream(descriptor) : stream;
}

class WholeFileStream extends Writable {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    super({ decodeStrings: true, emitClose: false });
    this.#descriptor = descriptor;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    try {
      let written = 0;
      while (written < chunk.length) written += writeSync(this.#descriptor, chunk, written);
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}
