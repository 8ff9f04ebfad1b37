import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { limits } from '../../policy/limits.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { AccessControl } from '../access/access-control.ts';
import { readNamedActor } from '../access/actor-header.ts';
import type { EndpointAccess } from '../access/endpoint-access.ts';
import type { PublicAddress } from '../access/public-address.ts';
import { sessionHeader } from '../access/session-header.ts';
import { anybody, type Caller, type Token, type TokenScope } from '../access/token.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { OneTimeToken } from './one-time-token.ts';
import { PendingSignIns } from './pending-sign-ins.ts';
import { Seal } from './seal.ts';
import { type CookieReach, cookieName, portOf, readCookie, secondsUntil, writeCookie } from './session-cookie.ts';
import { SessionKeys } from './session-keys.ts';
import { SessionSeal } from './session-seal.ts';
import type { EndedSession, Session, SignedIn } from './session.ts';
import type { SignInWay } from './sign-in-way.ts';
import { SignOutHints } from './sign-out-hints.ts';

export interface SessionsOptions {
  readonly access: AccessControl;
  readonly now: () => number;
  /** To try the pages out unless it says something else. */
  readonly way?: SignInWay;
  /** Where browsers reach the pages, unless that is this machine. */
  readonly address?: PublicAddress | undefined;
  /** A key of this process unless it says something else. */
  readonly keys?: SessionKeys;
  /** What sessions are good for besides these keys: with the same keys, those of another sidecar are none here. */
  readonly realm?: string;
}

/** The subject types of the policy that is live; throws an ApiProblem where none is. */
export type SubjectTypes = () => readonly [string, ...string[]];

const headerField = sessionHeader.toLowerCase();

/** What pages may do for whom they act: never what makes and moves whole places, which needs a token of its own. */
const scopes: ReadonlySet<TokenScope> = new Set(['decide', 'read', 'change']);

/** What stands as the caller of a call in the audit; no token can have the name with a colon. */
const callers = { try: 'try', openid: 'pages:openid' } as const;

/**
 * The sessions of those who are signed in to the pages. A call of a page says so by a header, which no other site can send, and is made for the
 * actor of its session: it may do and is told what this one may, and nothing that the one at the keyboard claims besides.
 */
export class Sessions {
  readonly way: SignInWay;
  /** The way to sign in for trying it out: with it one chooses whom to act as. */
  readonly trial: OneTimeToken;
  readonly pending: PendingSignIns;
  readonly signOutHints: SignOutHints;
  readonly #access: AccessControl;
  readonly #now: () => number;
  readonly #address: PublicAddress | undefined;
  readonly #reach: CookieReach;
  readonly #keys: SessionKeys;
  readonly #seal: SessionSeal;
  /** Signed out before their time, by when they would have been over. */
  readonly #ended = new Map<string, number>();
  #tellOthers: ((ended: EndedSession) => Promise<unknown>) | undefined;

