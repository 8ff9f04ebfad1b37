import type { IncomingMessage } from 'node:http';
import { limits } from '../../policy/limits.ts';
import { isJsonObject } from '../../policy/text/json.ts';
import type { PublicAddress } from '../access/public-address.ts';
import type { PendingSignIn } from '../openid/openid-provider.ts';
import type { Seal } from './seal.ts';
import { type CookieReach, cookieName, portOf, readCookie, writeCookie } from './session-cookie.ts';

/** The path below which somebody signs in at a provider. */
export const signInPath = '/v1/sign-in';

/** An attempt to sign in, and where it leads. */
export interface KeptSignIn extends PendingSignIn {
  /** A path of the pages. */
  readonly to: string;
  readonly endsAtMs: number;
}

/**
 * The attempts to sign in that are under way, each in a cookie of the browser that began it: so any process may see it end, and no other browser can. A
 * provider leads back here from its own site, so the cookie is sent then, too, but to these calls alone.
 */
export class PendingSignIns {
  readonly #seal: Seal;
  readonly #address: PublicAddress | undefined;
  readonly #now: () => number;
  readonly #reach: CookieReach;

  constructor(seal: Seal, address: PublicAddress | undefined, now: () => number) {
    this.#seal = seal;
    this.#address = address;
    this.#now = now;
    this.#reach = { path: signInPath, site: 'Lax', isSecure: address?.isSecure ?? false };
  }

  /** The cookie that keeps it. */
  keep(request: IncomingMessage, { state, nonce, verifier }: PendingSignIn, to: string): string {
    const kept: KeptSignIn = { state, nonce, verifier, to, endsAtMs: this.#now() + limits.signIn.withinMs };
    return this.#write(request, this.#seal.close(JSON.stringify(kept)), limits.signIn.withinMs / 1000);
  }

  /** The one that this browser began; undefined: none, or it took too long. */
  find(request: IncomingMessage): KeptSignIn | undefined {
    const sealed = readCookie(request.headers.cookie, this.#name(request));
    const text = sealed === undefined ? undefined : this.#seal.open(sealed);
    const kept = text === undefined ? undefined : readKept(JSON.parse(text));
    return kept && kept.endsAtMs > this.#now() ? kept : undefined;
  }

  /** A cookie that keeps none any more. */
  forget(request: IncomingMessage): string {
    return this.#write(request, '', 0);
  }

  #name(request: IncomingMessage): string {
    return cookieName('rolebook-sign-in', this.#reach, portOf(request, this.#address));
  }

  #write(request: IncomingMessage, value: string, seconds: number): string {
    return writeCookie(this.#name(request), value, seconds, this.#reach);
  }
}

function readKept(value: unknown): KeptSignIn | undefined {
  if (!isJsonObject(value)) return undefined;
  const { state, nonce, verifier, to, endsAtMs } = value;
  if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') return undefined;
  return typeof to === 'string' && typeof endsAtMs === 'number' ? { state, nonce, verifier, to, endsAtMs } : undefined;
}
