import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../policy/limits.ts';

/**
 * Requests that came before an earlier one of their connection was answered (HTTP pipelining). Node reads as many of
 * them as a client sends, in one turn: a few kilobytes could ask for megabytes of answers, and for seconds of work.
 */
export class SentAhead {
  readonly #waiting = new WeakMap<Socket, number>();
  #cut = 0;

  /** Connections that were ended because of too many. */
  get cut(): number {
    return this.#cut;
  }

  /** Whether a request may wait for its turn; if not, its connection is over. */
  admit({ socket }: IncomingMessage, response: ServerResponse): boolean {
    // Node goes on with what it has read of a connection that was ended.
    if (socket.destroyed) return false;
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    if (waiting > limits.pipelinedRequests) {
      this.#cut += 1;
      socket.destroy();
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
}
