import type { IncomingMessage } from 'node:http';
import { limits } from '../../policy/limits.ts';
import type { JsonObject } from '../../policy/text/json.ts';
import type { PublicAddress } from '../access/public-address.ts';
import type { PendingSignIn } from '../openid/openid-provider.ts';
import type { Seal } from './seal.ts';
import { SealedCookie } from './sealed-cookie.ts';

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
  readonly #cookie: SealedCookie;
  readonly #now: () => number;

  constructor(seal: Seal, address: PublicAddress | undefined, now: () => number) {
    this.#cookie = new SealedCookie('rolebook-sign-in', seal, address, { path: signInPath, site: 'Lax' });
    this.#now = now;
  }

  /** The cookie that keeps it. */
  keep(request: IncomingMessage, { state, nonce, verifier }: PendingSignIn, to: string): string {
    const kept: KeptSignIn = { state, nonce, verifier, to, endsAtMs: this.#now() + limits.signIn.withinMs };
    return this.#cookie.keep(request, kept, limits.signIn.withinMs / 1000);
  }

  /** The one that this browser began; undefined: none, or it took too long. */
  find(request: IncomingMessage): KeptSignIn | undefined {
    const found = this.#cookie.find(request);
    const kept = found && readKept(found);
    return kept && kept.endsAtMs > this.#now() ? kept : undefined;
  }

  /** A cookie that keeps none any more. */
  forget(request: IncomingMessage): string {
    return this.#cookie.forget(request);
  }
}

function readKept({ state, nonce, verifier, to, endsAtMs }: JsonObject): KeptSignIn | undefined {
  if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') return undefined;
  return typeof to === 'string' && typeof endsAtMs === 'number' ? { state, nonce, verifier, to, endsAtMs } : undefined;
}
