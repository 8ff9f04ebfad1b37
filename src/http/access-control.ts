import type { IncomingHttpHeaders } from 'node:http';
import { RolebookError } from '../policy/errors.ts';
import { ApiProblem } from './api-problem.ts';
import { formatListenAddress, isLocal, isLoopbackHost, type ListenAddress } from './listen-address.ts';
import { TokenSet, digestOf, readTokenFile } from './token-file.ts';

export interface AccessOptions {
  readonly listen: ListenAddress;
  /** Bearer tokens for every call; undefined: calls need none. */
  readonly tokenFile?: string | undefined;
  /** Bearer tokens for admin calls; they serve other calls, too. */
  readonly adminTokenFile?: string | undefined;
  /** Whether other machines may call without a token. */
  readonly unauthenticated: 'refuse' | 'allow';
}

/** `open` calls need no token: they tell nothing about the policy. */
export type AccessNeed = 'open' | 'request' | 'admin';

/** Who may call. */
export class AccessControl {
  readonly #options: AccessOptions;
  readonly #keepsBrowsersOut: boolean;
  #requestTokens = new TokenSet([]);
  #adminTokens = new TokenSet([]);
  /** The `Host` that was fine last time, nearly always the same. */
  #knownHost: string | undefined;

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
    const { listen, tokenFile, unauthenticated } = options;
    this.#options = options;
    this.#keepsBrowsersOut =
      tokenFile === undefined && unauthenticated === 'refuse' && listen.kind === 'tcp' && isLocal(listen);
  }

  /** Reads the token files again. If one is bad it throws, and the tokens stay as they were. */
  async reload(): Promise<void> {
    const { tokenFile, adminTokenFile } = this.#options;
    const requestTokens = tokenFile === undefined ? this.#requestTokens : await readTokenFile(tokenFile);
    const adminTokens = adminTokenFile === undefined ? this.#adminTokens : await readTokenFile(adminTokenFile);
    this.#requestTokens = requestTokens;
    this.#adminTokens = adminTokens;
  }

  /** Throws an ApiProblem for a call that may not be made. */
  check(headers: IncomingHttpHeaders, need: AccessNeed): void {
    if (this.#keepsBrowsersOut) this.#checkOrigin(headers);
    if (need === 'request' && !this.#requestTokens.isEmpty) this.#checkRequestToken(headers);
    if (need === 'admin') this.#checkAdminToken(headers);
  }

  #checkRequestToken(headers: IncomingHttpHeaders): void {
    const digest = digestOf(bearerToken(headers));
    if (!this.#requestTokens.has(digest) && !this.#adminTokens.has(digest)) throw wrongToken();
  }

  #checkAdminToken(headers: IncomingHttpHeaders): void {
    if (this.#adminTokens.isEmpty && this.#requestTokens.isEmpty) return;
    const digest = digestOf(bearerToken(headers));
    if (this.#adminTokens.has(digest)) return;
    if (!this.#requestTokens.has(digest)) throw wrongToken();
    throw new ApiProblem('forbidden', 'this call needs an admin token');
  }

  // A page on evil.example may rebind its own name to 127.0.0.1 and then read whatever answers there without a token.
  // The browser still sends that name as `Host`, and `Origin` with each POST; a client on this machine sends neither.
  #checkOrigin(headers: IncomingHttpHeaders): void {
    if (headers.origin !== undefined) throw new ApiProblem('forbidden', 'pages in a browser may not call the sidecar');
    const { host } = headers;
    if (host === undefined || host === this.#knownHost) return;
    if (!isOwnHost(host)) {
      const detail = 'the sidecar answers to localhost only; start it with --token-file or --allow-unauthenticated';
      throw new ApiProblem('misdirected-request', detail);
    }
    this.#knownHost = host;
  }
}

function bearerToken(headers: IncomingHttpHeaders): string {
  const token = /^Bearer +([\x21-\x7e]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new ApiProblem('unauthenticated', 'send `Authorization: Bearer <token>`', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

function wrongToken(): ApiProblem {
  const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };
  return new ApiProblem('unauthenticated', 'the token is not known here', { headers });
}

function isOwnHost(host: string): boolean {
  const name = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host);
  const text = name?.[1] ?? name?.[2] ?? '';
  return isLoopbackHost(text) || text.toLowerCase().endsWith('.localhost');
}
