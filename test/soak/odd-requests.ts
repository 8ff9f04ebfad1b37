import { connect, type Socket } from 'node:net';
import type { SpawnedSidecar } from './spawned-sidecar.ts';

export interface OddResult {
  readonly requests: number;
  readonly allowed: number;
  readonly serverErrors: number;
  /** Resident memory at the start and after each fifth. */
  readonly residentMib: readonly number[];
}

const depth = 60;

/** Requests that are wrong or unheard of, each a little different, so that anything remembered of them would pile up. */
function oddRequest(index: number): { path: string; body: string; type?: string; method?: string } {
  const path = '/v1/enforce';
  const sound = { subject: `nobody-${index}`, workspace: 'ws-1', permission: 'doc:read' };
  switch (index % 12) {
    case 0:
      return { path, body: JSON.stringify(sound) };
    case 1:
      return { path, body: JSON.stringify({ ...sound, workspace: `nowhere-${index}` }) };
    case 2:
      return { path, body: JSON.stringify({ ...sound, permission: `doc:never-${index}` }) };
    case 3:
      return { path, body: JSON.stringify({ ...sound, subject: { type: `type-${index}`, id: 'x' } }) };
    case 4:
      return { path, body: `{"subject": ["a${index}"], "workspace": 7}` };
    case 5:
      return { path, body: `{"subject": "a${index}", "subject": "b", "workspace": "ws-1", "permission": "doc:read"}` };
    case 6:
      return { path, body: `${'['.repeat(depth)}${index}${']'.repeat(depth)}` };
    case 7:
      return {
        path,
        body: `{"__proto__": {"x": ${index}}, "subject": "\\ud800", "workspace": "ws-1", "permission": "doc:read"}`,
      };
    case 8:
      return { path: `${path}?explain`, body: JSON.stringify({ ...sound, scope: `scope-${index}` }) };
    case 9:
      return { path: `/v1/workspaces/ws-${index}/roles/${index}`, body: '', method: 'GET' };
    case 10:
      return { path, body: `broken ${index}`, type: 'text/plain' };
    default:
      return {
        path: '/v1/enforce/batch',
        body: JSON.stringify({ requests: [sound, { ...sound, context: { [`k${index}`]: index } }] }),
      };
  }
}

/** Sends them pipelined over eight connections, and counts what comes back. */
export async function askOddly(sidecar: SpawnedSidecar, total: number): Promise<OddResult> {
  const counts = { allowed: 0, serverErrors: 0 };
  const residentMib = [await sidecar.residentMib()];
  let from = 0;
  for (let part = 1; part <= 5; part += 1) {
    const until = Math.floor((total * part) / 5);
    const lanes = Array.from({ length: 8 }, (_, lane) => runLane(sidecar.port, from + lane, until, counts));
    await Promise.all(lanes);
    from = until;
    residentMib.push(await sidecar.residentMib());
  }
  return { requests: total, ...counts, residentMib };
}

async function runLane(
  port: number,
  first: number,
  until: number,
  counts: { allowed: number; serverErrors: number },
): Promise<void> {
  const pipelined = 20;
  let socket: Socket | undefined;
  for (let index = first; index < until;) {
    socket ??= connect(port, '127.0.0.1');
    const batch: string[] = [];
    for (; batch.length < pipelined && index < until; index += 8) batch.push(format(oddRequest(index)));
    socket.write(batch.join(''));
    const text = await readReplies(socket, batch.length);
    counts.allowed += text.split('"decision":true').length - 1;
    counts.serverErrors += text.split('HTTP/1.1 5').length - 1;
  }
  socket?.destroy();
}

function format({ path, body, type = 'application/json', method = 'POST' }: ReturnType<typeof oddRequest>): string {
  const length = Buffer.byteLength(body);
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

function readReplies(socket: Socket, count: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (countReplies(text) < count) return;
      socket.off('data', onData).off('close', onClose).off('error', reject);
      resolve(text);
    };
    const onClose = (): void =>
      reject(
        new Error(`the connection was closed after ${countReplies(text)} of ${count} replies: ${text.slice(-300)}`),
      );
    socket.on('data', onData).once('close', onClose).once('error', reject);
  });
}

// A reply is whole when its body is; each says its length.
function countReplies(text: string): number {
  let count = 0;
  for (let at = 0; ; count += 1) {
    const bodyAt = text.indexOf('\r\n\r\n', at);
    if (bodyAt < 0) return count;
    const length = /content-length: (\d+)/i.exec(text.slice(at, bodyAt))?.[1];
    at = bodyAt + 4 + Number(length ?? 0);
    if (at > text.length) return count;
  }
}
