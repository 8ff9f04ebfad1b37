import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration, Provider } from 'oidc-provider';

/** The claims of an ID token, or what an answer of a provider holds. */
export type Told = Record<string, unknown>;

/** What stands between the real provider and whoever asks it: it changes what the provider would not say. */
export interface Between {
  /** The ID token, with other claims, header or signature. */
  idToken?: ((token: ReadToken, keys: SigningKeys) => string) | undefined;
  /** What it says of itself. */
  discovery?: ((told: Told) => Told) | undefined;
  /** What it says of who signed in, besides the ID token. */
  userinfo?: ((told: Told) => Told) | undefined;
  /** The query of the authorization request. */
  authorize?: ((query: URLSearchParams) => void) | undefined;
  /** How long every answer takes; `never`: there is none. */
  delay?: 'never' | undefined;
}

export interface ReadToken {
  readonly header: Told;
  readonly claims: Told;
}

export interface SigningKeys {
  /** The provider's own, with its name. */
  readonly own: KeyObject;
  /** One that it does not publish. */
  readonly other: KeyObject;
}

export const clientId = 'rolebook';
export const clientSecret = 'secret-of-the-client-at-the-provider';

/**
 * The real `oidc-provider` on loopback. Where a test needs one that misbehaves, what stands between signs ID tokens with the key of the provider, or with another,
 * and changes what it says: the provider itself cannot be made to.
 */
export class RunningProvider {
  readonly issuer: string;
  readonly between: Between = {};
  /** The account that signs in where nobody types one. */
  account = 'wim@acme.example';
  /** Claims of each account, besides `sub`. */
  claims: (account: string) => Told = (account) => ({ email: account, email_verified: true });
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #handle: (request: IncomingMessage, response: ServerResponse) => unknown;
  readonly #provider: Provider;
  readonly #keys: SigningKeys;

  private constructor(server: Server, Made: typeof Provider, redirectUri: string, signedOutUri: string) {
    this.#server = server;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { privateKey: own } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#keys = { own, other: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey };
    this.#provider = new Made(this.issuer, this.#configuration(redirectUri, signedOutUri));
    this.#handle = this.#provider.callback();
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async open(origin: string): Promise<RunningProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { info, warn } = console;
    // It says what a provider for real people should have.
    console.info = console.warn = () => undefined;
    try {
      const { Provider: Made } = await import('oidc-provider');
      return new RunningProvider(server, Made, `${origin}/v1/sign-in/callback`, `${origin}/console`);
    } finally {
      Object.assign(console, { info, warn });
    }
  }

  /** Nobody answers there any more; with `open` somebody does again. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async reopen(): Promise<void> {
    const { port } = new URL(this.issuer);
    await new Promise<void>((resolve) => this.#server.listen(Number(port), '127.0.0.1', resolve));
  }

  #configuration(redirectUri: string, signedOutUri: string): Configuration {
    const jwk = { ...this.#keys.own.export({ format: 'jwk' }), kid: 'own', use: 'sig', alg: 'ES256' };
    return {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uris: [redirectUri],
          post_logout_redirect_uris: [signedOutUri],
          id_token_signed_response_alg: 'ES256',
          token_endpoint_auth_method: 'client_secret_basic',
        },
      ],
      jwks: { keys: [jwk] },
      cookies: { keys: ['a key of cookies'] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { logoutSource: askToSignOut } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...this.claims(id) }) }),
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({
          clientId: oidc.client?.clientId ?? '',
          accountId: oidc.session?.accountId ?? '',
        });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
      ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
      pkce: { required: () => false },
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', this.issuer);
    this.asked.push(`${request.method ?? ''} ${pathname}`);
    if (this.between.delay === 'never') return;
    if (pathname.startsWith('/interaction/')) {
      await this.#interact(request, response);
      return;
    }
    if (pathname === '/auth' && this.between.authorize) {
      const url = new URL(request.url ?? '', this.issuer);
      this.between.authorize(url.searchParams);
      request.url = `${url.pathname}${url.search}`;
    }
    const change = this.#changeOf(pathname);
    if (change) changeAnswer(response, change);
    this.#handle(request, response);
  }

  #changeOf(pathname: string): ((told: Told) => Told) | undefined {
    const { idToken, discovery, userinfo } = this.between;
    if (pathname === '/.well-known/openid-configuration') return discovery;
    if (pathname === '/me') return userinfo;
    if (pathname !== '/token' || !idToken) return undefined;
    return (told) =>
      typeof told['id_token'] === 'string'
        ? { ...told, id_token: idToken(readToken(told['id_token']), this.#keys) }
        : told;
  }

  // A form for people; whoever posts it has signed in.
  async #interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>Sign in</title><form method="post"><button>Let me in</button></form>');
      return;
    }
    await this.#provider.interactionFinished(request, response, { login: { accountId: this.account } });
  }
}

const askToSignOut: RequestLogout = (context, form) => {
  // Whom the token names that it was told as a hint; it has looked at the signature by then.
  const hinted = context.oidc.entities.IdTokenHint as { readonly payload: { readonly sub: string } } | undefined;
  const who = hinted?.payload.sub ?? 'somebody';
  context.body = `<!doctype html><title>Sign out ${who}?</title>${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`;
};

type RequestLogout = NonNullable<
  NonNullable<NonNullable<Configuration['features']>['rpInitiatedLogout']>['logoutSource']
>;

function changeAnswer(response: ServerResponse, change: (told: Told) => Told): void {
  const end = response.end.bind(response) as (body: string) => ServerResponse;
  response.end = ((body: Buffer | string) => {
    const text = JSON.stringify(change(JSON.parse(String(body)) as Told));
    response.setHeader('Content-Length', Buffer.byteLength(text));
    return end(text);
  }) as typeof response.end;
}

function readToken(text: string): ReadToken {
  const [header = '', claims = ''] = text.split('.');
  const read = (part: string): Told => JSON.parse(Buffer.from(part, 'base64url').toString()) as Told;
  return { header: read(header), claims: read(claims) };
}

/** An ID token as a provider writes it; without a key it bears no signature. */
export function writeToken({ header, claims }: ReadToken, key?: KeyObject): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = key ? sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }) : Buffer.alloc(0);
  return `${text}.${signature.toString('base64url')}`;
}
