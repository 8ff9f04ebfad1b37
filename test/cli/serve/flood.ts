import { type Socket, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What each connection of a flood sends; `undefined`: nothing. */
export type Said = string | undefined;

/**
 * Connections that strangers open and hold, one after the other, and go on to open. A new one comes when the last one is
 * there, so that a slow machine has as many to deal with at once as a fast one.
 */
export class Flood {
  readonly #address: string;
  readonly #said: readonly Said[];
  readonly #sockets = new Set<Socket>();
  #going: Promise<void> = Promise.resolve();
  #isOver = false;
  /** How many were opened in all. */
  opened = 0;
  /** How many the sidecar ended. */
  ended = 0;

  /** Each connection says one of these, in turn. */
  constructor(address: string, said: readonly Said[]) {
    this.#address = address;
    this.#said = said;
  }

  /** Resolves when so many were opened; others follow. */
  async rise(count: number): Promise<void> {
    while (this.opened < count) await this.#open();
    this.#going = this.#goOn();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    for (const socket of this.#sockets) socket.destroy();
    await this.#going;
  }

  async #goOn(): Promise<void> {
    while (!this.#isOver) await this.#open();
  }

  async #open(): Promise<void> {
    const said = this.#said[this.opened % this.#said.length];
    this.opened += 1;
    const socket = this.#address.startsWith('unix:')
      ? connect(this.#address.slice('unix:'.length))
      : connect(Number(this.#address.split(':').at(-1)), '127.0.0.1');
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (!this.#isOver) this.ended += 1;
    });
    if (said !== undefined) socket.write(said);
    const answered = new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    // Most are never answered.
    await Promise.race([answered, pause(5)]);
  }
}
