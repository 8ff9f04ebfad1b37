import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A git server of the tests' own, which speaks HTTP by git's `http-backend`. */
export interface GitServer {
  readonly url: string;
  /** What a caller must send; undefined: anybody may read. */
  token: string | undefined;
  /** `silent`: it takes connections and answers nothing. `redirecting`: it sends callers elsewhere. */
  mood: 'well' | 'silent' | 'failing' | 'redirecting';
  /** The `Authorization` of each request. */
  readonly heard: (string | undefined)[];
  readonly close: () => Promise<void>;
}

/** Serves a bare repository, or the `.git` of another one. */
export async function startGitServer(repository: string): Promise<GitServer> {
  const sockets = new Set<Socket>();
  const heard: (string | undefined)[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    heard.push(request.headers.authorization);
    if (server.mood === 'silent') return;
    if (server.mood === 'failing') return void response.writeHead(503).end();
    if (server.mood === 'redirecting') {
      return void response.writeHead(301, { Location: `http://localhost:1${request.url ?? ''}` }).end();
    }
    const expected = server.token && `Basic ${Buffer.from(`x-access-token:${server.token}`).toString('base64')}`;
    if (expected !== undefined && request.headers.authorization !== expected) {
      return void response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
    }
    answerByBackend(repository, request, response);
  };
  const http: Server = createServer(listener);
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server: GitServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/policy.git`,
    token: undefined,
    mood: 'well',
    heard,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      http.close();
      await once(http, 'close').catch(() => undefined);
    },
  };
  return server;
}

const gitPrograms = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();

// A CGI program: the request in its environment and its input, the headers and the answer in its output.
function answerByBackend(repository: string, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const child = spawn(`${gitPrograms}/git-http-backend`, {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: repository,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path.replace('/policy.git', ''),
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      ...(request.headers['content-length'] && { CONTENT_LENGTH: request.headers['content-length'] }),
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      ...(request.headers['content-encoding'] && { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] }),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  let head = Buffer.alloc(0);
  let isBegun = false;
  child.stdout.on('data', (bytes: Buffer) => {
    if (isBegun) return void response.write(bytes);
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    isBegun = true;
    const headers = head.subarray(0, end).toString().split('\r\n');
    for (const line of headers) {
      const [name = '', value = ''] = line.split(': ');
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
  });
  child.on('close', () => response.end());
}
