import { type Server, type Socket, createServer } from 'node:net';

/** A process that connections are dealt out to. */
export interface ConnectionTaker {
  /** Whether it can be given any. */
  readonly isListening: boolean;
  /** Resolves when it has the connection, or when it is known that it never will. */
  takeConnection(socket: Socket): Promise<'taken' | 'lost'>;
}

/**
 * A dealer that accepts the connections of callers and deals them out, in turn, to whoever has taken the last one that
 * it was given. Node's cluster does the same with three faults: one connection that does not arrive makes a worker deaf
 * for ever; a worker that has no place sends them back and forth; and the primary holds any number while nobody takes
 * them.
 */
export class ConnectionDealer {
  /** To be bound by whoever made this. */
  readonly server: Server;
  readonly #takers = new Set<ConnectionTaker>();
  /** Those that wait for a connection, in turn. */
  readonly #free = new Set<ConnectionTaker>();
  /** Those that wait for a taker, in turn. */
  readonly #waiting = new Set<Socket>();
  #dropped = 0;
  #lost = 0;

  /** It holds `ceiling` connections that nobody has taken yet. */
  constructor(ceiling: number) {
    // Nothing is read here, not even the end of a connection: that is for whoever takes it.
    this.server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
    this.server.maxConnections = ceiling;
    this.server.on('drop', () => (this.#dropped += 1));
    this.server.on('connection', (socket) => this.#accept(socket));
  }

  /** Connections that were closed because too many waited, or nobody was there to take one. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Connections that did not arrive. */
  get lost(): number {
    return this.#lost;
  }

  join(taker: ConnectionTaker): void {
    this.#takers.add(taker);
    this.#free.add(taker);
    this.#deal();
  }

  leave(taker: ConnectionTaker): void {
    this.#takers.delete(taker);
    this.#free.delete(taker);
    if (this.#takers.size === 0) this.#dropWaiting();
  }

  /** Takes no more connections. */
  close(): void {
    this.server.close();
    this.#takers.clear();
    this.#free.clear();
    this.#dropWaiting();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined);
    // Node would else keep a list of each worker's connections in both processes, for a question that nobody asks.
    Object.assign(socket, { server: null });
    this.#waiting.add(socket);
    // A caller does better with another sidecar than with one that may be there in fifteen seconds.
    if (this.#takers.size === 0) this.#dropWaiting();
    else this.#deal();
  }

  #deal(): void {
    for (const taker of this.#free) {
      if (!taker.isListening) continue;
      const [socket] = this.#waiting;
      if (socket === undefined) return;
      this.#waiting.delete(socket);
      this.#free.delete(taker);
      void this.#hand(socket, taker);
    }
  }

  async #hand(socket: Socket, taker: ConnectionTaker): Promise<void> {
    const outcome = await taker.takeConnection(socket);
    // Here it is open as well, and whoever took it goes on with it.
    socket.destroy();
    if (outcome === 'lost') this.#lost += 1;
    if (!this.#takers.has(taker)) return;
    this.#free.add(taker);
    this.#deal();
  }

  #dropWaiting(): void {
    this.#dropped += this.#waiting.size;
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }
}
