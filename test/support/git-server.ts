import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

/** A git server of the tests' own, which speaks HTTP by git's `http-backend`. */
export interface GitServer {
  readonly url: string;
  /** What a caller must send; undefined: anybody may read. */
  token: string | undefined;
  /** `silent`: it takes connections and answers nothing. `redirecting`: it sends callers elsewhere. */
  mood: 'well' | 'silent' | 'failing' | 'redirecting';
  /** Told of each push that comes, and of each that was taken, before anybody hears of it; `cut`: nobody ever does. */
  onPush: (step: 'came' | 'taken') => Promise<'cut' | undefined> | 'cut' | undefined;
  /** What it says to whoever fetches is on its way for so long, and as old as that. */
  slowness: Promise<unknown> | undefined;
  /** How many of these are on their way. */
  readonly waiting: number;
  /** What a caller must send to push; undefined: the same as to read. */
  pushToken: string | undefined;
  /** The `Authorization` of each request. */
  readonly heard: (string | undefined)[];
  readonly close: () => Promise<void>;
}

/** Serves a bare repository, or the `.git` of another one. */
export async function startGitServer(repository: string): Promise<GitServer> {
  const sockets = new Set<Socket>();
  const heard: (string | undefined)[] = [];
  const offered = new Map<string, Offer>();
  let waiting = 0;
  const keepBack = async (slowness: Promise<unknown>): Promise<undefined> => {
    waiting += 1;
    await slowness;
    waiting -= 1;
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    heard.push(request.headers.authorization);
    if (server.mood === 'silent') return;
    if (server.mood === 'failing') return void response.writeHead(503).end();
    if (server.mood === 'redirecting') {
      return void response.writeHead(301, { Location: `http://localhost:1${request.url ?? ''}` }).end();
    }
    const isPush = request.url?.includes('git-receive-pack') === true;
    const token = isPush ? (server.pushToken ?? server.token) : server.token;
    const expected = token && `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
    if (expected !== undefined && request.headers.authorization !== expected) {
      return void response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
    }
    const isSent = isPush && request.method === 'POST';
    if (!isSent) {
      const { slowness } = server;
      if (slowness) return answerByBackend(repository, request, response, () => keepBack(slowness));
      return offer(offered, repository, request, response);
    }
    request.pause();
    void Promise.resolve(server.onPush('came')).then((what) => {
      if (what === 'cut') request.destroy();
      else answerByBackend(repository, request, response, () => server.onPush('taken'));
    });
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
    onPush: () => undefined,
    pushToken: undefined,
    slowness: undefined,
    get waiting() {
      return waiting;
    },
    heard,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      http.close();
      await once(http, 'close').catch(() => undefined);
    },
  };
  return server;
}

/** The answer to whoever asks what the server can do. */
interface Offer {
  readonly headers: ReturnType<ServerResponse['getHeaders']>;
  readonly text: string;
}

// What git says first in the second version of its protocol tells nothing of commits and hangs on its settings alone, and each
// fetch begins with it: two processes.
function offer(
  known: Map<string, Offer>,
  repository: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { method, url = '', headers } = request;
  const isFirst =
    method === 'GET' && url.endsWith('?service=git-upload-pack') && headers['git-protocol'] === 'version=2';
  const settings = join(repository, 'config');
  if (!isFirst || !existsSync(settings) || !existsSync(join(repository, 'HEAD'))) {
    return answerByBackend(repository, request, response, undefined);
  }
  const { mtimeMs, size, ino } = statSync(settings);
  const key = [mtimeMs, size, ino].join(' ');
  const before = known.get(key);
  if (before !== undefined) {
    for (const [name, value = ''] of Object.entries(before.headers)) response.setHeader(name, value);
    return void response.end(before.text);
  }
  answerByBackend(repository, request, response, undefined, (bytes) => {
    const text = bytes.toString();
    if (response.statusCode === 200 && text.includes('version 2'))
      known.set(key, { headers: response.getHeaders(), text });
  });
}

const gitPrograms = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();

// A CGI program: the request in its environment and its input, the headers and the answer in its output.
function answerByBackend(
  repository: string,
  request: IncomingMessage,
  response: ServerResponse,
  /** Waited for before anybody hears what it has said. */
  onTaken: (() => ReturnType<GitServer['onPush']>) | undefined,
  /** Told all that it has said. */
  onSaid?: (bytes: Buffer) => void,
): void {
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
  let head: Buffer | undefined = Buffer.alloc(0);
  // Told when it has ended: by then the branch names what was pushed.
  const held: Buffer[] = [];
  const tell = (bytes: Buffer): unknown => (onTaken || onSaid ? held.push(bytes) : response.write(bytes));
  child.stdout.on('data', (bytes: Buffer) => {
    if (head === undefined) return tell(bytes);
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const headers = head.subarray(0, end).toString().split('\r\n');
    for (const line of headers) {
      const [name = '', value = ''] = line.split(': ');
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    tell(head.subarray(end + 4));
    head = undefined;
  });
  child.on('close', () => {
    onSaid?.(Buffer.concat(held));
    void Promise.resolve(onTaken?.()).then((what) => {
      if (what === 'cut') return response.socket?.destroy();
      for (const bytes of held) response.write(bytes);
      response.end();
    });
  });
}
