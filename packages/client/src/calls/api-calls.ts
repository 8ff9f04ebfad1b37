import type { CallOptions } from '../words/words.ts';
import type { Caller } from './caller.ts';
import type { SeenRevision } from './seen-revision.ts';

type Document = Readonly<Record<string, unknown>>;

/** What a write is sent with. */
export interface WriteOptions {
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing is written, so there is nothing to be seen later. */
  readonly isPreview?: boolean;
}

/** Reads and writes of the API: what was written here is seen by what is read here later. */
export class ApiCalls {
  readonly #caller: Caller;
  readonly #seen: SeenRevision;
  readonly #timeoutMs: number;
  readonly #writeTimeoutMs: number;

  constructor(caller: Caller, seen: SeenRevision, timeoutMs: number, writeTimeoutMs: number) {
    this.#caller = caller;
    this.#seen = seen;
    this.#timeoutMs = timeoutMs;
    this.#writeTimeoutMs = writeTimeoutMs;
  }

  /** Reads, from a revision that is new enough; `path` may have a query. */
  read(path: string, options: CallOptions, headers?: Readonly<Record<string, string>>): Promise<Document> {
    return this.#seen.ask(options.minRevision, (minRevision) => {
      const more = minRevision === undefined ? '' : `minRevision=${encodeURIComponent(minRevision)}`;
      const joint = more === '' ? '' : path.includes('?') ? '&' : '?';
      return this.readNow(`${path}${joint}${more}`, options, headers);
    });
  }

  /** Reads what takes no revision. */
  readNow(path: string, options: CallOptions, headers: Readonly<Record<string, string>> = {}): Promise<Document> {
    const { signal, timeoutMs = this.#timeoutMs } = options;
    return this.#caller.call({ method: 'GET', path, headers, signal, timeoutMs });
  }

  async write(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: object | undefined,
    options: WriteOptions,
  ): Promise<Document> {
    const { idempotencyKey, signal, timeoutMs = this.#writeTimeoutMs, isPreview = false } = options;
    const key = isPreview ? undefined : (idempotencyKey ?? crypto.randomUUID());
    const headers = { ...options.headers, ...(key !== undefined && { 'Idempotency-Key': key }) };
    const document = await this.#caller.call({ method, path, headers, signal, timeoutMs, ...(body && { body }) });
    if (!isPreview) this.#seen.note(document);
    return document;
  }
}
