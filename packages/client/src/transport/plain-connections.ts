import { connect, type Socket } from 'node:net';
import type { Incoming, Outgoing, Target } from './transport.ts';
import { PlainAnswer, unusual, type KnownHead } from './plain-answer.ts';

interface Task {
  readonly request: Outgoing;
  readonly resolve: (answer: Incoming | typeof unusual) => void;
  readonly reject: (error: Error) => void;
  /** Whether it was sent on a connection that had served before, and may be sent once more. */
  isSecondTry: boolean;
}

/** Of one connection, for what is read. Most answers are a hundredth of it. */
const readBytes = 16 * 1024;

/**
 * Connections that are kept, each with one request at a time, over which requests and answers of one plain form go: what Node's own
 * client does for all of HTTP costs five times as much as the question. Rejects where no whole answer came.
 */
export class PlainConnections {
  readonly #target: Target;
  readonly #most: number;
  readonly #host: string;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #waiting: Task[] = [];

  constructor(target: Target, most: number) {
    this.#target = target;
    this.#most = most;
    this.#host = target.kind === 'url' ? new URL(target.origin).host : 'localhost';
  }

  /** The answer; `unusual` where it has another form, and the connection is given up. */
  send(request: Outgoing): Promise<Incoming | typeof unusual> {
    return new Promise((resolve, reject) => {
      this.#begin({ request, resolve, reject, isSecondTry: false });
    });
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }

  #begin(task: Task): void {
    const connection = task.isSecondTry ? undefined : this.#idle.pop();
    if (connection) return connection.serve(task);
    if (this.#all.size >= this.#most) {
      this.#waiting.push(task);
      task.request.end.onOver(() => task.reject(new Error('the call was given up')));
      return;
    }
    const fresh = new Connection((onRead) => this.#open(onRead), {
      host: this.#host,
      free: (one) => this.#free(one),
      gone: (one, again) => this.#gone(one, again),
    });
    this.#all.add(fresh);
    fresh.serve(task);
  }

  // Bytes come into one piece of memory that is used again and again.
  #open(onRead: (bytes: Buffer) => void): Socket {
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    const onread = {
      buffer,
      callback: (count: number) => {
        onRead(buffer.subarray(0, count));
        return true;
      },
    };
    if (this.#target.kind === 'socket') return connect({ path: this.#target.path, onread });
    const { hostname, port } = new URL(this.#target.origin);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    return connect({ host, port: Number(port === '' ? 80 : port), noDelay: true, onread });
  }

  #free(connection: Connection): void {
    const task = this.#nextTask();
    if (task) connection.serve(task);
    else this.#idle.push(connection);
  }

  #gone(connection: Connection, again: Task | undefined): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    const task = again ?? this.#nextTask();
    if (task) this.#begin(task);
  }

  // Who has given up in the queue has been told already.
  #nextTask(): Task | undefined {
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      if (!task.request.end.isOver) return task;
    }
    return undefined;
  }
}

interface ConnectionOwner {
  readonly host: string;
  /** Told when it can serve the next one. */
  free(connection: Connection): void;
  /** Told when it is no more; `again`: what is to be sent over another one. */
  gone(connection: Connection, again: Task | undefined): void;
}

class Connection {
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  #task: Task | undefined;
  readonly #known: KnownHead = {};
  #answer = new PlainAnswer(this.#known);
  #served = 0;
  #takeBack: (() => void) | undefined;
  #error: Error | undefined;

  constructor(open: (onRead: (bytes: Buffer) => void) => Socket, owner: ConnectionOwner) {
    const socket = open((bytes) => this.#take(bytes));
    this.#socket = socket;
    this.#owner = owner;
    // A call that is under way has its time, which keeps a program from ending; kept connections do not.
    socket.unref();
    socket.on('error', (error) => (this.#error = error));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => this.#close());
  }

  serve(task: Task): void {
    this.#task = task;
    this.#answer = new PlainAnswer(this.#known);
    // What is on its way to nobody would come before the next answer.
    this.#takeBack = task.request.end.onOver(() => this.#socket.destroy());
    const { request } = task;
    const bytes = request.body === undefined ? 0 : Buffer.byteLength(request.body);
    // What is of one byte a character is written as that, which costs less.
    const encoding = bytes === (request.body ?? '').length ? 'latin1' : 'utf8';
    this.#socket.write(textOf(request, this.#owner.host, bytes), encoding);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    const task = this.#task;
    // An answer that nobody asked for.
    if (!task) return void this.#socket.destroy();
    const found = this.#answer.take(bytes);
    if (found === undefined) return;
    this.#task = undefined;
    this.#takeBack?.();
    this.#served += 1;
    if (found === unusual) this.#socket.destroy();
    else this.#owner.free(this);
    task.resolve(found);
  }

  #close(): void {
    const task = this.#task;
    this.#task = undefined;
    this.#takeBack?.();
    if (!task) return this.#owner.gone(this, undefined);
    // It had served before, and was closed while nothing went over it: the sidecar has not seen this request.
    const isAgain = this.#served > 0 && this.#answer.isEmpty && !task.isSecondTry && !task.request.end.isOver;
    if (isAgain) task.isSecondTry = true;
    else task.reject(this.#error ?? new Error('the connection was closed before the answer'));
    this.#owner.gone(this, isAgain ? task : undefined);
  }
}

// That neither the path nor a header ends a line is seen to by who makes the call.
function textOf({ method, path, headers, body }: Outgoing, host: string, bytes: number): string {
  let text = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
  for (const name in headers) text += `${name}: ${headers[name] ?? ''}\r\n`;
  if (body === undefined) return `${text}\r\n`;
  return `${text}Content-Length: ${bytes}\r\n\r\n${body}`;
}
