import { request, type Agent } from 'node:http';
import type { Address } from './drive.ts';

/** An answer with another status than 200. */
export class RefusedRequest extends Error {
  readonly status: number;

  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text.slice(0, 300)}`);
    this.status = status;
  }
}

/** What goes with a request beside its body. */
export interface Sending {
  readonly agent?: Agent;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One POST; the body of its answer. Anything but 200 is an error. */
export function ask(address: Address, path: string, body: string, sending: Sending = {}): Promise<string> {
  return send(address, path, 'POST', body, sending);
}

export function get(address: Address, path: string): Promise<string> {
  return send(address, path, 'GET', '', {});
}

function send(
  address: Address,
  path: string,
  method: string,
  body: string,
  { agent, headers: more = {} }: Sending,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more };
    const where = 'port' in address ? { host: '127.0.0.1', port: address.port } : { socketPath: address.socketPath };
    const sent = request({ ...where, path, method, headers, ...(agent ? { agent } : {}) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new RefusedRequest(`${method} ${path}`, response.statusCode ?? 0, text));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
