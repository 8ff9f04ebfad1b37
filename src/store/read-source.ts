import {
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  open,
  openSync,
  read,
  readSync,
  type BigIntStats,
} from 'node:fs';
import { promisify } from 'node:util';
import { limits } from '../policy/limits.ts';
import { faultOf } from './file-fault.ts';
import type { FileIdentity } from './file-identity.ts';

/** What reading a file gave: its bytes, or why there are none. */
export type ReadOutcome = Buffer | { readonly fault: string };

// Without blocking: a pipe put where the file was a moment ago would otherwise hold a thread for ever. Windows has no
// such flag, which leaves the other, and no such pipes.
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/** What reading a file asks of the system. */
export interface FileCalls {
  open(place: string): Promise<number> | number;
  stat(file: number): Promise<BigIntStats> | BigIntStats;
  read(file: number, into: Buffer, from: number): Promise<{ bytesRead: number }> | { bytesRead: number };
  close(file: number): Promise<void> | void;
}

// Numbers, not the handles of `node:fs/promises`: those take twice as long, and at the start every file is read.
const openFile = promisify(open);
const closeFile = promisify(close);
const readPiece = promisify(read);
const statFile = promisify(fstat);

/** For a sidecar, which has requests to answer meanwhile. */
export const besideOthers: FileCalls = {
  open: (place) => openFile(place, openFlags),
  stat: (file) => statFile(file, { bigint: true }),
  read: (file, into, from) => readPiece(file, into, from, into.length - from, null),
  close: (file) => closeFile(file),
};

/** For a command, which has nothing else to do: a fifth of the processor time. */
export const atOnce: FileCalls = {
  open: (place) => openSync(place, openFlags),
  stat: (file) => fstatSync(file, { bigint: true }),
  read: (file, into, from) => ({ bytesRead: readSync(file, into, from, into.length - from, null) }),
  close: closeSync,
};

/**
 * Reads the file that was seen under this identity. One byte more than the limit at most: enough to know it is too
 * large, and never more memory than that.
 */
export async function readSource(
  place: string,
  seen: FileIdentity,
  calls: FileCalls = besideOthers,
): Promise<ReadOutcome> {
  let file: number | undefined;
  try {
    file = await calls.open(place);
    const stats = await calls.stat(file);
    if (!stats.isFile() || !isAsSeen(stats, seen)) return { fault: 'changed while it was read' };
    return await readToEnd(file, Number(seen.size), calls);
  } catch (error) {
    return { fault: faultOf(error) };
  } finally {
    if (file !== undefined) await closeQuietly(file, calls);
  }
}

// A path can be turned to another file and back between two surveys (a symbolic link can), so what was opened is
// compared too. Without device and inode: some file systems number an open file differently.
function isAsSeen(stats: BigIntStats, seen: FileIdentity): boolean {
  return stats.ctimeNs === seen.ctimeNs && stats.mtimeNs === seen.mtimeNs && stats.size === seen.size;
}

async function closeQuietly(file: number, calls: FileCalls): Promise<void> {
  try {
    await calls.close(file);
  } catch {
    // What was read was read.
  }
}

async function readToEnd(file: number, size: number, calls: FileCalls): Promise<Buffer> {
  const most = limits.fileBytes + 1;
  // A byte to spare shows the end without a second read; pseudo files say they are empty, and are not.
  let bytes = Buffer.allocUnsafeSlow(Math.min(size === 0 ? 4096 : size + 1, most));
  let length = 0;
  for (;;) {
    const { bytesRead } = await calls.read(file, bytes, length);
    length += bytesRead;
    if (bytesRead === 0 || length === size || length === most) return bytes.subarray(0, length);
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(length * 2, most));
  }
}
