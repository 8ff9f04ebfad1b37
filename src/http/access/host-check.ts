import type { IncomingHttpHeaders } from 'node:http';
import type { ApiProblem } from '../messages/api-problem.ts';
import { hostOfTarget, isOwnHost, parseHostText } from './host-text.ts';
import type { RefusedCalls } from '../metrics/refused-calls.ts';

/** The part that is looked at of a request. */
export interface AskedRequest {
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
}

/** The hosts that a request may name: `own` are those that mean this machine and can mean no other. */
export type HostsServed = 'any' | 'own';

/**
 * A look at where a request says it goes. `Host` and the target alone tell that: what a proxy adds, like
 * `X-Forwarded-Host`, anybody can add.
 */
export class HostCheck {
  readonly #served: HostsServed;
  readonly #refused: RefusedCalls;
  /** The `Host` that was fine last time, nearly always the same. */
  #known: string | undefined;

  constructor(served: HostsServed, refused: RefusedCalls) {
    this.#served = served;
    this.#refused = refused;
  }

  /** Why a request goes nowhere; undefined: it may go on. */
  findFault(request: AskedRequest): ApiProblem | undefined {
    const { url = '', headers } = request;
    if (headers.host !== undefined && headers.host === this.#known && url.startsWith('/')) return undefined;
    return this.#check(url, headers.host, request.httpVersion);
  }

  #check(url: string, host: string | undefined, httpVersion: string): ApiProblem | undefined {
    if (host === undefined && httpVersion !== '1.0') return this.#malformed('a request needs a `Host` header');
    const name = host === undefined ? undefined : parseHostText(host);
    // Two `Host` headers come joined by a comma, which no host has: a proxy may have gone by the other one.
    if (host !== undefined && name === undefined) return this.#malformed('the `Host` header is not one host');
    if (!url.startsWith('/') && url !== '*' && hostOfTarget(url)?.toLowerCase() !== (host ?? '').toLowerCase()) {
      return this.#malformed('the request line names another host than the `Host` header');
    }
    // A page on evil.example may rebind its own name to 127.0.0.1 and then read whatever answers there without a token.
    // The browser still sends that name as `Host`.
    if (name !== undefined && this.#served === 'own' && !isOwnHost(name)) {
      const detail = 'the sidecar answers to localhost only; start it with --token-file or --allow-unauthenticated';
      return this.#refused.refuse('host', 'misdirected-request', detail);
    }
    this.#known = host;
    return undefined;
  }

  #malformed(detail: string): ApiProblem {
    return this.#refused.refuse('host', 'malformed-http', detail);
  }
}
