import { isIP } from 'node:net';
import { isLoopbackHost } from './listen-address.ts';

// RFC 9110, section 7.2, with the names that are in use: labels of letters, digits, `-` and `_`, with dots between.
// Nothing in it can match in two ways.
const hostPattern = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?))(?::(\d{0,5}))?$/;

/** A name of the DNS has at most 253 characters; behind it stand a colon and a port. */
const maximumCharacters = 260;

/** The name or address in the text of a `Host`; undefined: it is none. */
export function parseHostText(text: string): string | undefined {
  if (text.length > maximumCharacters) return undefined;
  const [found, address, name, port = ''] = hostPattern.exec(text) ?? [];
  if (found === undefined || Number(port) > 65_535) return undefined;
  if (address !== undefined) return isIP(address) === 6 ? address : undefined;
  return name;
}

/** Whether it means this machine, by a name that no other can be given. */
export function isOwnHost(name: string): boolean {
  return isLoopbackHost(name) || name.toLowerCase().endsWith('.localhost');
}

/** The host of an absolute request target like `http://127.0.0.1:8181/v1/policy`; undefined: it has none. */
export function hostOfTarget(target: string): string | undefined {
  return /^https?:\/\/([^/?#]*)/i.exec(target)?.[1];
}