  constructor({ access, now, way = { kind: 'try' }, address, keys, realm = '' }: SessionsOptions) {
    this.way = way;
    this.trial = new OneTimeToken(now);
    this.#access = access;
    this.#now = now;
    this.#address = address;
    this.#reach = { path: '/', site: 'Strict', isSecure: address?.isSecure ?? false };
    this.#keys = keys ?? SessionKeys.ofThisProcess();
    this.#seal = new SessionSeal(new Seal(`session ${way.kind} ${realm}`, this.#keys));
    this.pending = new PendingSignIns(new Seal(`sign-in ${way.kind} ${realm}`, this.#keys), address, now);
    this.signOutHints = new SignOutHints(new Seal(`sign-out ${way.kind} ${realm}`, this.#keys), address, now);
  }

  /** Whether a call is one of a page. */
  isOfPage({ headers }: IncomingMessage): boolean {
    return headers[headerField] !== undefined;
  }

  /** For whom a page calls, or an ApiProblem is thrown. `open` calls look at the session themselves. */
  admit(request: IncomingMessage, { need, extent }: EndpointAccess, types: SubjectTypes): Caller {
    this.#access.checkPage(request);
    if (need === 'open') return anybody;
    const caller = this.way.kind === 'proxy' ? this.#proxied(request, need, types) : this.#inSession(request, this.way);
    if (need === 'provision') {
      const detail = 'pages do not make and move whole places';
      throw this.#access.refused.refuse('scope', 'forbidden', detail, { caller: caller.name });
    }
    if (extent === 'whole') throw this.#access.refuseActor(caller);
    return caller;
  }

  /** Who is at a page, or an ApiProblem is thrown. */
  find(request: IncomingMessage, types: SubjectTypes): SignedIn {
    if (this.way.kind !== 'proxy') return this.require(request);
    return { actor: this.#proxied(request, 'read', types).actor, endsAtMs: undefined };
  }

  /** The session of a request, or an ApiProblem is thrown. */
  require(request: IncomingMessage): Session {
    const sealed = readCookie(request.headers.cookie, this.#nameFor(request));
    const session = sealed === undefined ? undefined : this.#seal.open(sealed);
    if (session && session.endsAtMs > this.#now() && !this.#ended.has(session.id)) return session;
    const detail = 'nobody is signed in here, or not any more';
    throw this.#access.refused.refuse('session', 'signed-out', detail, { extensions: { way: this.way.kind } });
  }

  /** `actor` is left out where it is yet to be chosen. */
  begin(actor?: SubjectId): Session {
    return { id: randomUUID(), actor, endsAtMs: this.#now() + limits.sessionMs };
  }

  /** The same session, of somebody who acts as another one from now on. */
  actAs({ id, endsAtMs }: Session, actor: SubjectId): Session {
    return { id, endsAtMs, actor };
  }

  /** The cookie that says so. */
  keep(request: IncomingMessage, session: Session): string {
    const seconds = secondsUntil(session.endsAtMs, this.#now());
    return writeCookie(this.#nameFor(request), this.#seal.close(session), seconds, this.#reach);
  }

  /** Has other processes told of what ends here. */
  tellOthers(tell: (ended: EndedSession) => Promise<unknown>): void {
    this.#tellOthers = tell;
  }

  /** Another process has ended it. */
  noteEnded({ id, endsAtMs }: EndedSession): void {
    const now = this.#now();
    for (const [ended, until] of this.#ended) if (until <= now) this.#ended.delete(ended);
    this.#ended.set(id, endsAtMs);
  }

  /** Ends it, wherever its cookie is; the result is a cookie that says no more. */
  async end(request: IncomingMessage, { id, endsAtMs }: Session): Promise<string> {
    this.noteEnded({ id, endsAtMs });
    await this.#tellOthers?.({ id, endsAtMs });
    return writeCookie(this.#nameFor(request), '', 0, this.#reach);
  }

  /** Reads the keys again; throws when they are bad, and they stay as they were. */
  reload(): Promise<void> {
    return this.#keys.reload();
  }

  #inSession(request: IncomingMessage, { kind }: Exclude<SignInWay, { kind: 'proxy' }>): Caller {
    const { actor } = this.require(request);
    if (!actor) throw this.#access.refused.refuse('session', 'signed-out', 'choose whom to act as first');
    return { name: callers[kind], organizations: undefined, scopes, actor, voucher: 'session' };
  }

  // A proxy that forgets to say who is there gets nothing: without an actor its token may know and change everything.
  #proxied(request: IncomingMessage, need: TokenScope, types: SubjectTypes): Caller {
    const { name, organizations, scopes: given }: Token = this.#access.checkProxy(request, need);
    const named = readNamedActor(request);
    if (!named) {
      const detail = 'the proxy does not say who is signed in: it sends `X-Rolebook-Actor`';
      throw this.#access.refused.refuse('proxy', 'signed-out', detail, {
        caller: name,
        extensions: { way: this.way.kind },
      });
    }
    const known = types();
    const { id, type = known[0] } = named;
    if (!known.includes(type)) {
      throw new ApiProblem('invalid-request', '`X-Rolebook-Actor-Type` names no subject type of the policy');
    }
    const kept = new Set([...given].filter((scope) => scopes.has(scope)));
    return { name, organizations, scopes: kept, actor: { type, id }, voucher: 'proxy' };
  }

  #nameFor(request: IncomingMessage): string {
    return cookieName('rolebook-session', this.#reach, portOf(request, this.#address));
  }
}
