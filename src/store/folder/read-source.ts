import {
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  open,
  openSync,
  read,
  readlinkSync,
  readSync,
  type BigIntStats,
} from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { limits } from '../../policy/limits.ts';
import { faultOf, outwardLinkFault } from './file-fault.ts';
import type { FileIdentity } from './file-identity.ts';
import { pathBelow, type PolicyRoot } from './policy-root.ts';

/** The outcome of reading a file: its bytes, or why there are none. */
export type ReadOutcome = Buffer | { readonly fault: string };

// Without blocking: a pipe put where the file was a moment ago would otherwise hold a thread for ever. Not through a link,
// because the links were followed before; and no terminal becomes this process's own. Windows has no such flags, which
// leaves the first, and no such pipes.
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY;

/** The calls that reading a file makes of the system. */
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
 * Reads the file that was seen under this identity, if what is opened lies in the root. One byte more than the limit at
 * most: enough to know it is too large, and never more memory than that.
 */
export async function readSource(
  root: PolicyRoot,
  path: string,
  seen: FileIdentity,
  calls: FileCalls = besideOthers,
): Promise<ReadOutcome> {
  const place = `${root.real}/${seen.place ?? path}`;
  let file: number | undefined;
  try {
    file = await calls.open(place);
    const stats = await calls.stat(file);
    const opened = placeOpened(file);
    const isInside = opened === undefined ? await leadsInside(place, stats, root) : isBelow(opened, root);
    if (!isInside) return { fault: outwardLinkFault };
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

// A folder on the way can be exchanged for a link after it was looked at, so it is what was opened that must be inside.
// Linux says where that is; elsewhere the path is followed once more, and must end at the very file.
async function leadsInside(place: string, stats: BigIntStats, { real }: PolicyRoot): Promise<boolean> {
  const now = await realpath(place);
  const { dev, ino } = await stat(now, { bigint: true });
  return pathBelow(real, now) !== undefined && dev === stats.dev && ino === stats.ino;
}

function isBelow(place: string, { real }: PolicyRoot): boolean {
  return place.startsWith(real === '/' ? real : `${real}/`);
}

function placeOpened(file: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // Does not wait, because it is no file on a disk.
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    return undefined;
  }
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
