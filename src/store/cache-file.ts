import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../policy/errors.ts';
import { errorCodeOf, faultOf } from './file-fault.ts';

// The first line: what it is, the number of its form, and the SHA-256 of all that follows.
const word = 'rolebook-cache';
const form = 2;
const headerBytes = `${word} ${form} ${'0'.repeat(64)}\n`.length;

/** Files of every form begin like this, so that one of another form is told from a damaged one. */
const headerPattern = /^rolebook-cache (\d{1,9}) /;

// A pipe put in the place of the file would otherwise hold a thread for ever.
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/** Many small parts are written together. */
const pieceBytes = 64 * 1024;

/**
 * Writes a file that only this user reads, and that is there whole or not at all, whenever the machine stops. `parts`
 * is taken a piece at a time, with turns for others in between.
 */
export async function writeCacheFile(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const passing = `${path}.${randomBytes(6).toString('hex')}${passingEnd}`;
  const file = await open(passing, 'wx', 0o600);
  try {
    try {
      await writeParts(file, parts);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(passing, path);
  } catch (error) {
    await rm(passing, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** How the name of a file ends that is being written; one that stays was left by a process that died. */
export const passingEnd = '.tmp';

/** What a file holds, if it is just what was written; else why not, as the end of a sentence. Undefined: no file. */
export async function readCacheFile(path: string): Promise<Buffer | { readonly fault: string } | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, readFlags);
    if (!(await file.stat()).isFile()) return { fault: 'is not a file' };
    return check(await file.readFile());
  } catch (error) {
    return errorCodeOf(error) === 'ENOENT' ? undefined : { fault: faultOf(error) };
  } finally {
    await file?.close().catch(() => undefined);
  }
}

const writeFaults: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than it may be',
  EACCES: 'the folder cannot be written to: permission denied',
  EPERM: 'the folder cannot be written to: operation not permitted',
  EROFS: 'the folder cannot be written to: its file system is read-only',
  ENOENT: 'the folder is gone',
  ENOTDIR: 'the folder is gone',
};

/** Why a file could not be written. */
export function writeFaultOf(error: unknown): string {
  return writeFaults[errorCodeOf(error) ?? ''] ?? messageOf(error);
}

function check(bytes: Buffer): Buffer | { readonly fault: string } {
  const header = bytes.subarray(0, headerBytes).toString('latin1');
  const found = headerPattern.exec(header)?.[1];
  if (found !== undefined && found !== String(form)) return { fault: 'was written by another version of rolebook' };
  const content = bytes.subarray(headerBytes);
  return header === headerOf(createHash('sha256').update(content).digest('hex')) ? content : { fault: 'is damaged' };
}

function headerOf(digest: string): string {
  return `${word} ${form} ${digest}\n`;
}

// The header comes last, once the digest is known; nobody sees the file before.
async function writeParts(file: FileHandle, parts: Iterable<Uint8Array>): Promise<void> {
  const hash = createHash('sha256');
  let at = headerBytes;
  for (const piece of inPieces(parts)) {
    hash.update(piece);
    await writeAll(file, piece, at);
    at += piece.length;
  }
  await writeAll(file, Buffer.from(headerOf(hash.digest('hex'))), 0);
}

// On a disk that is nearly full a write may take a part only; the next says that there is no room.
async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

function* inPieces(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  let piece: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    piece.push(part);
    bytes += part.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(piece, bytes);
    piece = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(piece, bytes);
}

// Without it a power cut may bring the old name back. Some file systems cannot do it, and need not.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close().catch(() => undefined);
}
