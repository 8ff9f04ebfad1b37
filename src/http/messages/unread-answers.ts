import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../../policy/limits.ts';
import { Room } from './room.ts';

/** By default those of `limits`. */
export interface UnreadBounds {
  readonly stallMs?: number;
  readonly readMs?: number;
  readonly room?: Room;
}

/**
 * Answers that were written faster than their callers read them: they are kept until they are read. There is a bound on
 * all of them, and none is kept for long.
 */
export class UnreadAnswers {
  readonly room: Room;
  readonly #stallMs: number;
  readonly #readMs: number;
  #cut = 0;

  constructor({ stallMs, readMs, room }: UnreadBounds = {}) {
    this.room = room ?? new Room(limits.unreadAnswersBytes, limits.keptForSmallAnswersBytes);
    this.#stallMs = stallMs ?? limits.unreadAnswerMs;
    this.#readMs = readMs ?? limits.answerReadMs;
  }

  /** Connections that were ended because nobody read. */
  get cut(): number {
    return this.#cut;
  }

  /** Whether an answer may be kept, if it should have to be. */
  fits(bytes: number): boolean {
    return bytes <= limits.smallAnswerBytes || this.room.fits(bytes, 'large');
  }

  /** To be told of every answer, right after it was written: nearly all are with the system by then. */
  watch(response: ServerResponse): void {
    if (response.writableLength > 0) this.#keep(response);
  }

  #keep(response: ServerResponse): void {
    const { socket } = response.req;
    const bytes = response.writableLength;
    if (!this.room.take(bytes, bytes > limits.smallAnswerBytes ? 'large' : 'small')) {
      this.#end(socket);
      return;
    }
    // Node calls it a timeout only when the system took nothing of the answer meanwhile.
    if (response.socket) socket.setTimeout(this.#stallMs);
    else response.once('socket', () => socket.setTimeout(this.#stallMs));
    const onStall = (): void => this.#end(socket);
    const timer = setTimeout(onStall, this.#readMs);
    timer.unref();
    response.once('timeout', onStall);
    response.once('close', () => {
      clearTimeout(timer);
      this.room.give(bytes);
    });
  }

  #end(socket: Socket): void {
    if (socket.destroyed) return;
    this.#cut += 1;
    socket.destroy();
  }
}
