import type { Configuration } from 'openid-client';
import { limits } from '../../policy/limits.ts';
import type { Logger } from '../logging/log.ts';
import { hasClaim, subjectOfClaims } from './claimed-subject.ts';
import { discoverProvider, type ProviderClient } from './discover-provider.ts';
import { signInFault } from './provider-fault.ts';
import { SignInFailed } from './sign-in-failed.ts';
import { signOutHintOf, type SignOutHint } from './sign-out-hint.ts';

export interface ProviderOptions extends ProviderClient {
  /** Where the provider sends people back to; registered there. */
  readonly redirectUrl: string;
  /** Where it sends them when they have signed out there, too. */
  readonly signedOutUrl: string;
  /** The claim that is the id of a subject. */
  readonly claim: string;
  /** What it is asked for; undefined: what usually has that claim. */
  readonly scope?: string | undefined;
  readonly log: Logger;
  readonly now: () => number;
}

/** An attempt to sign in that is under way: what its answer is held against. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Somebody who came back from a provider. */
export interface SignedInAtProvider {
  /** The subject id. */
  readonly id: string;
  /** Undefined: nobody signs out there. */
  readonly hint: SignOutHint | undefined;
}

/**
 * An OpenID provider, which says who somebody is: by the code flow with PKCE, state and nonce, each checked, and an ID token whose signature is checked
 * though it comes straight from the provider. openid-client is loaded when the first one is made.
 */
export class OpenIdProvider {
  readonly #options: ProviderOptions;
  #known: Configuration | undefined;
  #knownAtMs = 0;
  #asking: Promise<Configuration> | undefined;
  #fault: { readonly error: SignInFailed; readonly atMs: number } | undefined;
  #redeeming = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /** Asks the provider what it is, until it has said so. Decisions do not wait for it. */
  async open(): Promise<void> {
    const { issuer, log } = this.#options;
    try {
      await this.#configuration();
    } catch (error) {
      const { message } = signInFault(error);
      log.warn({ issuer: issuer.href, reason: message }, 'nobody can sign in now; the provider is asked again');
      this.#watch = setTimeout(() => void this.open(), limits.provider.watchMs).unref();
    }
  }

  close(): void {
    clearTimeout(this.#watch);
  }

  /** Where somebody signs in, and what the answer is held against. Throws a SignInFailed. */
  async begin(): Promise<{ readonly url: string; readonly pending: PendingSignIn }> {
    try {
      const client = await import('openid-client');
      const configuration = await this.#configuration();
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: this.#options.redirectUrl,
        scope: this.#options.scope ?? usualScope(this.#options.claim),
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, pending };
    } catch (error) {
      throw signInFault(error);
    }
  }

  /** Who comes back with this query. Throws a SignInFailed. */
  async finish(query: URLSearchParams, pending: PendingSignIn): Promise<SignedInAtProvider> {
    if (this.#redeeming >= limits.signIn.atOnce) throw new SignInFailed('busy', 'too many sign in at once');
    this.#redeeming += 1;
    try {
      return await this.#redeem(query, pending);
    } catch (error) {
      throw signInFault(error);
    } finally {
      this.#redeeming -= 1;
    }
  }

  /** Where the session at the provider is ended; undefined: it has no such place, none that a browser may be led to, or did not say so yet. */
  async signOutUrl({ idToken, logoutHint }: SignOutHint): Promise<string | undefined> {
    const { issuer, log, signedOutUrl } = this.#options;
    if (this.#known?.serverMetadata().end_session_endpoint === undefined) return undefined;
    try {
      const { buildEndSessionUrl } = await import('openid-client');
      const url = buildEndSessionUrl(this.#known, {
        post_logout_redirect_uri: signedOutUrl,
        ...(idToken !== undefined && { id_token_hint: idToken }),
        ...(logoutHint !== undefined && { logout_hint: logoutHint }),
      });
      // The library looks at that for issuers with TLS alone.
      if (url.protocol === 'https:' || url.protocol === issuer.protocol) return url.href;
      log.warn({ issuer: issuer.href }, 'where people sign out at the provider is no address of the web');
    } catch (error) {
      const { message } = signInFault(error);
      log.warn({ issuer: issuer.href, reason: message }, 'nobody can be led to where people sign out at the provider');
    }
    return undefined;
  }

  async #redeem(query: URLSearchParams, { state, nonce, verifier }: PendingSignIn): Promise<SignedInAtProvider> {
    const { redirectUrl, claim } = this.#options;
    const client = await import('openid-client');
    const configuration = await this.#configuration();
    const url = new URL(redirectUrl);
    url.search = query.toString();
    const tokens = await client.authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new SignInFailed('untrusted', 'the provider sent no ID token');
    const { userinfo_endpoint, end_session_endpoint } = configuration.serverMetadata();
    const hint = end_session_endpoint === undefined ? undefined : signOutHintOf(tokens.id_token, claims);
    if (hasClaim(claims, claim) || userinfo_endpoint === undefined) return { id: subjectOfClaims(claims, claim), hint };
    const told = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    return { id: subjectOfClaims(told, claim), hint };
  }

  async #configuration(): Promise<Configuration> {
    const { now } = this.#options;
    if (this.#known && now() - this.#knownAtMs < limits.provider.knownMs) return this.#known;
    // One that just did not answer is not asked by everybody who comes.
    if (this.#fault && now() - this.#fault.atMs < limits.provider.againMs)
      return this.#known ?? raise(this.#fault.error);
    this.#asking ??= this.#discover().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #discover(): Promise<Configuration> {
    const { issuer, log, now } = this.#options;
    try {
      const found = await discoverProvider(this.#options);
      if (!this.#known) log.info({ issuer: issuer.href }, 'people can sign in at the provider');
      this.#known = found;
      this.#knownAtMs = now();
      this.#fault = undefined;
      return found;
    } catch (error) {
      this.#fault = { error: signInFault(error), atMs: now() };
      return this.#known ?? raise(this.#fault.error);
    }
  }
}

function raise(error: Error): never {
  throw error;
}

function usualScope(claim: string): string {
  if (claim === 'sub') return 'openid';
  return claim === 'email' ? 'openid email' : 'openid profile email';
}
