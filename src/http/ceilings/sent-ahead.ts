import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../../policy/limits.ts';

/**
 * Requests that came before an earlier one of their connection was answered (HTTP pipelining). Node reads as many of
 * them as a client sends, in one turn: a few kilobytes could ask for megabytes of answers, and for seconds of work.
 */
export class SentAhead {
  readonly #waiting = new WeakMap<Socket, number>();
  /** Whose request came last, and how many of its came one after the other. */
  #last: Socket | undefined;
  #inARow = 0;
  #cut = 0;

  /** Connections that were ended because of too many. */
  get cut(): number {
    return this.#cut;
  }

  /**
   * Whether a request may be answered that came on this connection; if not, the connection is over. What is answered
   * at once never waits, so it is counted here how many come in one turn of the event loop.
   */
  admitNext(socket: Socket): boolean {
    if (socket !== this.#last) {
      this.#last = socket;
      this.#inARow = 0;
      return true;
    }
    this.#inARow += 1;
    return this.#inARow < limits.pipelinedRequests || this.#isInTime(socket);
  }

  // A connection that asks again and again, alone and in many turns, begins anew with each of these.
  #isInTime(socket: Socket): boolean {
    if (this.#inARow === limits.pipelinedRequests) setImmediate(() => (this.#inARow = 0));
    if (this.#inARow < 2 * limits.pipelinedRequests) return true;
    this.#end(socket);
    return false;
  }

  /** Whether a request may wait for its turn; if not, its connection is over. */
  admit({ socket }: IncomingMessage, response: ServerResponse): boolean {
    // Node goes on with what it has read of a connection that was ended.
    if (socket.destroyed) return false;
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    if (waiting > limits.pipelinedRequests) {
      this.#end(socket);
      return false;
    }
    this.#waiting.set(socket, waiting);
    response.once('close', () => this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1));
    return true;
  }

  /** Answers a request once those before it are answered: one a turn of the event loop, so that others have theirs. */
  answerInTurn({ socket }: IncomingMessage, response: ServerResponse, answer: () => void): void {
    response.once('socket', () => {
      setImmediate(() => {
        if (!socket.destroyed) answer();
      });
    });
  }

  #end(socket: Socket): void {
    if (socket.destroyed) return;
    this.#cut += 1;
    socket.destroy();
  }
}
