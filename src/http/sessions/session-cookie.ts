import type { IncomingMessage } from 'node:http';
import type { PublicAddress } from '../access/public-address.ts';

/** The calls that a cookie is sent along with. */
export interface CookieReach {
  readonly path: string;
  /** `Lax`: also when another site leads here; `Strict`: never. */
  readonly site: 'Strict' | 'Lax';
  readonly isSecure: boolean;
}

const strict: CookieReach = { path: '/', site: 'Strict', isSecure: false };

/**
 * The name of the cookie. Browsers send a cookie to every port of a host, so each sidecar has one of its own: two that are
 * tried out at once do not sign each other out. By https the name itself keeps other hosts from setting it.
 */
export function cookieName(name: string, reach: CookieReach, port: string): string {
  if (!reach.isSecure) return `${name}-${port}`;
  const prefix = reach.path === '/' ? '__Host-' : '__Secure-';
  return port === '443' ? `${prefix}${name}` : `${prefix}${name}-${port}`;
}

/** The port that browsers come to. */
export function portOf({ socket }: Pick<IncomingMessage, 'socket'>, address: PublicAddress | undefined): string {
  return address?.port ?? String(socket.localPort ?? 0);
}

/** The value of a cookie; undefined where there is none, or two, of which either may be somebody else's. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const [key = '', ...rest] = pair.split('=');
    return key.trim() === name ? [rest.join('=').trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/** How long a cookie is kept that is good until then. */
export function secondsUntil(endsAtMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((endsAtMs - nowMs) / 1000));
}

/** A cookie that scripts cannot read. */
export function writeCookie(name: string, value: string, seconds: number, reach = strict): string {
  const { path, site, isSecure } = reach;
  return `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=${site}${isSecure ? '; Secure' : ''}`;
}
