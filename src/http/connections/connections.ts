import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionCeilings } from './connection-ceilings.ts';
import { IdleConnections } from './idle-connections.ts';

/** The fate of connections for which there was no place. */
export interface RefusedConnections {
  /** Told `overloaded`. */
  readonly answered: number;
  /** Closed without a word: even for that there was no place. */
  readonly dropped: number;
}

/**
 * The connections of one server, no more than it has places for. A new caller gets the place of one that is idle, so
 * nobody keeps others out by holding connections. While all of them are at work, a few spare places let a caller be
 * told so, and let through the calls that must always get through.
 *
 * A request costs nothing here: what is idle is only found out when somebody needs its place.
 */
export class Connections {
  readonly #ceilings: ConnectionCeilings;
  readonly #placed = new IdleConnections();
  /** In the order in which they came; true for one whose call was let through. */
  readonly #spare = new Map<Socket, boolean>();
  readonly #onEmpty: (() => void)[] = [];
  #closedForRoom = 0;
  #answered = 0;
  #dropped = 0;

  constructor(server: Server, ceilings: ConnectionCeilings) {
    this.#ceilings = ceilings;
    server.on('connection', (socket) => this.#take(socket));
  }

  get count(): number {
    return this.#placed.size + this.#spare.size;
  }

  get closedForRoom(): number {
    return this.#closedForRoom;
  }

  get refused(): RefusedConnections {
    return { answered: this.#answered, dropped: this.#dropped };
  }

  /** Whether any connection is there without a place; a cheap question, asked with each request. */
  get isBeyond(): boolean {
    return this.#spare.size > 0;
  }

  /** Whether a request that came on this connection can be answered as ever; one without a place may get one now. */
  hasPlace(socket: Socket): boolean {
    const isLetThrough = this.#spare.get(socket);
    if (isLetThrough === undefined) return true;
    if (isLetThrough || !this.#makeRoom()) return false;
    this.#spare.delete(socket);
    this.#placed.add(socket);
    return true;
  }

  /** It keeps its spare place until it has its answer. */
  letThrough(socket: Socket): void {
    this.#spare.set(socket, true);
  }

  noteAnswered(): void {
    this.#answered += 1;
  }

  /** Ends those that have not sent anything yet. */
  endSilent(): void {
    for (const socket of this.#all()) if (socket.bytesRead === 0) socket.destroy();
  }

  endAll(): void {
    for (const socket of this.#all()) socket.destroy();
  }

  /** Resolves when none is left. */
  whenEmpty(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  #take(socket: Socket): void {
    if (this.#makeRoom()) this.#placed.add(socket);
    else if (this.#makeSpareRoom()) this.#spare.set(socket, false);
    else return this.#drop(socket);
    socket.once('close', () => this.#forget(socket));
  }

  #makeRoom(): boolean {
    if (this.#placed.size < this.#ceilings.places) return true;
    const idle = this.#placed.longestIdle();
    if (idle === undefined) return false;
    this.#closedForRoom += 1;
    this.#placed.delete(idle);
    idle.destroy();
    return true;
  }

  // Who came first had the longest time to send a request. What an admin sends is there at once.
  #makeSpareRoom(): boolean {
    if (this.#spare.size < this.#ceilings.spare) return true;
    for (const [socket, isLetThrough] of this.#spare) {
      if (isLetThrough) continue;
      this.#spare.delete(socket);
      this.#drop(socket);
      return true;
    }
    return false;
  }

  #drop(socket: Socket): void {
    this.#dropped += 1;
    socket.destroy();
  }

  #forget(socket: Socket): void {
    this.#placed.delete(socket);
    this.#spare.delete(socket);
    if (this.count > 0) return;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  #all(): Socket[] {
    return [...this.#placed, ...this.#spare.keys()];
  }
}
