import type { ReadOptions } from '../words/words.ts';
import { actorHeaders, queryOf, type Query } from './addresses.ts';
import type { AnsweredDocument, MakeCall } from './caller.ts';
import { readPage, type Page } from './pages.ts';
import type { SeenRevision } from './seen-revision.ts';

/** What a write is sent with. */
export interface WriteOptions {
  readonly idempotencyKey?: string | undefined;
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Nothing is written, so there is nothing to be seen later. */
  readonly isPreview?: boolean;
}

/** Reads and writes of the API: what was written here is seen by what is read here later. */
export interface ApiCalls {
  /** Reads a page of a list whose items stand under a name, from a revision that is new enough. */
  page<Item>(name: string, path: string, query: Query, options: ReadOptions): Promise<Page<Item>>;
  /** Reads a page of what takes no revision. */
  pageNow<Item>(name: string, path: string, query: Query, options: ReadOptions): Promise<Page<Item>>;
  write(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: object | undefined,
    options: WriteOptions,
  ): Promise<AnsweredDocument>;
}

/** The calls of one client; a read and a write have so many milliseconds where nothing else is said. */
export function apiCallsOf(call: MakeCall, seen: SeenRevision, readMs: number, writeMs: number): ApiCalls {
  const pageNow: ApiCalls['pageNow'] = async (name, path, query, { actor, signal, timeoutMs = readMs }) => {
    const headers = actorHeaders(actor);
    return readPage(await call({ method: 'GET', path: `${path}${queryOf(query)}`, headers, signal, timeoutMs }), name);
  };
  return {
    pageNow,
    page: (name, path, query, options) =>
      seen.ask(options.minRevision, (minRevision) => pageNow(name, path, { ...query, minRevision }, options)),
    async write(method, path, body, { idempotencyKey, ifMatch, signal, timeoutMs = writeMs, isPreview }) {
      const key = isPreview ? undefined : (idempotencyKey ?? crypto.randomUUID());
      const headers = { 'If-Match': ifMatch, 'Idempotency-Key': key };
      const document = await call({ method, path, headers, signal, timeoutMs, body });
      if (!isPreview) seen.note(document);
      return document;
    },
  };
}
