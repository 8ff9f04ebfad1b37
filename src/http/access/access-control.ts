import type { IncomingHttpHeaders } from 'node:http';
import { RolebookError } from '../../policy/errors.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { Place } from '../../policy/runtime-member.ts';
import { isWithin } from '../../policy/membership/place-reach.ts';
import { processClock } from '../../store/process-clock.ts';
import type { ApiProblem } from '../messages/api-problem.ts';
import { actorHeader } from './actor-header.ts';
import type { EndpointAccess } from './endpoint-access.ts';
import { HostCheck, type AskedRequest } from './host-check.ts';
import { formatListenAddress, isLocal, type ListenAddress } from './listen-address.ts';
import type { PublicAddress } from './public-address.ts';
import { RefusedCalls } from '../metrics/refused-calls.ts';
import { type Caller, type Token, type TokenScope, anybody, isChange } from './token.ts';
import { type TokenFile, readTokenFile } from './token-file.ts';
import { digestOfToken } from './token-line.ts';
import { TokenSet } from './token-set.ts';

export interface AccessOptions {
  readonly listen: ListenAddress;
  /** Bearer tokens for every call; undefined: calls that change nothing need none. */
  readonly tokenFile?: string | undefined;
  /** Bearer tokens for calls that change something; undefined: nobody may make them. */
  readonly adminTokenFile?: string | undefined;
  /** Whether other machines may call without a token. */
  readonly unauthenticated: 'refuse' | 'allow';
  /** Where browsers reach the pages; undefined: on this machine, with nothing between. */
  readonly publicAddress?: PublicAddress | undefined;
  /** The name of the admin token that is good for the calls of pages alone, which a proxy sends; undefined: there is none. */
  readonly proxyToken?: string | undefined;
  readonly now?: () => number;
}

/** The rules of who may call. */
export class AccessControl {
  /** Calls that were refused here and at the other doors that ask this one. */
  readonly refused = new RefusedCalls();
  readonly #hosts: HostCheck;
  readonly #options: AccessOptions;
  readonly #keepsBrowsersOut: boolean;
  readonly #now: () => number;
  #tokens = new TokenSet([]);
  #warnings: readonly string[] = [];
  #latestMs = 0;

  /** Throws a RolebookError when the token files are bad or the address asks for tokens. */
  static async open(options: AccessOptions): Promise<AccessControl> {
    const { listen, tokenFile, unauthenticated } = options;
    if (!isLocal(listen) && tokenFile === undefined && unauthenticated === 'refuse') {
      const address = formatListenAddress(listen);
      throw new RolebookError('usage', `other machines can reach \`${address}\`, so it needs tokens`, {
        help: 'give `--token-file FILE`, or `--allow-unauthenticated` if the network lets only the right ones through',
      });
    }
    const access = new AccessControl(options);
    await access.reload();
    return access;
  }

  private constructor(options: AccessOptions) {
    const { listen, tokenFile, unauthenticated, now = processClock.now } = options;
    this.#options = options;
    this.#now = now;
    this.#keepsBrowsersOut =
      tokenFile === undefined && unauthenticated === 'refuse' && listen.kind === 'tcp' && isLocal(listen);
    this.#hosts = new HostCheck(this.#keepsBrowsersOut ? 'own' : 'any', this.refused);
  }

  /** What somebody should look at in the token files. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Where a caller is, as an audit line says it; `address` is what the socket says. */
  describeOrigin(address: string | undefined): string {
    return this.#options.listen.kind === 'unix' ? 'unix' : (address ?? 'unknown');
  }

  /** Reads the token files again. If one is bad it throws, and the tokens stay as they were. */
  async reload(): Promise<void> {
    const { tokenFile, adminTokenFile } = this.#options;
    const atMs = this.#now();
    const { proxyToken } = this.#options;
    const files: TokenFile[] = [];
    if (tokenFile !== undefined) files.push(await readTokenFile(tokenFile, 'token-file', atMs));
    if (adminTokenFile !== undefined) files.push(await readTokenFile(adminTokenFile, 'admin-token-file', atMs));
    if (proxyToken !== undefined) requireProxyToken(files.at(-1)?.tokens ?? [], proxyToken);
    this.#tokens = new TokenSet(files.map(({ tokens }) => tokens));
    this.#warnings = files.flatMap(({ warnings }) => warnings);
  }

