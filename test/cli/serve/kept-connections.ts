import { Agent, request as httpRequest } from 'node:http';

export interface KeptReply {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

/** Connections that stay open, as an application keeps them: with several workers, each of them is with one worker. */
export class KeptConnections {
  readonly #address: string;
  readonly #agents: readonly Agent[];

  constructor(address: string, count: number) {
    this.#address = address;
    this.#agents = Array.from({ length: count }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  }

  /** The same call on each of them, at once. */
  call(path: string, body?: object, headers?: Record<string, string>): Promise<KeptReply[]> {
    return Promise.all(this.each(path, body, headers));
  }

  each(path: string, body?: object, headers: Record<string, string> = {}): Promise<KeptReply>[] {
    return this.#agents.map((agent) => send(this.#address, agent, path, body, headers));
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }
}

function send(
  address: string,
  agent: Agent,
  path: string,
  body: object | undefined,
  headers: Record<string, string>,
): Promise<KeptReply> {
  const isUnix = address.startsWith('unix:');
  const place = isUnix ? { socketPath: address.slice('unix:'.length) } : { port: address.split(':').at(-1) };
  const call = body === undefined ? {} : { method: 'POST' };
  return new Promise((resolve, reject) => {
    const options = { ...place, ...call, agent, path, host: 'localhost' };
    const asked = httpRequest({ ...options, headers: { 'Content-Type': 'application/json', ...headers } });
    asked.on('error', reject);
    // A connection that was on its way to a worker that is killed may never be answered.
    asked.setTimeout(10_000, () => asked.destroy(new Error(`no answer to ${path} in ten seconds`)));
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, text, json });
      });
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
