import type * as OpenIdClient from 'openid-client';
import type { ClientAuth, Configuration, ServerMetadata } from 'openid-client';
import { limits } from '../../policy/limits.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { SignInFailed } from './sign-in-failed.ts';

/** This sidecar as a client of a provider. */
export interface ProviderClient {
  readonly issuer: URL;
  readonly clientId: string;
  /** Read anew each time; undefined: the provider knows no secret of this client. */
  readonly readSecret?: (() => Promise<string>) | undefined;
  /** How long the provider may take to answer, unless it is as long as usual. */
  readonly timeoutMs?: number | undefined;
}

/** Asks a provider what it is, and makes of it what people sign in with. */
export async function discoverProvider({
  issuer,
  clientId,
  readSecret,
  timeoutMs = limits.provider.timeoutMs,
}: ProviderClient): Promise<Configuration> {
  const client = await import('openid-client');
  const ways = [client.enableNonRepudiationChecks];
  // A provider on this machine may do without TLS; the library calls that deprecated so that nobody does it elsewhere.
  // oxlint-disable-next-line typescript/no-deprecated
  if (issuer.protocol === 'http:') ways.push(client.allowInsecureRequests);
  // Awaited by the library, as its own ways that sign something are; the secret is read anew, for it may have been exchanged.
  const authenticate = (async (server, metadata, body, headers): Promise<void> => {
    const secret = await readSecret?.();
    wayOf(client, server, secret)(server, metadata, body, headers);
  }) as ClientAuth;
  const found = await client.discovery(
    issuer,
    clientId,
    { [client.clockTolerance]: limits.provider.clockS },
    authenticate,
    {
      timeout: timeoutMs / 1000,
      [client.customFetch]: (url, options) => boundedFetch(url, options as RequestInit),
      execute: ways,
    },
  );
  const { code_challenge_methods_supported: methods, authorization_endpoint, token_endpoint } = found.serverMetadata();
  if (authorization_endpoint === undefined || token_endpoint === undefined) {
    throw new SignInFailed('unavailable', 'the provider has no code flow');
  }
  // Of one that says nothing about it nobody knows; it is sent all the same.
  if (methods && !methods.includes('S256')) {
    throw new SignInFailed('unavailable', 'the provider does not take PKCE with S256');
  }
  return found;
}

function wayOf(client: typeof OpenIdClient, server: ServerMetadata, secret: string | undefined): ClientAuth {
  if (secret === undefined) return client.None();
  // By the standard, one that does not say what it takes takes this.
  const takesBasic = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
  return takesBasic ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
}
