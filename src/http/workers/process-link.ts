import { RolebookError, messageOf } from '../../policy/errors.ts';
import type { AcceptedConnection } from './accepted-connection.ts';

/** A process at the other end: Node's `process` in a worker, a worker's process in the primary. */
export interface Port {
  readonly connected: boolean;
  send?(message: object, connection: unknown, options: undefined, onSent: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown, connection?: unknown) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/** What a process can be asked: each name with what is given and what is answered. */
type Given<Calls, Name extends keyof Calls> = Calls[Name] extends (given: infer G) => unknown ? G : never;
type Returned<Calls, Name extends keyof Calls> = Calls[Name] extends (...given: never[]) => infer A ? A : never;

export type Handlers<Calls> = {
  readonly [Name in keyof Calls]: (
    given: Given<Calls, Name>,
    /** A connection that was handed over with it. */
    connection: AcceptedConnection | undefined,
  ) => Returned<Calls, Name> | Promise<Returned<Calls, Name>>;
};

/** The time that an answer may take: in all, or since the other side said anything at all. */
export type Patience = { readonly withinMs: number } | { readonly silenceMs: number };

type Message =
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly given: unknown }
  | { readonly kind: 'tell'; readonly name: string; readonly given: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly reason: string };

/** The other side answered that it could not do what it was asked for. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout | undefined;
  readonly isRenewed: boolean;
}

/** Questions and answers between two processes of ours, over the channel that Node gives a child. */
export class ProcessLink<Theirs extends object, Ours extends object> {
  readonly #port: Port;
  readonly #handlers: Handlers<Ours>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isOver = false;

  constructor(port: Port, handlers: Handlers<Ours>) {
    this.#port = port;
    this.#handlers = handlers;
    port.on('message', (message, connection) => {
      void this.#receive(message as Message, connection as AcceptedConnection | undefined);
    });
    port.once('disconnect', () => this.end());
  }

  ask<Name extends keyof Theirs & string>(
    name: Name,
    given: Given<Theirs, Name>,
    patience?: Patience,
  ): Promise<Returned<Theirs, Name>> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const waiting = { resolve: resolve as (answer: unknown) => void, reject };
      this.#waiting.set(id, { ...waiting, ...this.#startTimer(id, name, patience) });
      this.#send({ kind: 'ask', id, name, given }, (error) => error && this.#settle(id)?.reject(error));
    });
  }

  /** Says something that needs no answer. */
  tell<Name extends keyof Theirs & string>(name: Name, given: Given<Theirs, Name>): void {
    this.#send({ kind: 'tell', name, given }, () => undefined);
  }

  /**
   * Says it together with a connection, which stays open here, too. The other side may get neither, although `onSent` is
   * called without an error: that only says that it is on its way, and needed here no longer.
   */
  hand<Name extends keyof Theirs & string>(
    name: Name,
    given: Given<Theirs, Name>,
    connection: AcceptedConnection,
    onSent: (error: Error | undefined) => void,
  ): void {
    this.#send({ kind: 'tell', name, given }, onSent, connection);
  }

  /** For whoever knows that the other side has ended, of which the channel may tell late or never. */
  end(): void {
    this.#isOver = true;
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(unavailable('the process has ended'));
  }

  async #receive(message: Message, connection: AcceptedConnection | undefined): Promise<void> {
    for (const { timer, isRenewed } of this.#waiting.values()) if (isRenewed) timer?.refresh();
    if (message.kind === 'answer') this.#settle(message.id)?.resolve(message.answer);
    else if (message.kind === 'failure') this.#settle(message.id)?.reject(new RefusedCall(message.reason));
    else if (message.kind === 'tell') await this.#call(message.name, message.given, connection);
    else this.#send(await this.#answer(message.id, message.name, message.given), () => undefined);
  }

  async #answer(id: number, name: string, given: unknown): Promise<Message> {
    try {
      return { kind: 'answer', id, answer: await this.#call(name, given) };
    } catch (error) {
      return { kind: 'failure', id, reason: messageOf(error) };
    }
  }

  #call(name: string, given: unknown, connection?: AcceptedConnection): unknown {
    const handlers = this.#handlers as Readonly<Record<string, Handler>>;
    return handlers[name]?.(given, connection);
  }

  #startTimer(id: number, name: string, patience: Patience | undefined): Pick<Waiting, 'timer' | 'isRenewed'> {
    if (patience === undefined) return { timer: undefined, isRenewed: false };
    const isRenewed = 'silenceMs' in patience;
    const ms = isRenewed ? patience.silenceMs : patience.withinMs;
    const message = isRenewed ? `nothing was heard for ${ms} ms` : `\`${name}\` was not answered within ${ms} ms`;
    return { isRenewed, timer: setTimeout(() => this.#settle(id)?.reject(unavailable(message)), ms) };
  }

  // Sending to a process that has just ended is no mistake of ours; whoever waits is told, and nobody else.
  #send(message: Message, onSent: (error: Error | undefined) => void, connection?: AcceptedConnection): void {
    const ended = (): RolebookError => unavailable('the process has ended');
    if (this.#isOver || !this.#port.connected) onSent(ended());
    // One that ends in this moment is known by what the system says of the channel (EPIPE) before Node tells of it.
    else this.#port.send?.(message, connection, undefined, (error) => onSent(error ? ended() : undefined));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}

type Handler = (given: unknown, connection?: AcceptedConnection) => unknown;

function unavailable(message: string): RolebookError {
  return new RolebookError('unavailable', message);
}
