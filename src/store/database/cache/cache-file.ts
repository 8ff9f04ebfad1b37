import { randomBytes, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { messageOf, RolebookError } from '../../../policy/errors.ts';
import type { CacheKey } from './cache-key.ts';
import { errorCodeOf, faultOf } from '../../folder/file-fault.ts';
import { passingEnd } from './passing-file.ts';
import { privateFileFault } from './private-folder.ts';

// The first line: what it is, the number of its form, which key it was written with, and what that key makes of its name
// and of all that follows.
const formName = 'rolebook-cache';
const form = 2;
const headerBytes = `${formName} ${form} ${'0'.repeat(16)} ${'0'.repeat(64)}\n`.length;

/** Files of every form begin like this, so that one of another form is told from a damaged one. */
const headerPattern = /^rolebook-cache (\d{1,9}) ([0-9a-f]{16})?/;

// A pipe put in the place of the file would otherwise hold a thread for ever, and a link lead out of the folder.
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Many small parts are written together. */
const pieceBytes = 64 * 1024;

/**
 * Writes a file that only this user reads, and that is there whole or not at all, whenever the machine stops. `parts`
 * is taken a piece at a time, with turns for others in between. `confirm` is asked last, and throws to leave all as it was.
 */
export async function writeCacheFile(
  path: string,
  parts: Iterable<Uint8Array>,
  key: CacheKey,
  confirm?: () => Promise<void>,
): Promise<void> {
  const passing = `${path}.${randomBytes(6).toString('hex')}${passingEnd}`;
  const file = await open(passing, 'wx', 0o600);
  try {
    try {
      await writeParts(file, parts, key, basename(path));
      await file.sync();
    } finally {
      await file.close();
    }
    await confirm?.();
    await rename(passing, path);
  } catch (error) {
    await rm(passing, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * What a file holds, if it is just what was written there with this key; else why not, as the end of a sentence.
 * Undefined: no file.
 */
export async function readCacheFile(
  path: string,
  openKey: () => Promise<CacheKey>,
): Promise<Buffer | { readonly fault: string } | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, readFlags);
    const fault = privateFileFault(await file.stat());
    if (fault !== undefined) return { fault };
    return check(await file.readFile(), await openKey(), basename(path));
  } catch (error) {
    if (error instanceof RolebookError) return { fault: `cannot be checked: ${error.message}` };
    const code = errorCodeOf(error);
    if (code === 'ENOENT') return undefined;
    return { fault: code === 'ELOOP' ? 'is a symbolic link' : faultOf(error) };
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

function check(bytes: Buffer, key: CacheKey, name: string): Buffer | { readonly fault: string } {
  const header = bytes.subarray(0, headerBytes);
  const [, foundForm, keyId] = headerPattern.exec(header.toString('latin1')) ?? [];
  if (foundForm === '1')
    return { fault: 'was written by an earlier version of rolebook, in a form that can be forged' };
  if (foundForm !== undefined && foundForm !== String(form)) {
    return { fault: 'was written by another version of rolebook' };
  }
  if (keyId !== undefined && keyId !== key.id) return { fault: 'was written with another key, or another password' };
  const content = bytes.subarray(headerBytes);
  const expected = headerOf(key.id, key.sign(name).update(content).digest('hex'));
  // Whoever may try as often as they like learns nothing from how long it takes.
  const isOurs = header.length === headerBytes && timingSafeEqual(header, expected);
  return isOurs ? content : { fault: 'is damaged, or was changed by somebody else' };
}

function headerOf(keyId: string, signature: string): Buffer {
  return Buffer.from(`${formName} ${form} ${keyId} ${signature}\n`, 'latin1');
}

// The header comes last, once the signature is known; nobody sees the file before.
async function writeParts(file: FileHandle, parts: Iterable<Uint8Array>, key: CacheKey, name: string): Promise<void> {
  const signature = key.sign(name);
  let at = headerBytes;
  for (const piece of inPieces(parts)) {
    signature.update(piece);
    await writeAll(file, piece, at);
    at += piece.length;
  }
  await writeAll(file, headerOf(key.id, signature.digest('hex')), 0);
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
