import type { IncomingMessage } from 'node:http';
import { limits } from '../../policy/limits.ts';
import type { PublicAddress } from '../access/public-address.ts';
import type { SignOutHint } from '../openid/sign-out-hint.ts';
import type { Seal } from './seal.ts';
import { SealedCookie } from './sealed-cookie.ts';
import { secondsUntil } from './session-cookie.ts';
import type { Session } from './session.ts';

/** The path of the calls that are about a session, signing out among them. */
const sessionPath = '/v1/session';

/**
 * The words that a provider wants to hear when somebody signs out, in a cookie of their own: an ID token is long, and the calls of a page that are about something else
 * need not carry it. They are good with their session alone.
 */
export class SignOutHints {
  readonly #cookie: SealedCookie;
  readonly #now: () => number;

  constructor(seal: Seal, address: PublicAddress | undefined, now: () => number) {
    this.#cookie = new SealedCookie('rolebook-sign-out', seal, address, { path: sessionPath, site: 'Strict' });
    this.#now = now;
  }

  /** The cookie that keeps it as long as the session lasts; without the ID token where that is too long, and none where nothing is left. */
  keep(request: IncomingMessage, { id, endsAtMs }: Session, hint: SignOutHint): string[] {
    const { idToken, logoutHint } = hint;
    for (const kept of [{ idToken, logoutHint }, { logoutHint }]) {
      if (Object.values(kept).every((part) => part === undefined)) continue;
      const seconds = secondsUntil(endsAtMs, this.#now());
      const cookie = this.#cookie.keep(request, { session: id, ...kept }, seconds, limits.signIn.hintCharacters);
      if (cookie !== undefined) return [cookie];
    }
    return [];
  }

  /** What was kept with this session; nothing where it was of another one. */
  find(request: IncomingMessage, { id }: Session): SignOutHint {
    const kept = this.#cookie.find(request);
    if (kept?.['session'] !== id) return {};
    return { idToken: textOf(kept['idToken']), logoutHint: textOf(kept['logoutHint']) };
  }

  /** A cookie that keeps nothing any more. */
  forget(request: IncomingMessage): string {
    return this.#cookie.forget(request);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
