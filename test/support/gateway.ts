import { createServer, connect, type Server, type Socket } from 'node:net';

/** Passes everything on to a server, until it is told to say nothing more and to keep every connection. */
export class Gateway {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isSilent = false;

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (bytes: Buffer) => {
          if (!this.#isSilent) to.write(bytes);
        });
        from.on('error', () => undefined);
        from.on('close', () => to.destroy());
      }
    });
  }

  /** `ownPort`: where another one was before. */
  static async open(port: number, ownPort = 0): Promise<Gateway> {
    const gateway = new Gateway(port);
    await new Promise<void>((resolve) => gateway.#server.listen(ownPort, '127.0.0.1', resolve));
    return gateway;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  fallSilent(): void {
    this.#isSilent = true;
  }

  speakAgain(): void {
    this.#isSilent = false;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
