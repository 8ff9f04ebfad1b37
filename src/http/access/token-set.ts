import { timingSafeEqual } from 'node:crypto';
import { RolebookError } from '../../policy/errors.ts';
import type { Token } from './token.ts';

/** All tokens of a sidecar, file by file. */
export class TokenSet {
  readonly #files: readonly (readonly Token[])[];

  /** Throws a RolebookError when a token is there twice: it would be two callers at once. */
  constructor(files: readonly (readonly Token[])[]) {
    refuseTwins(files.flat());
    this.#files = files;
  }

  /** Those of the first file pay nothing for the tokens of the second. */
  find(digest: Buffer): Token | undefined {
    for (const tokens of this.#files) {
      const found = findAmong(tokens, digest);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function findAmong(tokens: readonly Token[], digest: Buffer): Token | undefined {
  let found: Token | undefined;
  // Every digest is compared to its end, so the time taken tells nothing about a token.
  for (const token of tokens) if (timingSafeEqual(token.digest, digest)) found = token;
  return found;
}

function refuseTwins(tokens: readonly Token[]): void {
  const places = new Map<string, string>();
  for (const { digest, place } of tokens) {
    const key = digest.toString('hex');
    const other = places.get(key);
    if (other !== undefined) {
      throw new RolebookError('configuration', `the token at \`${place}\` stands at \`${other}\`, too`, {
        help: 'take one of them out; each caller has a token of its own',
      });
    }
    places.set(key, place);
  }
}
