import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { limits } from '../../policy/limits.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { AccessControl } from '../access/access-control.ts';
import type { EndpointAccess } from '../access/endpoint-access.ts';
import { sessionHeader } from '../access/session-header.ts';
import { anybody, type Caller, type TokenScope } from '../access/token.ts';
import { OneTimeToken } from './one-time-token.ts';
import { cookieName, readCookie, writeCookie } from './session-cookie.ts';
import { SessionSeal } from './session-seal.ts';
import type { Session } from './session.ts';

export interface SessionsOptions {
  readonly access: AccessControl;
  readonly now: () => number;
}

const headerField = sessionHeader.toLowerCase();

/** What pages may do for whom they act: never what makes and moves whole places, which needs a token of its own. */
const scopes: ReadonlySet<TokenScope> = new Set(['decide', 'read', 'change']);

/**
 * The sessions of those who are signed in to the pages. A call of a page says so by a header, which no other site can send, and is made for the
 * actor of its session: it may do and is told what this one may, and nothing that the one at the keyboard claims besides.
 */
export class Sessions {
  /** The way to sign in for trying it out: with it one chooses whom to act as. */
  readonly trial: OneTimeToken;
  readonly #access: AccessControl;
  readonly #now: () => number;
  readonly #seal = new SessionSeal();
  /** Signed out before their time, by when they would have been over. */
  readonly #ended = new Map<string, number>();

  constructor({ access, now }: SessionsOptions) {
    this.#access = access;
    this.#now = now;
    this.trial = new OneTimeToken(now);
  }

  /** Whether a call is one of a page. */
  isOfPage({ headers }: IncomingMessage): boolean {
    return headers[headerField] !== undefined;
  }

  /** For whom a page calls, or an ApiProblem is thrown. `open` calls look at the session themselves. */
  admit(request: IncomingMessage, { need, extent }: EndpointAccess): Caller {
    this.#access.checkPage(request);
    if (need === 'open') return anybody;
    const { actor } = this.require(request);
    if (!actor) throw this.#access.refused.refuse('session', 'signed-out', 'choose whom to act as first');
    const caller: Caller = { name: 'try', organizations: undefined, scopes, actor };
    if (need === 'provision') {
      const detail = 'pages do not make and move whole places';
      throw this.#access.refused.refuse('scope', 'forbidden', detail, { caller: caller.name });
    }
    if (extent === 'whole') throw this.#access.refuseActor(caller);
    return caller;
  }

  /** The session of a request, or an ApiProblem is thrown. */
  require(request: IncomingMessage): Session {
    const sealed = readCookie(request.headers.cookie, cookieName(request));
    const session = sealed === undefined ? undefined : this.#seal.open(sealed);
    if (session && session.endsAtMs > this.#now() && !this.#ended.has(session.id)) return session;
    throw this.#access.refused.refuse('session', 'signed-out', 'nobody is signed in here, or not any more');
  }

  begin(): Session {
    return { id: randomUUID(), actor: undefined, endsAtMs: this.#now() + limits.sessionMs };
  }

  /** The same session, of somebody who acts as another one from now on. */
  actAs({ id, endsAtMs }: Session, actor: SubjectId): Session {
    return { id, endsAtMs, actor };
  }

  /** The cookie that says so. */
  keep(request: IncomingMessage, session: Session): string {
    const seconds = Math.max(0, Math.floor((session.endsAtMs - this.#now()) / 1000));
    return writeCookie(cookieName(request), this.#seal.close(session), seconds);
  }

  /** Ends it, wherever its cookie is; the result is a cookie that says no more. */
  end(request: IncomingMessage, { id, endsAtMs }: Session): string {
    const now = this.#now();
    for (const [ended, until] of this.#ended) if (until <= now) this.#ended.delete(ended);
    this.#ended.set(id, endsAtMs);
    return writeCookie(cookieName(request), '', 0);
  }
}
