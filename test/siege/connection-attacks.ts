import { connect, type Socket } from 'node:net';
import { again, type Attack, type Ground, rest } from './attack.ts';
import { widePermission } from './siege-policy.ts';

/** More than the descriptors that the sidecar is given. */
const floodConnections = 700;

const head = (length: string, path = '/v1/enforce/batch?explain'): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

const idle: Attack = {
  name: 'idle connections, more than there are descriptors',
  run: (ground) =>
    again(ground, 2000, async () => {
      const held: Socket[] = [];
      for (let index = 0; index < floodConnections && !ground.over.aborted; index += 1) {
        const socket = open(ground);
        socket.resume();
        socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
        held.push(socket);
        if (index % 25 === 0) await rest(ground.over, 5);
      }
      await rest(ground.over, 3000);
      for (const socket of held) socket.destroy();
    }),
};

const chunked: Attack = {
  name: 'bodies in chunks of one byte',
  run: (ground) =>
    again(ground, 500, async () => {
      const socket = open(ground);
      socket.resume();
      socket.write(head('Transfer-Encoding: chunked'));
      const block = '1\r\n \r\n'.repeat(2000);
      for (let sent = 0; sent < 100 && !socket.destroyed && !ground.over.aborted; sent += 1) {
        socket.write(block);
        await rest(ground.over, 10);
      }
      socket.destroy();
    }),
};

const unread: Attack = {
  name: 'long answers that nobody reads',
  run: (ground) =>
    again(ground, 500, () => {
      const socket = open(ground);
      socket.pause();
      const body = explainedBatch(ground.seen.tries);
      socket.write(head(`Content-Length: ${body.length}`) + body);
      void rest(ground.over, 20_000).then(() => socket.destroy());
      return Promise.resolve();
    }),
};

const slow: Attack = {
  name: 'headers and bodies, a byte a second',
  run: (ground) =>
    again(ground, 500, async () => {
      const socket = open(ground);
      socket.resume();
      const text = ground.seen.tries % 2 === 0 ? head('Content-Length: 1000', '/v1/enforce') : head('X-Slow: yes');
      for (let at = 0; at < text.length && !socket.destroyed && !ground.over.aborted; at += 1) {
        socket.write(text.slice(at, at + 1));
        await rest(ground.over, 1000);
        if (at > 15) break;
      }
      socket.destroy();
    }),
};

const garbage: Attack = {
  name: 'bytes that are no HTTP',
  run: (ground) =>
    again(ground, 50, async () => {
      const socket = open(ground);
      socket.resume();
      const length = 1 + ((ground.seen.tries * 7919) % 2000);
      socket.write(Buffer.from(Array.from({ length }, (_, at) => (at * 31 + ground.seen.tries * 17) % 256)));
      await rest(ground.over, 100);
      socket.destroy();
    }),
};

/** Those that hold connections. */
export const connectionAttacks: readonly Attack[] = [idle, chunked, unread, slow, garbage];

/** A batch within all limits whose reasons are as long as they get. */
export function explainedBatch(start: number): string {
  const requests = Array.from({ length: 1000 }, (_, index) => ({
    subject: 'ana@acme.example',
    workspace: 'wide',
    permission: widePermission(1 + ((index + start) % 299)),
  }));
  return JSON.stringify({ requests });
}

function open({ port }: Ground): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}
