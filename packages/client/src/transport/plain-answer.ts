import type { Incoming } from './transport.ts';
import { parseRetryAfter } from './transport.ts';

/** Says that an answer is HTTP, perhaps, but not of the one form that is read here. */
export const unusual = Symbol('unusual');

interface Head {
  /** The head itself, with the empty line. */
  readonly bytes: Buffer;
  /** Where the body ends, in bytes from where the head begins; below nothing where the head is unusual. */
  readonly end: number;
  readonly status: number;
  readonly retryAfter: number | undefined;
}

const mostHead = 16 * 1024;

/** Of a body, in bytes. What is longer comes in very many parts. */
const mostBody = 2 * 1024 * 1024;
// Of the head in lower case.
const statusLine = /^http\/1\.1 ([2-5]\d\d) /;

/**
 * The answers on a connection, one after another, of the one form that sidecars give: HTTP/1.1 (RFC 9112), kept alive, the body of a
 * told length. Everything else is unusual, and left to who knows all of HTTP. Bytes are taken as they come; what comes after the
 * body is of no request, and unusual, too.
 */
export class PlainAnswer {
  #bytes: Buffer | undefined;
  // The one that was read last: within a second most answers have the same.
  #head: Head | undefined;

  /** Whether nothing came yet of the next answer. */
  get isEmpty(): boolean {
    return this.#bytes === undefined;
  }

  /** Takes bytes, which may be others afterwards; the answer when it is whole, undefined before. */
  take(bytes: Buffer): Incoming | typeof unusual | undefined {
    const all = this.#bytes ? Buffer.concat([this.#bytes, bytes]) : bytes;
    const found = this.#read(all);
    if (found === undefined) this.#bytes = all === bytes ? Buffer.from(bytes) : all;
    else this.#bytes = undefined;
    return found;
  }

  #read(all: Buffer): Incoming | typeof unusual | undefined {
    const head = this.#readHead(all);
    if (head === undefined) return all.length > mostHead ? unusual : undefined;
    const { bytes, end, status, retryAfter } = head;
    if (all.length > end) return unusual;
    return all.length < end ? undefined : { status, retryAfter, text: all.toString('utf8', bytes.length, end) };
  }

  #readHead(all: Buffer): Head | undefined {
    const known = this.#head;
    if (known?.bytes.equals(all.subarray(0, known.bytes.length))) return known;
    const end = all.indexOf('\r\n\r\n') + 4;
    if (end < 4) return undefined;
    return (this.#head = headOf(Buffer.from(all.subarray(0, end))));
  }
}

function headOf(bytes: Buffer): Head {
  const text = bytes.toString('latin1').toLowerCase();
  const values = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const at = line.indexOf(':');
    const name = line.slice(0, at);
    // What stands there twice has no value that fits.
    values.set(name, values.has(name) ? 'twice' : line.slice(at + 1).trim());
  }
  const [, status] = statusLine.exec(text) ?? [];
  const length = values.get('content-length') ?? '';
  // A body of chunks, or a zipped one, is told of by a header whose name ends so.
  const isPlain =
    status !== undefined &&
    bytes.length <= mostHead &&
    /^\d+$/.test(length) &&
    Number(length) <= mostBody &&
    (values.get('connection') ?? 'keep-alive') === 'keep-alive' &&
    !text.includes('-encoding:');
  const end = isPlain ? bytes.length + Number(length) : -1;
  return { bytes, end, status: Number(status), retryAfter: parseRetryAfter(values.get('retry-after')) };
}
