import type { SubjectId } from '../../policy/subject.ts';

/** What a token may let its holder do: ask for decisions, read, change what is there, make and remove whole places. */
export const tokenScopes = ['decide', 'read', 'change', 'provision'] as const;

export type TokenScope = (typeof tokenScopes)[number];

/** Scopes that change something. They are never given away without a token, wherever the caller is. */
export function isChange(scope: 'open' | TokenScope): boolean {
  return scope === 'change' || scope === 'provision';
}

/** The caller, as far as a token tells it. */
export interface Caller {
  /** Of the token; undefined: nobody was asked for one. */
  readonly name: string | undefined;
  /** The organizations whose places it may reach; undefined: all. */
  readonly organizations: ReadonlySet<string> | undefined;
  /** What it may do; undefined: nobody was asked for a token. */
  readonly scopes?: ReadonlySet<TokenScope>;
  /** Who is signed in, where a session vouches for the call: it is made for this one, and for nobody else. */
  readonly actor?: SubjectId;
  /** Where it is known from that this one is signed in. */
  readonly voucher?: 'session' | 'proxy';
}

/** The caller of a call that needs no token. */
export const anybody: Caller = { name: undefined, organizations: undefined };

/** A bearer token as its line describes it. The token itself is not kept. */
export interface Token extends Caller {
  readonly name: string;
  readonly digest: Buffer;
  readonly scopes: ReadonlySet<TokenScope>;
  /** The first instant at which it lets nobody in any more; undefined: never. */
  readonly endsAtMs: number | undefined;
  /** `FILE:LINE`, for messages. */
  readonly place: string;
}
