import { assert } from 'chai';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AccessControl } from '../../src/http/access/access-control.ts';
import { parseListenAddress } from '../../src/http/access/listen-address.ts';
import { parsePublicAddress } from '../../src/http/access/public-address.ts';
import { ConsoleFiles } from '../../src/http/console/console-files.ts';
import { createLog } from '../../src/http/logging/log.ts';
import { OpenIdProvider } from '../../src/http/openid/openid-provider.ts';
import type { SessionKeys } from '../../src/http/sessions/session-keys.ts';
import { Sessions } from '../../src/http/sessions/sessions.ts';
import { MemoryStream } from './memory-stream.ts';
import { createPolicyFolder } from './policy-folder.ts';
import { clientId, clientSecret, RunningProvider } from './running-provider.ts';
import { runSidecar, type RunningSidecar, type SidecarSetup } from './running-sidecar.ts';

export interface ProviderPagesSetup extends SidecarSetup {
  readonly claim?: string;
  readonly scope?: string;
  readonly subjectType?: string;
  readonly keys?: SessionKeys;
  readonly timeoutMs?: number;
  readonly now?: () => number;
  /** One that runs already; where it is another's, so is its address. */
  readonly provider?: RunningProvider;
  readonly port?: number;
}

export interface ProviderPages extends RunningSidecar {
  readonly provider: RunningProvider;
  readonly sessions: Sessions;
  readonly ask: OpenIdProvider;
  /** What was logged by the provider's part. */
  readonly providerLog: MemoryStream;
  readonly token: string;
}

const built = fileURLToPath(new URL('../../dist/console', import.meta.url));
const token = 'token-of-an-application-that-asks';

/** A sidecar whose pages people sign in to at a real provider on loopback. */
export async function runProviderPages(setup: ProviderPagesSetup = {}): Promise<ProviderPages> {
  const { claim = 'email', now = Date.now, subjectType, port = await freePort(), scope } = setup;
  const origin = `http://127.0.0.1:${port}`;
  const listen = parseListenAddress(`127.0.0.1:${port}`);
  const provider = setup.provider ?? (await RunningProvider.open(origin));
  const tokens = await createPolicyFolder({ tokens: `${token}\n` });
  const address = parsePublicAddress(origin, '--public-url');
  const access = await AccessControl.open({
    listen,
    tokenFile: `${tokens.root}/tokens`,
    unauthenticated: 'refuse',
    publicAddress: address,
  });
  const providerLog = new MemoryStream();
  const ask = new OpenIdProvider({
    issuer: new URL(provider.issuer),
    clientId,
    readSecret: () => Promise.resolve(clientSecret),
    redirectUrl: `${origin}/v1/sign-in/callback`,
    signedOutUrl: `${origin}/console`,
    claim,
    scope,
    timeoutMs: setup.timeoutMs,
    now,
    log: createLog({ level: 'info', stream: providerLog, format: 'json' }),
  });
  const way = { kind: 'openid', provider: ask, subjectType } as const;
  const sessions = new Sessions({ access, now, address, way, ...(setup.keys && { keys: setup.keys }) });
  const files = await ConsoleFiles.read(built);
  const running = await runSidecar({
    adminTokens: 'none',
    isChanged: true,
    ...setup,
    listenText: `127.0.0.1:${port}`,
    access,
    console: { files, sessions },
  });
  const dispose = async (): Promise<void> => {
    ask.close();
    await running.dispose();
    if (!setup.provider) await provider.close();
    await tokens.dispose();
  };
  return { ...running, provider, sessions, ask, providerLog, token, dispose };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A browser that does what it is told by plain calls: it keeps cookies, for the paths that they are for, and follows nothing by itself. */
export class PlainBrowser {
  readonly cookies = new Map<string, { value: string; path: string }>();

  async get(url: string, method = 'GET'): Promise<{ status: number; location: string | undefined; text: string }> {
    const { host, pathname } = new URL(url);
    const sent = [...this.cookies]
      .filter(([name, { path }]) => name.startsWith(`${host} `) && pathname.startsWith(path))
      .map(([name, { value }]) => `${name.slice(host.length + 1)}=${value}`);
    const response = await fetch(url, { method, redirect: 'manual', headers: { Cookie: sent.join('; ') } });
    for (const line of response.headers.getSetCookie()) this.#keep(host, line);
    const location = response.headers.get('location');
    return {
      status: response.status,
      location: location === null ? undefined : new URL(location, url).href,
      text: await response.text(),
    };
  }

  cookie(url: string, name: RegExp): string {
    const { host } = new URL(url);
    const found = [...this.cookies].find(
      ([key]) => key.startsWith(`${host} `) && name.test(key.slice(host.length + 1)),
    );
    return found ? `${found[0].slice(host.length + 1)}=${found[1].value}` : '';
  }

  #keep(host: string, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
    if (value === '' || attributes.some((one) => /^max-age=0$/i.test(one))) this.cookies.delete(`${host} ${name}`);
    else this.cookies.set(`${host} ${name}`, { value, path });
  }
}

/** Begins to sign in and does what the provider asks, up to where it leads back: that address is the result, not asked yet. */
export async function signInUpToCallback(
  pages: Pick<ProviderPages, 'address'>,
  browser: PlainBrowser,
  to = '/console',
): Promise<string> {
  let { location } = await browser.get(`${pages.address}/v1/sign-in?to=${encodeURIComponent(to)}`);
  for (let turn = 0; turn < 10 && location !== undefined; turn += 1) {
    if (location.startsWith(pages.address)) return location;
    const isForm = new URL(location).pathname.startsWith('/interaction/');
    ({ location } = await browser.get(location, isForm ? 'POST' : 'GET'));
  }
  throw new Error('the provider leads nowhere');
}

/** Signs in; the result is where that leads. */
export async function signIn(
  pages: Pick<ProviderPages, 'address'>,
  browser = new PlainBrowser(),
  to?: string,
): Promise<{ readonly browser: PlainBrowser; readonly location: string; readonly cookie: string }> {
  const { location = '' } = await browser.get(await signInUpToCallback(pages, browser, to));
  return {
    browser,
    location: location.slice(pages.address.length),
    cookie: browser.cookie(pages.address, /^rolebook-session-/),
  };
}

/** The word that a page is told of why nobody was signed in. */
export function failureOf(location: string): string | null {
  return new URL(location, 'http://x').searchParams.get('failed');
}

/**
 * Expects that signing in leads nowhere but to the page that says why, and that the log tells no secret. The result is the reason that the log
 * has.
 */
export async function expectFailedSignIn(pages: ProviderPages, name: string, failure: string): Promise<string> {
  const browser = new PlainBrowser();
  const callback = await signInUpToCallback(pages, browser);
  const before = pages.logged.text.length;
  const { location = '' } = await browser.get(callback);
  const told = pages.logged.text.slice(before);
  assert.strictEqual(failureOf(location), failure, `${name}: ${told}`);
  assert.strictEqual(browser.cookie(pages.address, /session/), '', name);
  assert.strictEqual(browser.cookie(pages.address, /sign-in/), '', `${name}: it can be begun anew`);
  const code = new URL(callback).searchParams.get('code') ?? '';
  for (const secret of [code, clientSecret, 'eyJ']) assert.notInclude(told, secret, name);
  return /"reason":"([^"]*)"/.exec(told)?.[1] ?? '';
}
