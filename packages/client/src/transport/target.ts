import type { Target } from './transport.ts';

/**
 * Reads where the sidecar is: `http://127.0.0.1:8181`, `https://…`, or `unix:/run/rolebook.sock`. Throws a TypeError that
 * says what would be right, and quotes nothing that could be a secret.
 */
export function parseTarget(text: string): Target {
  if (text.startsWith('unix:')) {
    const path = text.replace(/^unix:(\/\/(?=\/))?/, '');
    if (path.startsWith('/')) return { url: new URL('http://localhost'), prefix: '', socketPath: path };
    throw new TypeError('the path of a Unix socket begins with a slash, as in unix:/run/rolebook.sock');
  }
  if (!URL.canParse(text)) throw new TypeError('`url` is no URL; it is one as in http://127.0.0.1:8181');
  const url = new URL(text);
  const { protocol, username, password, pathname, search, hash } = url;
  if (!/^https?:$/.test(protocol)) throw new TypeError('`url` begins with http:, https: or unix:');
  if (username !== '' || password !== '') throw new TypeError('`url` has no name or password in it; give a `token`');
  if (search !== '' || hash !== '') throw new TypeError('`url` ends with its path');
  return { url, prefix: pathname.replace(/\/+$/, '') };
}
