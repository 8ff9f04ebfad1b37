import { Agent, request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { mostAnswer, parseRetryAfter, type Incoming, type Outgoing, type Target } from './transport.ts';

/** Node's own client, which knows all of HTTP, over connections that are kept. */
export class NodeHttp {
  readonly #place: Readonly<Record<string, string>>;
  readonly #isSecure: boolean;
  readonly #agent: Agent;

  constructor(target: Target, most: number) {
    this.#place = placeOf(target);
    this.#isSecure = target.kind === 'url' && target.origin.startsWith('https:');
    const settings = { keepAlive: true, maxSockets: most, scheduling: 'lifo' } as const;
    this.#agent = this.#isSecure ? new SecureAgent(settings) : new Agent(settings);
  }

  send({ method, path, headers, body, end }: Outgoing): Promise<Incoming> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const options = { ...this.#place, method, path, agent: this.#agent, headers: { ...headers, ...length } };
      const begin = this.#isSecure ? secureRequest : plainRequest;
      const call = begin(options, (response) => readAnswer(response, resolve, reject));
      const takeBack = end.onOver(() => void call.destroy(new Error('the call was given up')));
      call.on('close', takeBack);
      call.on('error', reject);
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
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
