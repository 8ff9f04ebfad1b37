import { request, type Agent } from 'node:http';
import type { Address } from './drive.ts';

/** One POST; the body of its answer. Anything but 200 is an error. */
export function ask(address: Address, path: string, body: string, agent?: Agent): Promise<string> {
  return send(address, path, 'POST', body, agent);
}

export function get(address: Address, path: string): Promise<string> {
  return send(address, path, 'GET', '');
}

function send(address: Address, path: string, method: string, body: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const where = 'port' in address ? { host: '127.0.0.1', port: address.port } : { socketPath: address.socketPath };
    const sent = request({ ...where, path, method, headers, ...(agent ? { agent } : {}) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${path}: ${String(response.statusCode)} ${text.slice(0, 300)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
