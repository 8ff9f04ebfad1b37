import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';

/** Some lines of a log, in order; what is torn off at the end of a compressed file comes as `fault`. */
export interface LogPiece {
  readonly lines: readonly string[];
  /** How many bytes of the file were read up to here, as it is on disk. */
  readonly bytes: number;
  readonly fault?: string;
}

const pieceBytes = 256 * 1024;
const lineFeed = 0x0a;
const mostLineBytes = 4 * (limits.decisionLineCharacters + 1);

/** The size of a log on disk. Throws a RolebookError where it is none that can be read. */
export async function sizeOfLog(path: string, shown: string): Promise<number> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw unreadable(shown, cause);
  });
  if (!stats.isDirectory()) return stats.size;
  const help = 'name its files, as in `rolebook replay logs/*.jsonl`';
  throw new RolebookError('usage', `\`${shown}\` is a folder`, { help });
}

/**
 * Reads the lines of a log, compressed by gzip or not, a piece at a time. A line far longer than any is cut, so that a file without line
 * ends takes no memory. Throws a RolebookError where the file cannot be read; one that is torn off is read up to there.
 */
export async function* readLogLines(path: string, shown: string): AsyncGenerator<LogPiece> {
  const isCompressed = await hasGzipMark(path, shown);
  const file = createReadStream(path, { highWaterMark: pieceBytes });
  const input = isCompressed ? file.pipe(createGunzip({ chunkSize: pieceBytes })) : file;
  if (input !== file) file.once('error', (error) => input.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const bytes of input as AsyncIterable<Buffer>) {
      const end = bytes.lastIndexOf(lineFeed) + 1;
      const lines =
        end === 0
          ? []
          : Buffer.concat([rest, bytes.subarray(0, end - 1)])
              .toString()
              .split('\n');
      // A copy: the piece is read into again.
      rest = end === 0 ? cut(Buffer.concat([rest, bytes])) : cut(Buffer.from(bytes.subarray(end)));
      yield { lines, bytes: file.bytesRead };
    }
  } catch (error) {
    if (!isCompressed || !isTorn(error)) throw unreadable(shown, error);
    yield { lines: linesOf(rest), bytes: file.bytesRead, fault: messageOf(error) };
    return;
  } finally {
    file.destroy();
  }
  yield { lines: linesOf(rest), bytes: file.bytesRead };
}

function linesOf(rest: Buffer): string[] {
  return rest.length === 0 ? [] : [rest.toString()];
}

// Longer than a line may be, whatever its characters take, so that it is told as such.
function cut(line: Buffer): Buffer {
  return line.length > mostLineBytes ? line.subarray(0, mostLineBytes) : line;
}

async function hasGzipMark(path: string, shown: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await file.close();
    }
  } catch (cause) {
    // What comes through a pipe can be looked at once.
    if ((cause as NodeJS.ErrnoException).code === 'ESPIPE') return false;
    throw unreadable(shown, cause);
  }
}

// Z_BUF_ERROR: it ends too early; Z_DATA_ERROR: what stands there is not what was compressed.
function isTorn(error: unknown): boolean {
  return ['Z_BUF_ERROR', 'Z_DATA_ERROR'].includes(String((error as NodeJS.ErrnoException).code));
}

function unreadable(shown: string, cause: unknown): RolebookError {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
    return new RolebookError('configuration', `there is no file \`${shown}\``, { cause });
  }
  return new RolebookError('configuration', `\`${shown}\` cannot be read: ${messageOf(cause)}`, { cause });
}
