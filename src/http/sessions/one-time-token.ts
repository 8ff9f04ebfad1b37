import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { limits } from '../../policy/limits.ts';

/** A token that lets one browser in, once, while it is fresh. A new one ends the one before it. */
export class OneTimeToken {
  readonly #now: () => number;
  #digest: Buffer | undefined;
  #endsAtMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  make(): string {
    const token = randomBytes(32).toString('base64url');
    this.#digest = digestOf(token);
    this.#endsAtMs = this.#now() + limits.oneTimeTokenMs;
    return token;
  }

  /** Whether it is the one that was made last, and was not taken yet. From then on it was. */
  take(token: string): boolean {
    const digest = this.#digest;
    if (!digest || !timingSafeEqual(digest, digestOf(token)) || this.#now() >= this.#endsAtMs) return false;
    this.#digest = undefined;
    return true;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
