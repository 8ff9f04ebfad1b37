import { Agent, request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { mostAnswer, parseRetryAfter, type Incoming, type Outgoing, type Target, type Transport } from './transport.ts';

/** So many connections stand at once; more calls wait for one of them. */
const mostConnections = 64;

/** The way of Node: connections that are kept, over TCP, TLS or a Unix socket. */
export function nodeTransport(target: Target): Transport {
  const place = placeOf(target);
  const isSecure = target.kind === 'url' && target.origin.startsWith('https:');
  const settings = { keepAlive: true, maxSockets: mostConnections, scheduling: 'lifo' } as const;
  const agent = isSecure ? new SecureAgent(settings) : new Agent(settings);
  const prefix = target.kind === 'url' ? target.prefix : '';
  const begin = isSecure ? secureRequest : plainRequest;
  return {
    send({ method, path, headers, body, signal }: Outgoing): Promise<Incoming> {
      return new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
        const options = { ...place, method, path: `${prefix}${path}`, agent, headers: { ...headers, ...length } };
        const call = begin(options, (response) => readAnswer(response, resolve, reject));
        const abort = (): void => void call.destroy(new Error('the call was given up'));
        signal.addEventListener('abort', abort, { once: true });
        call.on('close', () => signal.removeEventListener('abort', abort));
        call.on('error', reject);
        call.end(body);
        if (signal.aborted) abort();
      });
    },
    afterThisTurn: (work) => void Promise.resolve().then(() => process.nextTick(work)),
    close: () => agent.destroy(),
  };
}

function placeOf(target: Target): Readonly<Record<string, string>> {
  if (target.kind === 'socket') return { socketPath: target.path };
  const { hostname, port } = new URL(target.origin);
  return { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

function readAnswer(
  response: IncomingMessage,
  resolve: (answer: Incoming) => void,
  reject: (error: Error) => void,
): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => {
    text += part;
    if (text.length > mostAnswer) response.destroy(new Error('the answer is too long'));
  });
  response.on('error', reject);
  response.on('close', () => reject(new Error('the answer broke off')));
  response.on('end', () => {
    const retryAfter = parseRetryAfter(response.headers['retry-after']);
    if (response.complete) resolve({ status: response.statusCode ?? 0, text, retryAfter });
  });
}
