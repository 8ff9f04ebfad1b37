import { type Socket, connect } from 'node:net';

/** A bare connection to a port or a unix socket, for what no HTTP client would send. */
export class RawConnection {
  readonly #socket: Socket;
  received = '';
  isClosed = false;

  static async open(to: number | string): Promise<RawConnection> {
    const socket = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawConnection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => (this.received += chunk.toString('latin1')));
    socket.on('close', () => (this.isClosed = true));
    socket.on('error', () => undefined);
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  send(text: string | Buffer): void {
    this.#socket.write(text);
  }

  /** What comes from now on stays with the system, and then with the sender. */
  stopReading(): void {
    this.#socket.pause();
  }

  goOnReading(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Waits until something holds; throws with what came so far when it does not. */
  async until(what: string, holds: () => boolean, timeoutMs = 4000): Promise<void> {
    const endMs = performance.now() + timeoutMs;
    while (!holds()) {
      if (performance.now() > endMs) throw new Error(`${what} did not happen; received: ${this.received}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  untilReceived(text: string): Promise<void> {
    return this.until(`receiving \`${text}\``, () => this.received.includes(text));
  }

  untilClosed(): Promise<void> {
    return this.until('the end of the connection', () => this.isClosed);
  }
}
