import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject } from '../../policy/text/json.ts';
import type { PublicAddress } from '../access/public-address.ts';
import type { Seal } from './seal.ts';
import { type CookieReach, cookieName, portOf, readCookie, writeCookie } from './session-cookie.ts';

/** The cookie of a browser that keeps something for calls below one path, which nobody else can read or make. */
export class SealedCookie {
  readonly #word: string;
  readonly #seal: Seal;
  readonly #address: PublicAddress | undefined;
  readonly #reach: CookieReach;

  constructor(
    word: string,
    seal: Seal,
    address: PublicAddress | undefined,
    { path, site }: Omit<CookieReach, 'isSecure'>,
  ) {
    this.#word = word;
    this.#seal = seal;
    this.#address = address;
    this.#reach = { path, site, isSecure: address?.isSecure ?? false };
  }

  /** The cookie, for so many seconds; undefined: sealed it would have more characters than `most`. */
  keep(request: IncomingMessage, value: object, seconds: number): string;
  keep(request: IncomingMessage, value: object, seconds: number, most: number): string | undefined;
  keep(request: IncomingMessage, value: object, seconds: number, most = Infinity): string | undefined {
    const sealed = this.#seal.close(JSON.stringify(value));
    return sealed.length > most ? undefined : writeCookie(this.#name(request), sealed, seconds, this.#reach);
  }

  /** What it keeps; undefined: there is none, or none that was sealed here. */
  find(request: IncomingMessage): JsonObject | undefined {
    const sealed = readCookie(request.headers.cookie, this.#name(request));
    const text = sealed === undefined ? undefined : this.#seal.open(sealed);
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  }

  /** A cookie that keeps nothing any more. */
  forget(request: IncomingMessage): string {
    return writeCookie(this.#name(request), '', 0, this.#reach);
  }

  #name(request: IncomingMessage): string {
    return cookieName(this.#word, this.#reach, portOf(request, this.#address));
  }
}
