import { namedIn, partOfPath } from './calls/addresses.ts';
import type { Page } from './calls/pages.ts';
import type { ApiCalls } from './calls/api-calls.ts';
import type { Place, ReadOptions, SubjectName } from './words/words.ts';

/** One edit of a change, as `/openapi.json` lists them: `{edit: 'role.change', workspace, role, allow: [...]}`. */
export interface Edit {
  readonly edit: string;
  readonly [member: string]: unknown;
}

/** What is to be said with a change. */
export interface ChangeOptions {
  /** Whoever makes it; what they may do is judged. */
  readonly actor: SubjectName;
  readonly reason?: string;
  /** The hash of the list that somebody agreed to, from a preview. */
  readonly confirm?: string;
  /** The same key makes one change, however often it is sent within a day; undefined: one for this call. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** What a change did, or would do: `/openapi.json` has all of it. */
export interface MadeChange {
  /** Undefined in a preview, and where nothing was to be changed. */
  readonly change?: string;
  readonly revision: string;
  readonly effect?: Readonly<Record<string, unknown>>;
  readonly [more: string]: unknown;
}

/** A change of the history. */
export type ToldChange = Readonly<Record<string, unknown>>;

/** What of the history is wanted; undefined: all of it, page by page. */
export interface ChangeFilter {
  readonly role?: string;
  readonly subject?: string;
  readonly limit?: number;
  readonly after?: string;
}

/**
 * The changes of the policy. Each takes an admin token, and is sent with an `Idempotency-Key`, so that one whose answer is lost
 * is made once. Reads after it see it, wherever they are answered.
 */
export class Changes {
  readonly #calls: ApiCalls;

  constructor(calls: ApiCalls) {
    this.#calls = calls;
  }

  /** Makes edits as one change. */
  make(edits: readonly Edit[], options: ChangeOptions): Promise<MadeChange> {
    return this.#post('/v1/changes', edits, options);
  }

  /** What the same edits would do; nothing is written. */
  preview(edits: readonly Edit[], options: ChangeOptions): Promise<MadeChange> {
    return this.#post('/v1/changes?preview', edits, options, true);
  }

  /** Undoes a change by a new one. */
  async revert(change: string, options: ChangeOptions): Promise<MadeChange> {
    return this.#post(`/v1/changes/${partOfPath(change)}/revert`, undefined, options);
  }

  /** A page of the history, the newest first. */
  list(
    place: Place,
    { role, subject, limit, after, ...options }: ChangeFilter & ReadOptions = {},
  ): Promise<Page<ToldChange>> {
    return this.#calls.pageNow('changes', '/v1/changes', { ...place, role, subject, limit, after }, options);
  }

  async #post(
    path: string,
    edits: readonly Edit[] | undefined,
    options: ChangeOptions,
    isPreview = false,
  ): Promise<MadeChange> {
    const { actor, reason, confirm } = options;
    const body = { edits, actor: namedIn(actor), reason, confirm };
    const document = await this.#calls.write('POST', path, body, { ...options, isPreview });
    return document as unknown as MadeChange;
  }
}
