import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../../policy/limits.ts';
import { Room } from './room.ts';

/** Bounds, by default those of `limits`. */
export interface UnreadBounds {
  readonly stallMs?: number;
  readonly readMs?: number;
  readonly room?: Room;
}

/**
 * The answers that were written faster than their callers read them: they are kept until they are read. There is a
 * bound on all of them, and none is kept for long.
 */
export class UnreadAnswers {
  readonly room: Room;
  readonly #stallMs: number;
  readonly #readMs: number;
  /** What lets go of each kept answer, by its connection. */
  readonly #kept = new WeakMap<Socket, Set<() => void>>();
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

  /** To be told of every answer, and how much of it is not with the system: of nearly all nothing once it was written. */
  watch(response: ServerResponse, bytes: number): void {
    if (bytes > 0) this.#keep(response, bytes);
  }

  #keep(response: ServerResponse, bytes: number): void {
    const { socket } = response.req;
    // Of a connection that is gone nobody tells that it closes.
    if (socket.destroyed || response.destroyed) return;
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
    const keptHere = this.#keptOn(socket);
    const release = (): void => {
      if (!keptHere.delete(release)) return;
      clearTimeout(timer);
      this.room.give(bytes);
    };
    keptHere.add(release);
    response.once('close', release);
  }

  // An answer that waits for the one before it is not told that their connection closes.
  #keptOn(socket: Socket): Set<() => void> {
    const known = this.#kept.get(socket);
    if (known) return known;
    const kept = new Set<() => void>();
    this.#kept.set(socket, kept);
    socket.once('close', () => {
      for (const release of kept) release();
    });
    return kept;
  }

  #end(socket: Socket): void {
    if (socket.destroyed) return;
    this.#cut += 1;
    socket.destroy();
  }
}
