import type { Incoming } from '../transport.ts';
import { parseRetryAfter } from '../transport.ts';

/** Says that an answer is HTTP, perhaps, but not of the one form that is read here. */
export const unusual = Symbol('unusual');

interface Head {
  readonly status: number;
  /** Of the body, in bytes. */
  readonly length: number;
  readonly retryAfter: number | undefined;
}

const mostHead = 16 * 1024;

/** Of a body, in bytes. What is longer comes in very many parts. */
const mostBody = 2 * 1024 * 1024;
const statusLine = /^HTTP\/1\.1 ([2-5]\d\d) /;

/**
 * The answer to the one request on a connection, of the one form that sidecars give: HTTP/1.1 (RFC 9112), kept alive, its body of a told
 * length. Everything else is unusual, and left to who knows all of HTTP. Bytes are taken as they come; what comes after the
 * body is of no request, and unusual, too.
 */
export class PlainAnswer {
  #bytes: Buffer | undefined;
  #head: Head | undefined;
  #bodyStart = 0;

  /** Whether nothing came yet. */
  get isEmpty(): boolean {
    return this.#bytes === undefined;
  }

  /** Takes bytes; the answer when it is whole, undefined before. */
  take(bytes: Buffer): Incoming | typeof unusual | undefined {
    const all = this.#bytes ? Buffer.concat([this.#bytes, bytes]) : bytes;
    this.#bytes = all;
    const head = (this.#head ??= this.#readHead(all));
    if (head === undefined) return all.length > mostHead ? unusual : undefined;
    if (head.length < 0 || head.length > mostBody) return unusual;
    const end = this.#bodyStart + head.length;
    if (all.length < end) return undefined;
    if (all.length > end) return unusual;
    const { status, retryAfter } = head;
    return { status, retryAfter, text: all.toString('utf8', this.#bodyStart, end) };
  }

  // A length below nothing is none that is read here.
  #readHead(bytes: Buffer): Head | undefined {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    this.#bodyStart = end + 4;
    const text = bytes.toString('latin1', 0, end);
    const none: Head = { status: 0, length: -1, retryAfter: undefined };
    const [, status = ''] = statusLine.exec(text) ?? [];
    if (status === '' || end > mostHead) return none;
    let length = -1;
    let retryAfter: number | undefined;
    for (const line of text.split('\r\n').slice(1)) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (name === 'content-length') {
        if (length >= 0 || !/^\d{1,9}$/.test(value)) return none;
        length = Number(value);
      } else if (name === 'retry-after') retryAfter = parseRetryAfter(value);
      else if (name === 'transfer-encoding' || name === 'content-encoding') return none;
      else if (name === 'connection' && value.toLowerCase() !== 'keep-alive') return none;
    }
    return { status: Number(status), length, retryAfter };
  }
}
