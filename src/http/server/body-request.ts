import { IncomingMessage, type ServerResponse } from 'node:http';
import { limits } from '../../policy/limits.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { overloaded } from '../ceilings/overload.ts';
import type { Room } from '../messages/room.ts';

/** A function that answers the requests of a server. */
export type Listener = (request: BodyRequest, response: ServerResponse) => void;

/** The taker of a body, called once, with the whole body or with the problem that it cannot be taken. */
export type BodyTaker = (body: Buffer | ApiProblem) => void;

export interface BodyBounds {
  readonly maximumBytes: number;
  /** As the client said; not a number when it did not. */
  readonly expectedBytes: number;
  /** Where bodies that have come in part have their place. */
  readonly room: Room;
}

interface Taking extends BodyBounds {
  readonly take: BodyTaker;
  /** The bytes so far; from the second piece on in a buffer that has room for more. */
  bytes: Buffer;
  size: number;
  pieces: number;
  /** What it holds of the room: nothing, if all of it comes at once. */
  heldBytes: number;
  isOver: boolean;
}

const nothing = Buffer.alloc(0);

/**
 * A request whose body can be had in one piece, without the events of a stream: those would take as long as all the
 * rest of a decision. A body that nobody takes is never kept.
 */
export class BodyRequest extends IncomingMessage {
  #taking: Taking | undefined;

  /**
   * Calls `take` once the body is there. To be called before the listener of the request returns. A client that goes
   * away in the middle is simply never heard of again.
   */
  takeBody({ maximumBytes, expectedBytes, room }: BodyBounds, take: BodyTaker): void {
    this.#taking = {
      maximumBytes,
      expectedBytes,
      room,
      take,
      bytes: nothing,
      size: 0,
      pieces: 0,
      heldBytes: 0,
      isOver: false,
    };
  }

  /** What Node hands every piece of a body to, and null at its end. False: it is to stop reading from the client. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    const taking = this.#taking;
    // Node reads the rest, and forgets it, once the request is answered. A stream would keep it, in pieces of one byte.
    if (taking === undefined) return chunk === null ? super.push(chunk, encoding) : false;
    if (taking.isOver) return false;
    if (chunk === null) finish(taking);
    else add(taking, chunk as Buffer);
    return !taking.isOver;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#taking) end(this.#taking);
    super._destroy(error, callback);
  }
}

function add(taking: Taking, piece: Buffer): void {
  const size = taking.size + piece.length;
  taking.pieces += 1;
  if (size > taking.maximumBytes) refuse(taking, tooLarge(taking.maximumBytes));
  else if (taking.pieces > limits.bodyPieces) refuse(taking, tooManyPieces());
  else if (taking.size === 0) begin(taking, piece);
  else if (size > taking.bytes.length && !grow(taking, size)) refuse(taking, overloaded('bodies'));
  else {
    piece.copy(taking.bytes, taking.size);
    taking.size = size;
  }
}

// Nearly every body comes in one piece, which is what is taken.
function begin(taking: Taking, piece: Buffer): void {
  const isWhole = piece.length === taking.expectedBytes;
  if (!isWhole && !hold(taking, piece.length)) {
    refuse(taking, overloaded('bodies'));
    return;
  }
  taking.bytes = piece;
  taking.size = piece.length;
}

// What a body costs depends on its bytes alone: a list of its pieces would cost sixty times as much for single bytes.
function grow(taking: Taking, size: number): boolean {
  const { maximumBytes, bytes } = taking;
  const capacity = Math.min(maximumBytes, Math.max(2 * size, leastBytes));
  if (!hold(taking, capacity)) return false;
  taking.bytes = Buffer.allocUnsafeSlow(capacity);
  bytes.copy(taking.bytes, 0, 0, taking.size);
  return true;
}

function hold(taking: Taking, bytes: number): boolean {
  const kind = bytes > limits.smallBodyBytes ? 'large' : 'small';
  if (!taking.room.take(bytes - taking.heldBytes, kind)) return false;
  taking.heldBytes = bytes;
  return true;
}

const leastBytes = 512;

function finish(taking: Taking): void {
  const { bytes, size, take } = taking;
  end(taking);
  take(bytes.length === size ? bytes : bytes.subarray(0, size));
}

function refuse(taking: Taking, problem: ApiProblem): void {
  end(taking);
  taking.take(problem);
}

function end(taking: Taking): void {
  if (taking.isOver) return;
  taking.isOver = true;
  taking.bytes = nothing;
  if (taking.heldBytes > 0) taking.room.give(taking.heldBytes);
}

export function tooLarge(maximumBytes: number): ApiProblem {
  return new ApiProblem('body-too-large', `the body may have at most ${maximumBytes} bytes`);
}

function tooManyPieces(): ApiProblem {
  return new ApiProblem('body-too-large', `the body may come in at most ${limits.bodyPieces} pieces; send larger ones`);
}
