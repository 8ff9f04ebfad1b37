import { RolebookError } from '../../policy/errors.ts';
import { isLoopbackHost } from './listen-address.ts';

/** The address at which browsers reach the sidecar, whatever stands between. */
export interface PublicAddress {
  /** As browsers write it: `https://roles.acme.example`. */
  readonly origin: string;
  /** Whether they come by https: then cookies are for https alone. */
  readonly isSecure: boolean;
  /** As written, or that of the protocol. */
  readonly port: string;
}

/** Reads `https://roles.acme.example`; without https only where nothing leaves this machine. */
export function parsePublicAddress(text: string, flag: string): PublicAddress {
  const url = parseSecureUrl(text, flag);
  if (url.pathname === '/' && url.search === '' && !text.includes('?')) {
    const isSecure = url.protocol === 'https:';
    return { origin: url.origin, isSecure, port: url.port === '' ? (isSecure ? '443' : '80') : url.port };
  }
  throw new RolebookError('usage', `\`${flag}\` takes an address without a path: the pages are at its /console`, {
    help: `write \`${flag} ${url.origin}\``,
  });
}

/** An address that nobody between reads: `https://`, or `http://` on this machine. Never one with a password in it. */
export function parseSecureUrl(text: string, flag: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const example = `write \`${flag} https://roles.acme.example\``;
  // Not repeated: a password may stand in it.
  if (!url || url.username !== '' || url.password !== '' || text.includes('#')) {
    throw new RolebookError('usage', `\`${flag}\` takes an address without a name, a password or a \`#\``, {
      help: example,
    });
  }
  if (url.protocol === 'https:') return url;
  const isHere = url.protocol === 'http:' && isLoopbackHost(url.hostname.replace(/^\[|\]$/g, ''));
  if (isHere) return url;
  throw new RolebookError('usage', `\`${flag}\` takes an \`https://\` address, or \`http://\` of this machine alone`, {
    help: example,
  });
}
