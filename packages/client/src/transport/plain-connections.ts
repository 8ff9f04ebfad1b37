import { connect } from 'node:net';
import type { Incoming, Outgoing, Target, Way } from './transport.ts';
import { PlainAnswer, unusual } from './plain-answer.ts';

interface Task {
  readonly request: Outgoing;
  readonly resolve: (answer: Incoming | typeof unusual) => void;
  readonly reject: (error: Error) => void;
}

/** Of one connection, for what is read. Most answers are a hundredth of it. */
const readBytes = 16 * 1024;

/**
 * At most so many connections that are kept, each with one request at a time, over which requests and answers of one plain form go:
 * what Node's own client does for all of HTTP costs five times as much as the question. The answer is `unusual` where it has another
 * form, and the connection is given up.
 */
export function plainConnections(target: Target, most: number): Way<Incoming | typeof unusual> {
  let idle: Connection[] = [];
  const all = new Set<Connection>();
  const waiting: Task[] = [];

  const open = (task: Task): void => {
    const connection = openConnection(target, free, gone);
    all.add(connection);
    connection.serve(task);
  };

  // Who has given up in the queue has been told already.
  const nextTask = (): Task | undefined => {
    let task = waiting.shift();
    while (task?.request.end.isOver) task = waiting.shift();
    return task;
  };

  const free = (connection: Connection): void => {
    const task = nextTask();
    if (task) connection.serve(task);
    else idle.push(connection);
  };

  // Where somebody waits, none is idle. What is sent again goes over a connection that has not served yet.
  const gone = (connection: Connection, task = nextTask()): void => {
    all.delete(connection);
    idle = idle.filter((one) => one !== connection);
    if (task) open(task);
  };

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const task = { request, resolve, reject };
        const kept = idle.pop();
        if (kept) return kept.serve(task);
        if (all.size < most) return open(task);
        waiting.push(task);
        request.end.onOver(() => reject(new Error('the call was given up')));
      }),
    close: () => all.forEach((one) => one.close()),
  };
}

interface Connection {
  serve(task: Task): void;
  close(): void;
}

/** `free` is told when it can serve the next one, `gone` when it is no more, and of what is to be sent over another one. */
function openConnection(
  { url, socketPath }: Target,
  free: (connection: Connection) => void,
  gone: (connection: Connection, again: Task | undefined) => void,
): Connection {
  const { host, hostname, port } = url;
  const answer = new PlainAnswer();
  let task: Task | undefined;
  let hasServed = false;
  let failure: Error | undefined;

  // Bytes come into one piece of memory that is used again and again.
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  const callback = (count: number): true => {
    const served = task;
    // What nobody asked for is unusual, too.
    const found = served ? answer.take(buffer.subarray(0, count)) : unusual;
    if (found === undefined) return true;
    task = undefined;
    hasServed = true;
    if (found === unusual) socket.destroy();
    else free(connection);
    served?.resolve(found);
    return true;
  };
  // Where there is a path, host and port are left alone.
  const place = { host: hostname.replace(/[[\]]/g, ''), port: Number(port || 80), path: socketPath };
  const socket = connect({ ...place, noDelay: true, onread: { buffer, callback } });
  // A call that is under way has its time, which keeps a program from ending; kept connections do not.
  socket.unref();
  socket.on('error', (error) => (failure = error));
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    // It had served before, and was closed while nothing went over it: the sidecar has not seen this request.
    const isAgain = hasServed && answer.isEmpty && !task?.request.end.isOver;
    if (!isAgain) task?.reject(failure ?? new Error('the connection was closed before the answer'));
    gone(connection, isAgain ? task : undefined);
  });

  const connection: Connection = {
    serve(next) {
      task = next;
      const { method, path, headers, body = '', end } = next.request;
      // What is on its way to nobody would come before the next answer.
      end.onOver(() => {
        if (task === next) socket.destroy();
      });
      // That neither the path nor a header ends a line is seen to by who makes the call.
      let head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
      for (const name in headers) head += `${name}: ${headers[name] ?? ''}\r\n`;
      const bytes = Buffer.byteLength(body);
      if (bytes > 0) head += `Content-Length: ${bytes}\r\n`;
      // What is of one byte a character is written as that, which costs less.
      socket.write(`${head}\r\n${body}`, bytes === body.length ? 'latin1' : 'utf8');
    },
    close: () => socket.destroy(),
  };
  return connection;
}
