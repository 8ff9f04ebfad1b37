import type { IncomingHttpHeaders } from 'node:http';
import type { AskedRequest } from '../../../src/http/access/host-check.ts';

/** A request of a client on this machine. */
export function requestWith(headers: IncomingHttpHeaders): AskedRequest {
  return { url: '/v1/enforce', httpVersion: '1.1', headers: { host: 'localhost', ...headers } };
}
