import { IncomingMessage } from 'node:http';
import { ApiProblem } from './api-problem.ts';

/** Called once, with the whole body or with the problem that it is too large. */
export type BodyTaker = (body: Buffer | ApiProblem) => void;

interface Taking {
  readonly maximumBytes: number;
  readonly take: BodyTaker;
  readonly chunks: Buffer[];
  size: number;
  isOver: boolean;
}

/**
 * A request whose body can be had in one piece, without the events of a stream: those would take as long as all the
 * rest of a decision. Whoever does not ask for that reads a stream as ever, as Express does.
 */
export class BodyRequest extends IncomingMessage {
  #taking: Taking | undefined;

  /**
   * Calls `take` once the body is there. To be called before the listener of the request returns. A client that goes
   * away in the middle is simply never heard of again.
   */
  takeBody(maximumBytes: number, take: BodyTaker): void {
    this.#taking = { maximumBytes, take, chunks: [], size: 0, isOver: false };
  }

  /** What Node hands every piece of a body to, and null at its end. False: it is to stop reading from the client. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    const taking = this.#taking;
    if (taking === undefined) return super.push(chunk, encoding);
    if (taking.isOver) return false;
    if (chunk === null) finish(taking);
    else add(taking, chunk as Buffer);
    return !taking.isOver;
  }
}

function add(taking: Taking, chunk: Buffer): void {
  taking.size += chunk.length;
  if (taking.size <= taking.maximumBytes) {
    taking.chunks.push(chunk);
    return;
  }
  taking.isOver = true;
  taking.chunks.length = 0;
  taking.take(tooLarge(taking.maximumBytes));
}

function finish(taking: Taking): void {
  taking.isOver = true;
  const { chunks, size } = taking;
  const [first] = chunks;
  // Nearly every body comes in one piece.
  taking.take(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size));
}

export function tooLarge(maximumBytes: number): ApiProblem {
  return new ApiProblem('body-too-large', `the body may have at most ${maximumBytes} bytes`);
}
