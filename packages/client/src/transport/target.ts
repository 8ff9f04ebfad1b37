import type { Target } from './transport.ts';

/**
 * Reads where the sidecar is: `http://127.0.0.1:8181`, `https://…`, or `unix:/run/rolebook.sock`. Throws a TypeError that
 * says what would be right, and quotes nothing that could be a secret.
 */
export function parseTarget(url: string): Target {
  if (url.startsWith('unix:')) {
    const path = url.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    if (path.startsWith('/')) return { kind: 'socket', path };
    throw new TypeError('the path of a Unix socket begins with a slash, as in unix:/run/rolebook.sock');
  }
  if (!URL.canParse(url)) throw new TypeError('`url` is no URL; it is one as in http://127.0.0.1:8181');
  const { protocol, origin, username, password, pathname, search, hash } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('`url` begins with http:, https: or unix:');
  if (username !== '' || password !== '') throw new TypeError('`url` has no name or password in it; give a `token`');
  if (search !== '' || hash !== '') throw new TypeError('`url` ends with its path');
  return { kind: 'url', origin, prefix: pathname.replace(/\/+$/, '') };
}
