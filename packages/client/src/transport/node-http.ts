import { Agent, request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { mostAnswer, parseRetryAfter, type Incoming, type Target, type Way } from './transport.ts';

/** Node's own client, which knows all of HTTP, over at most so many connections that are kept. */
export function nodeHttp({ url, socketPath }: Target, most: number): Way<Incoming> {
  const isSecure = url.protocol === 'https:';
  const agent = new (isSecure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: most, scheduling: 'lifo' });
  return {
    send: ({ method, path, headers, body, end }) =>
      new Promise((resolve, reject) => {
        const options = { socketPath, method, path, agent, headers };
        const begin = isSecure ? secureRequest : plainRequest;
        const call = begin(url, options, (response) => resolve(readAnswer(response)));
        end.onOver(() => call.destroy(new Error('the call was given up')));
        call.on('error', reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}

async function readAnswer(response: IncomingMessage): Promise<Incoming> {
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) {
    text += String(part);
    if (text.length > mostAnswer) throw new Error('the answer is too long');
  }
  if (!response.complete) throw new Error('the answer broke off');
  const { statusCode = 0, headers } = response;
  return { status: statusCode, text, retryAfter: parseRetryAfter(headers['retry-after']) };
}
