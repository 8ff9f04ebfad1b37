import { createHash } from 'node:crypto';

/**
 * The name that git gives to this content, in a repository whose names are so many hexadecimal digits long: SHA-1 or
 * SHA-256 over a header and the content (git-scm.com/docs/git-hash-object, gitrepository-layout). Undefined for a length
 * that no git is known to use.
 */
export function blobNameOf(content: Uint8Array, digits: number): string | undefined {
  const algorithm = algorithms[digits];
  if (algorithm === undefined) return undefined;
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
}

const algorithms: Readonly<Record<number, string>> = { 40: 'sha1', 64: 'sha256' };

/** Names of contents, each made once for as long as the content is kept. */
const known = new WeakMap<Uint8Array, string>();

/** Whether git has this content under this name. */
export function isNamed(content: Uint8Array, name: string): boolean {
  const kept = known.get(content);
  if (kept?.length === name.length) return kept === name;
  const made = blobNameOf(content, name.length);
  if (made !== undefined) known.set(content, made);
  return made === name;
}

/** Whether git has this content under this name, laid on disk with the line ends of Windows or as it is. */
export function isNamedInAnyLineEnds(content: Uint8Array, name: string): boolean {
  if (isNamed(content, name)) return true;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  if (!bytes.includes('\r\n')) return false;
  return blobNameOf(Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'), name.length) === name;
}
