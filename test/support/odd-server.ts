import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A server that is no sidecar, or one that fails: it answers as it is told, and keeps what was asked. */
export class OddServer {
  readonly asked: { readonly method: string; readonly path: string; readonly body: string }[] = [];
  readonly #server: Server;

  private constructor(answer: (response: ServerResponse, turn: number) => void) {
    this.#server = createServer((request, response) => {
      void readBody(request).then((body) => {
        this.asked.push({ method: request.method ?? '', path: request.url ?? '', body });
        answer(response, this.asked.length);
      });
    });
  }

  static async open(answer: (response: ServerResponse, turn: number) => void, port = 0): Promise<OddServer> {
    const odd = new OddServer(answer);
    await new Promise<void>((resolve) => odd.#server.listen(port, '127.0.0.1', resolve));
    return odd;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

/** Answers with JSON. */
export function say(
  response: ServerResponse,
  status: number,
  document: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(document);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