  /** Says who makes a call, or throws an ApiProblem when it may not be made. */
  check(request: AskedRequest, { need, extent }: EndpointAccess): Caller {
    this.#checkWay(request);
    return need === 'open' || !this.#needsToken(need) ? anybody : this.#admit(request, need, extent);
  }

  /** Throws an ApiProblem where a request means another host. For what anybody may have, wherever they read of it. */
  checkHost(request: AskedRequest): void {
    const fault = this.#hosts.findFault(request);
    if (fault !== undefined) throw fault;
  }

  /**
   * Throws an ApiProblem unless a call is one of our own pages: a browser makes it, from the very address that they are at, and nothing passes it
   * on unless they are known to be behind something. Who makes it is for its session to say. What a proxy adds of where a call comes from is never believed.
   */
  checkPage(request: AskedRequest & { readonly method?: string | undefined }): void {
    const { headers, method } = request;
    const { publicAddress } = this.#options;
    this.checkHost(request);
    if (!publicAddress) this.#refusePassedOn(headers);
    const isReading = method === 'GET' || method === 'HEAD';
    const site = headers['sec-fetch-site'];
    const own = publicAddress?.origin ?? `http://${headers.host ?? ''}`;
    const isOwn = headers.origin === undefined ? isReading : headers.origin === own;
    if (isOwn && (site === undefined || site === 'same-origin' || site === 'none')) return;
    throw this.refused.refuse('origin', 'forbidden', 'other pages in a browser may not call the sidecar');
  }

