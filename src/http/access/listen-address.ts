import { BlockList, isIP } from 'node:net';
import { RolebookError } from '../../policy/errors.ts';

/** The address where the sidecar listens. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export const defaultListenAddress = '127.0.0.1:8181';

const help = 'write `127.0.0.1:8181`, `[::1]:8181`, `localhost:8181` or `unix:/run/rolebook.sock`';

/** Port 0 lets the system choose one. */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith('unix:')) return parseUnixPath(text);
  const colon = text.lastIndexOf(':');
  if (colon < 0) throw new RolebookError('usage', `\`${text}\` is not an address to listen on`, { help });
  const host = parseHost(text.slice(0, colon), text);
  return { kind: 'tcp', host, port: parsePort(text.slice(colon + 1), text) };
}

export function formatListenAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

/** Whether only this machine can reach it. */
export function isLocal(address: ListenAddress): boolean {
  return address.kind === 'unix' || isLoopbackHost(address.host);
}

/** `localhost`, 127.0.0.0/8 or ::1. Any other name may be resolved to anything, so it is not taken for local. */
export function isLoopbackHost(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === 'localhost';
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function parseUnixPath(text: string): ListenAddress {
  const path = text.slice('unix:'.length);
  if (!path.startsWith('/') || path.includes('\0')) {
    throw new RolebookError('usage', `\`${text}\` needs an absolute path`, { help });
  }
  // The system cuts longer paths off without a word, and the socket would be somewhere else.
  if (Buffer.byteLength(path) > 103) throw new RolebookError('usage', `the socket path in \`${text}\` is too long`);
  return { kind: 'unix', path };
}

const hostNamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

function parseHost(host: string, text: string): string {
  if (host === '') {
    const choice = 'write `127.0.0.1` for this machine only, or `0.0.0.0` for every network it is on';
    throw new RolebookError('usage', `\`${text}\` does not say the host`, { help: choice });
  }
  const inBrackets = /^\[(.*)\]$/.exec(host)?.[1];
  if (inBrackets !== undefined ? isIP(inBrackets) === 6 : hostNamePattern.test(host)) return inBrackets ?? host;
  throw new RolebookError('usage', `\`${host}\` in \`${text}\` is not a host`, { help });
}

function parsePort(port: string, text: string): number {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port);
  throw new RolebookError('usage', `\`${port}\` in \`${text}\` is not a port`, { help: 'a port is 0 to 65535' });
}
