import { type Server, createServer } from 'node:net';
import { type AcceptedConnection, acceptConnections } from './accepted-connection.ts';

/** A process that connections are dealt out to. */
export interface ConnectionTaker {
  /** Whether it can be given any. */
  readonly isListening: boolean;
  /** How many did not arrive at it so far. */
  readonly lostConnections: number;
  /** Resolves when it can be given the next one. `onGone` is called when this one is not needed here any more. */
  takeConnection(connection: AcceptedConnection, onGone: () => void): Promise<void>;
}

/**
 * A dealer that accepts the connections of callers and deals them out, in turn, to whoever can be given another one.
 * Node's cluster does the same with three faults: one connection that does not arrive makes a worker deaf for ever; a
 * worker that has no place sends them back and forth; and the primary holds any number while nobody takes them.
 */
export class ConnectionDealer {
  /** To be bound by whoever made this, before it opens. */
  readonly server: Server = createServer();
  readonly #ceiling: number;
  readonly #takers = new Set<ConnectionTaker>();
  /** Those that wait for a connection, in turn. */
  readonly #free = new Set<ConnectionTaker>();
  /** Those that wait for a taker, in turn. */
  readonly #waiting = new Set<AcceptedConnection>();
  #dropped = 0;
  /** By those that have left. */
  #lost = 0;

  /** It holds `ceiling` connections that nobody was given yet. */
  constructor(ceiling: number) {
    this.#ceiling = ceiling;
  }

  /** Begins to accept, in the turn in which the server says that it is bound. */
  open(): void {
    acceptConnections(this.server, (connection) => this.#accept(connection));
  }

  /** How many wait for a taker. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Connections that were closed because too many waited, or nobody was there to take one. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Connections that did not arrive. */
  get lost(): number {
    return [...this.#takers].reduce((sum, { lostConnections }) => sum + lostConnections, this.#lost);
  }

  join(taker: ConnectionTaker): void {
    this.#takers.add(taker);
    this.#free.add(taker);
    this.#deal();
  }

  leave(taker: ConnectionTaker): void {
    if (this.#takers.delete(taker)) this.#lost += taker.lostConnections;
    this.#free.delete(taker);
    if (this.#takers.size === 0) this.#dropWaiting();
  }

  /** Takes no more connections. */
  close(): void {
    this.server.close();
    for (const taker of [...this.#takers]) this.leave(taker);
    this.#dropWaiting();
  }

  #accept(connection: AcceptedConnection): void {
    if (this.#waiting.size >= this.#ceiling) return this.#drop(connection);
    this.#waiting.add(connection);
    // A caller does better with another sidecar than with one that may be there in fifteen seconds.
    if (this.#takers.size === 0) this.#dropWaiting();
    else this.#deal();
  }

  #deal(): void {
    for (const taker of this.#free) {
      if (!taker.isListening) continue;
      const [connection] = this.#waiting;
      if (connection === undefined) return;
      this.#waiting.delete(connection);
      this.#free.delete(taker);
      void this.#hand(connection, taker);
    }
  }

  async #hand(connection: AcceptedConnection, taker: ConnectionTaker): Promise<void> {
    await taker.takeConnection(connection, () => connection.close());
    if (!this.#takers.has(taker)) return;
    this.#free.add(taker);
    this.#deal();
  }

  #dropWaiting(): void {
    for (const connection of this.#waiting) this.#drop(connection);
    this.#waiting.clear();
  }

  #drop(connection: AcceptedConnection): void {
    this.#dropped += 1;
    connection.close();
  }
}
