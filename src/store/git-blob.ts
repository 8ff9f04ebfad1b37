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
