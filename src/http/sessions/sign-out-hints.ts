import type { IncomingMessage } from 'node:http';
import { limits } from '../../policy/limits.ts';
import { isJsonObject } from '../../policy/text/json.ts';
import type { PublicAddress } from '../access/public-address.ts';
import type { SignOutHint } from '../openid/sign-out-hint.ts';
import type { Seal } from './seal.ts';
import { type CookieReach, cookieName, portOf, readCookie, secondsUntil, writeCookie } from './session-cookie.ts';
import type { Session } from './session.ts';

/** The path of the calls that are about a session, signing out among them. */
const sessionPath = '/v1/session';

/**
 * The words that a provider wants to hear when somebody signs out, in a cookie of their own: an ID token is long, and the calls of a page that are about something else
 * need not carry it. They are good with their session alone.
 */
export class SignOutHints {
  readonly #seal: Seal;
  readonly #address: PublicAddress | undefined;
  readonly #now: () => number;
  readonly #reach: CookieReach;

  constructor(seal: Seal, address: PublicAddress | undefined, now: () => number) {
    this.#seal = seal;
    this.#address = address;
    this.#now = now;
    this.#reach = { path: sessionPath, site: 'Strict', isSecure: address?.isSecure ?? false };
  }

  /** The cookie that keeps it as long as the session lasts; without the ID token where that is too long, and none where nothing is left. */
  keep(request: IncomingMessage, { id, endsAtMs }: Session, hint: SignOutHint): string[] {
    const { idToken, logoutHint } = hint;
    for (const kept of [{ idToken, logoutHint }, { logoutHint }]) {
      if (Object.values(kept).every((part) => part === undefined)) continue;
      const sealed = this.#seal.close(JSON.stringify({ session: id, ...kept }));
      if (sealed.length > limits.signIn.hintCharacters) continue;
      return [writeCookie(this.#name(request), sealed, secondsUntil(endsAtMs, this.#now()), this.#reach)];
    }
    return [];
  }

  /** What was kept with this session; nothing where it was of another one. */
  find(request: IncomingMessage, { id }: Session): SignOutHint {
    const sealed = readCookie(request.headers.cookie, this.#name(request));
    const text = sealed === undefined ? undefined : this.#seal.open(sealed);
    const kept: unknown = text === undefined ? undefined : JSON.parse(text);
    if (!isJsonObject(kept) || kept['session'] !== id) return {};
    return { idToken: textOf(kept['idToken']), logoutHint: textOf(kept['logoutHint']) };
  }

  /** A cookie that keeps nothing any more. */
  forget(request: IncomingMessage): string {
    return writeCookie(this.#name(request), '', 0, this.#reach);
  }

  #name(request: IncomingMessage): string {
    return cookieName('rolebook-sign-out', this.#reach, portOf(request, this.#address));
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
