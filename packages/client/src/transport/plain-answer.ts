import type { Incoming } from './transport.ts';
import { parseRetryAfter } from './transport.ts';

/** Says that an answer is HTTP, perhaps, but not of the one form that is read here. */
export const unusual = Symbol('unusual');

interface Head {
  /** Of the head itself, with the empty line. */
  readonly bytes: number;
  readonly status: number;
  /** Of the body, in bytes. */
  readonly length: number;
  readonly retryAfter: number | undefined;
}

const mostHead = 16 * 1024;

/** Of a body, in bytes. What is longer comes in very many parts. */
const mostBody = 2 * 1024 * 1024;
/** Of the head in lower case. */
const statusLine = /^http\/1\.1 ([2-5]\d\d) /;

/** The head that was read last, and its bytes: within a second most answers have the same. */
export interface KnownHead {
  bytes?: Buffer;
  head?: Head;
}

/**
 * The answer to the one request on a connection, of the one form that sidecars give: HTTP/1.1 (RFC 9112), kept alive, its body of a told
 * length. Everything else is unusual, and left to who knows all of HTTP. Bytes are taken as they come; what comes after the
 * body is of no request, and unusual, too.
 */
export class PlainAnswer {
  #bytes: Buffer | undefined;
  #head: Head | undefined;
  readonly #known: KnownHead;

  /** `known` is that of the answers before on a connection, and is told of this one. */
  constructor(known: KnownHead = {}) {
    this.#known = known;
  }

  /** Whether nothing came yet. */
  get isEmpty(): boolean {
    return this.#bytes === undefined;
  }

  /** Takes bytes, which may be others afterwards; the answer when it is whole, undefined before. */
  take(bytes: Buffer): Incoming | typeof unusual | undefined {
    const all = this.#bytes ? Buffer.concat([this.#bytes, bytes]) : bytes;
    const found = this.#read(all);
    if (found === undefined) this.#bytes = all === bytes ? Buffer.from(bytes) : all;
    return found;
  }

  #read(all: Buffer): Incoming | typeof unusual | undefined {
    const head = (this.#head ??= this.#readHead(all));
    if (head === undefined) return all.length > mostHead ? unusual : undefined;
    if (head.length < 0 || head.length > mostBody) return unusual;
    const end = head.bytes + head.length;
    if (all.length < end) return undefined;
    if (all.length > end) return unusual;
    const { status, retryAfter } = head;
    return { status, retryAfter, text: all.toString('utf8', head.bytes, end) };
  }

  #readHead(bytes: Buffer): Head | undefined {
    const { bytes: same, head } = this.#known;
    if (same && head && bytes.length >= same.length && same.compare(bytes, 0, same.length) === 0) return head;
    const end = bytes.indexOf('\r\n\r\n') + 4;
    if (end < 4) return undefined;
    const read = headOf(bytes.toString('latin1', 0, end), end);
    Object.assign(this.#known, { bytes: Buffer.from(bytes.subarray(0, end)), head: read });
    return read;
  }
}

// A length below nothing is none that is read here.
function headOf(bytes: string, end: number): Head {
  const text = bytes.slice(0, -4).toLowerCase();
  const [, status = ''] = statusLine.exec(text) ?? [];
  const length = valueOf(text, 'content-length');
  const connection = valueOf(text, 'connection') ?? 'keep-alive';
  const isPlain = status !== '' && end <= mostHead && length !== undefined && /^\d{1,9}$/.test(length);
  if (!isPlain || connection !== 'keep-alive' || text.includes(transferCoding) || text.includes(contentCoding)) {
    return { bytes: end, status: 0, length: -1, retryAfter: undefined };
  }
  return {
    bytes: end,
    status: Number(status),
    length: Number(length),
    retryAfter: parseRetryAfter(valueOf(text, 'retry-after')),
  };
}

const transferCoding = '\r\ntransfer-encoding:';
const contentCoding = '\r\ncontent-encoding:';

/** The value of a header in the lower-case text of a head; that of one which stands there twice is none that fits. */
function valueOf(text: string, name: string): string | undefined {
  const start = text.indexOf(`\r\n${name}:`);
  if (start < 0) return undefined;
  const from = start + name.length + 3;
  if (text.includes(`\r\n${name}:`, from)) return 'twice';
  const end = text.indexOf('\r\n', from);
  return text.slice(from, end < 0 ? undefined : end).trim();
}
