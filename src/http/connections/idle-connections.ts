import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../../policy/limits.ts';

interface Use {
  /** Bytes written when it was looked at last. */
  written: number;
  /** The look that found it used last; a new one counts as used. */
  lastUsed: number;
  /** How many looks found that something was answered on it since the look before. */
  uses: number;
}

/**
 * Connections, and which of them gives way to a new one. They are looked at when that is asked, and four times a
 * second while there are any, so that an application is known by the time that many others come; instead of noting each
 * request, which would pay for that, and nearly always for nothing.
 */
export class IdleConnections implements Iterable<Socket> {
  /** In the order in which they were opened. */
  readonly #uses = new Map<Socket, Use>();
  /** Idle at the last look, the next to give way at the end. */
  #idle: Socket[] = [];
  /** The number of a look. Those that come together, as when many connections do, have one: who was used before them would be idle for longer than whoever has just come. */
  #look = 0;
  #lookedMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  get size(): number {
    return this.#uses.size;
  }

  [Symbol.iterator](): Iterator<Socket> {
    return this.#uses.keys();
  }

  add(socket: Socket): void {
    this.#uses.set(socket, { written: socket.bytesWritten, lastUsed: this.#look, uses: 0 });
    this.#timer ??= setInterval(() => this.#lookAtAll(), limits.connectionsLookMs).unref();
  }

  delete(socket: Socket): void {
    this.#uses.delete(socket);
    if (this.#uses.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /**
   * The idle connection that gives way first: one that was used once or never before one that an application keeps
   * and uses, and among these the one that has been idle longest. What a caller has sent of a request that is not
   * there yet does not count: it may be sending a byte a second.
   */
  longestIdle(): Socket | undefined {
    for (;;) {
      const socket = this.#idle.pop();
      if (socket === undefined) break;
      // Since the look it may have ended, or have been used.
      const use = this.#uses.get(socket);
      if (use !== undefined && isIdle(socket) && socket.bytesWritten === use.written) return socket;
    }
    this.#lookAtAll();
    const idle = [...this.#uses].filter(([socket]) => isIdle(socket));
    idle.sort(([, one], [, other]) => compare(one, other));
    const passing = idle.filter(([, use]) => !isKept(use));
    // Of those that are kept a few at a time: whoever comes meanwhile, and is not, gives way before the rest.
    const next = passing.length > 0 ? passing : idle.slice(0, Math.ceil(idle.length / 16));
    this.#idle = next.map(([socket]) => socket).reverse();
    return this.#idle.pop();
  }

  #lookAtAll(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lookedMs >= limits.connectionsLookMs / 2) {
      this.#look += 1;
      this.#lookedMs = nowMs;
    }
    for (const [socket, use] of this.#uses) {
      const { bytesWritten } = socket;
      if (bytesWritten !== use.written) {
        use.written = bytesWritten;
        use.uses += 1;
        use.lastUsed = this.#look;
      } else if (!isIdle(socket)) use.lastUsed = this.#look;
    }
  }
}

/** Nothing is being answered on it, and nothing of an answer is still to be written. */
function isIdle(socket: Socket): boolean {
  // Node's server keeps there what it is answering, from the moment when the headers of the request are complete.
  const current = (socket as { _httpMessage?: ServerResponse | null })._httpMessage;
  return (current === undefined || current === null) && socket.writableLength === 0;
}

/** Negative when one has been idle longer than the other; where no look tells them apart, the one that was answered less. */
function compare(one: Use, other: Use): number {
  return one.lastUsed - other.lastUsed || one.written - other.written;
}

function isKept({ uses }: Use): boolean {
  return uses >= 2;
}
