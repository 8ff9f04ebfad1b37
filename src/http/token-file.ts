import { hash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RolebookError, messageOf } from '../policy/errors.ts';
import { limits } from '../policy/limits.ts';

/** The bearer tokens of one file, as digests: the tokens themselves are not kept. */
export class TokenSet {
  readonly #digests: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map(digestOf);
  }

  get isEmpty(): boolean {
    return this.#digests.length === 0;
  }

  has(digest: Buffer): boolean {
    let found = false;
    // Every digest is compared to its end, so the time taken tells nothing about a token.
    for (const known of this.#digests) if (timingSafeEqual(known, digest)) found = true;
    return found;
  }
}

/** Reads one token a line, with blank lines and `#` comments; several of them let tokens be rotated. */
export async function readTokenFile(path: string): Promise<TokenSet> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new RolebookError('configuration', `cannot read the token file \`${path}\`: ${messageOf(cause)}`, { cause });
  }
  const lines = text.split('\n').map((line) => line.trim());
  const tokens: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    checkToken(line, `${path}:${index + 1}`);
    tokens.push(line);
  }
  if (tokens.length === 0) throw new RolebookError('configuration', `the token file \`${path}\` holds no token`);
  return new TokenSet(tokens);
}

const tokenPattern = /^[\x21-\x7e]+$/;

// The message says the place and never the token.
function checkToken(token: string, place: string): void {
  if (token.length >= limits.tokenCharacters && tokenPattern.test(token)) return;
  const shape = `a token has ${limits.tokenCharacters} or more printable ASCII characters and no blanks`;
  throw new RolebookError('configuration', `the token at \`${place}\` cannot be used`, {
    help: `${shape}; \`openssl rand -hex 32\` makes one`,
  });
}

/** What a set of tokens is asked about: all digests have one length, whatever the token's was. */
export function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
