import type { IncomingMessage } from 'node:http';

/**
 * The name of the cookie. Browsers send a cookie to every port of a host, so each sidecar has one of its own: two that are
 * tried out at once do not sign each other out.
 */
export function cookieName({ socket }: Pick<IncomingMessage, 'socket'>): string {
  return `rolebook-session-${socket.localPort ?? 0}`;
}

/** The value of a cookie; undefined where there is none, or two, of which either may be somebody else's. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const [key = '', ...rest] = pair.split('=');
    return key.trim() === name ? [rest.join('=').trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/** A cookie that scripts cannot read and no other site sends along. */
export function writeCookie(name: string, value: string, seconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
}