  #refusePassedOn(headers: IncomingHttpHeaders): void {
    const passedOn = Object.keys(headers).find(
      (name) => forwardingHeaders.has(name) || name.startsWith('x-forwarded-'),
    );
    if (passedOn === undefined) return;
    const detail = `the pages are for this machine alone, and \`${passedOn}\` was sent`;
    throw this.refused.refuse('forwarded', 'forbidden', detail);
  }

  /** Says which token a proxy sends with a call of a page, or throws an ApiProblem. */
  checkProxy({ headers }: AskedRequest, need: TokenScope): Token {
    const token = this.#identify(headers);
    if (token.name !== this.#options.proxyToken) {
      const detail = 'pages are called with the token of the proxy that signs people in';
      throw this.refused.refuse('proxy', 'forbidden', detail, { caller: token.name });
    }
    if (!token.scopes.has(need)) throw this.#lacksScope(token, need);
    return token;
  }

  /** The problem that a call which does not look at whom it is for is made for an actor; to be thrown at once. */
  refuseActor(caller: Caller): ApiProblem {
    const detail = `what this call tells is not for an actor, so it takes no \`${actorHeader}\``;
    return this.refused.refuse('actor', 'forbidden', detail, { caller: caller.name });
  }

  #admit(request: AskedRequest, need: TokenScope, extent: EndpointAccess['extent']): Token {
    const token = this.#identify(request.headers);
    if (token.name === this.#options.proxyToken) {
      // Whoever is behind the proxy has this token sent along with whatever they ask.
      const detail = 'the token of the proxy is for the calls of pages alone';
      throw this.refused.refuse('proxy', 'forbidden', detail, { caller: token.name });
    }
    if (!token.scopes.has(need)) throw this.#lacksScope(token, need);
    if (extent === 'place' || token.organizations === undefined) return token;
    const detail = 'the token is for some organizations, and this call is about the whole sidecar';
    throw this.refused.refuse('organization', 'forbidden', detail, { caller: token.name });
  }

  /** For a call of nothing that there is: who needs a token for what there is learns nothing without one. */
  checkStranger(request: AskedRequest): void {
    this.#checkWay(request);
    if (this.#needsToken('read')) this.#identify(request.headers);
  }

  /** Whether a call bears a token that may change something. To ask refuses and counts nothing. */
  bearsAdminToken(headers: IncomingHttpHeaders): boolean {
    const text = bearerToken(headers);
    const token = text === undefined ? undefined : this.#tokens.find(digestOfToken(text));
    if (token?.name === this.#options.proxyToken) return false;
    return token !== undefined && !this.#hasEnded(token) && [...token.scopes].some(isChange);
  }

  /**
   * Throws an ApiProblem unless the caller may ask about this place. A place of somebody else's and one that is not
   * there are the same problem: neither is anything to this caller.
   */
  checkPlace(caller: Caller, policy: PolicySet, kind: Place['kind'], id: string, pointer?: string): void {
    if (!isWithin(policy, { kind, id }, caller.organizations)) throw this.refusePlace(caller, kind, pointer);
  }

  /** The problem that a place is not one of this caller's, to be thrown or answered at once: it is counted. */
  refusePlace(caller: Caller, kind: Place['kind'], pointer?: string): ApiProblem {
    const detail = `the token is for some organizations, and this ${kind} is not theirs`;
    return this.refused.refuse('organization', 'forbidden', detail, { pointer, caller: caller.name });
  }

  /** What changes something needs a token always: on loopback any process may call, and its subject is what it says. */
  #needsToken(scope: TokenScope): boolean {
    return isChange(scope) || this.#options.tokenFile !== undefined;
  }

  #identify(headers: IncomingHttpHeaders): Token {
    const { tokenFile, adminTokenFile } = this.#options;
    if (tokenFile === undefined && adminTokenFile === undefined) throw this.#noAdminTokens(undefined);
    const text = bearerToken(headers);
    if (text === undefined) {
      const detail = 'send `Authorization: Bearer <token>`';
      throw this.refused.refuse('no-token', 'unauthenticated', detail, { challenge: 'Bearer' });
    }
    const token = this.#tokens.find(digestOfToken(text));
    const challenge = 'Bearer error="invalid_token"';
    if (token === undefined) {
      throw this.refused.refuse('unknown-token', 'unauthenticated', 'the token is not known here', { challenge });
    }
    if (this.#hasEnded(token)) {
      throw this.refused.refuse('ended-token', 'unauthenticated', 'the token has ended', { challenge });
    }
    return token;
  }

  // A clock that is set back does not bring back a token that has ended.
  #hasEnded({ endsAtMs }: Token): boolean {
    if (endsAtMs === undefined) return false;
    this.#latestMs = Math.max(this.#latestMs, this.#now());
    return this.#latestMs >= endsAtMs;
  }

  #lacksScope(token: Token, need: TokenScope): ApiProblem {
    const { adminTokenFile } = this.#options;
    if (isChange(need) && adminTokenFile === undefined) return this.#noAdminTokens(token.name);
    const challenge = `Bearer error="insufficient_scope", scope="${need}"`;
    const detail = `this call needs ${isChange(need) ? 'an admin token, ' : ''}a token with the scope \`${need}\``;
    return this.refused.refuse('scope', 'forbidden', detail, { challenge, caller: token.name });
  }

  #noAdminTokens(caller: string | undefined): ApiProblem {
    const detail =
      'this call needs an admin token, and there is none; `rolebook serve --admin-token-file FILE --create` makes one';
    return this.refused.refuse('no-admin-token-file', 'forbidden', detail, { caller });
  }

  #checkWay(request: AskedRequest): void {
    this.checkHost(request);
    // A page may send a POST across sites, or rebind its name. A client on this machine sends no `Origin`.
    if (!this.#keepsBrowsersOut || request.headers.origin === undefined) return;
    throw this.refused.refuse('origin', 'forbidden', 'pages in a browser may not call the sidecar');
  }
}

/** What a proxy adds, beside `X-Forwarded-…`. */
const forwardingHeaders: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'client-ip',
  'true-client-ip',
]);

function requireProxyToken(tokens: readonly Token[], name: string): void {
  if (tokens.some((token) => token.name === name)) return;
  const message = `no token of \`--admin-token-file\` has the name \`${name}\` that \`--proxy-token\` says`;
  throw new RolebookError('configuration', message, {
    help: `write \`name=${name} scopes=read,change\` behind the token`,
  });
}

function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([\x21-\x7e]+)$/i.exec(headers.authorization ?? '')?.[1];
}
