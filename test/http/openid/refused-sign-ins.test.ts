import { assert } from 'chai';
import {
  expectFailedSignIn,
  failureOf,
  PlainBrowser,
  type ProviderPages,
  runProviderPages,
  signIn,
  signInUpToCallback,
} from '../../support/provider-pages.ts';
import { clientSecret, type ReadToken, type SigningKeys, writeToken } from '../../support/running-provider.ts';

/** The ID token of the provider with other claims, signed with its own key. */
const claiming =
  (claims: object) =>
  ({ header, claims: told }: ReadToken, { own }: SigningKeys): string =>
    writeToken({ header, claims: { ...told, ...claims } }, own);

describe('signing in at a provider', () => {
  let pages: ProviderPages;
  let nowMs = Date.now();
  before(async () => {
    pages = await runProviderPages({ now: () => nowMs, timeoutMs: 1000 });
  });
  afterEach(() => {
    for (const name of Object.keys(pages.provider.between)) {
      Object.assign(pages.provider.between, { [name]: undefined });
    }
    pages.provider.claims = (account) => ({ email: account, email_verified: true });
    nowMs = Date.now();
  });
  after(() => pages.dispose());

  const expectFailure = (name: string, failure: string): Promise<string> => expectFailedSignIn(pages, name, failure);

  it('takes nobody for a claim that is not there, no text, no id, or an e-mail that nobody verified', async () => {
    const wrong: readonly [name: string, claims: object][] = [
      ['absent', { email_verified: true }],
      ['null', { email: null, email_verified: true }],
      ['a number', { email: 7, email_verified: true }],
      ['a list', { email: ['wim@acme.example'], email_verified: true }],
      ['empty', { email: '', email_verified: true }],
      ['too long', { email: 'x'.repeat(257), email_verified: true }],
      ['blanks around', { email: ' wim@acme.example', email_verified: true }],
      ['a quote', { email: 'wim"@acme.example', email_verified: true }],
      ['a line', { email: 'wim@acme.example\np, x, y', email_verified: true }],
      ['a hidden character', { email: 'wim\u202e@acme.example', email_verified: true }],
      ['not verified', { email: 'wim@acme.example', email_verified: false }],
      ['nobody says whether', { email: 'wim@acme.example' }],
      ['verified as a text', { email: 'wim@acme.example', email_verified: 'true' }],
    ];
    for (const [name, claims] of wrong) {
      pages.provider.claims = () => ({ ...claims });
      await expectFailure(name, 'no-subject');
    }
  });

  it('believes no e-mail of an ID token that the same token does not call verified', async () => {
    Object.assign(pages.provider.between, { idToken: claiming({ email: 'wim@acme.example' }) });
    await expectFailure('beside a userinfo that does', 'no-subject');
  });

  it('believes no claims of somebody else', async () => {
    Object.assign(pages.provider.between, { userinfo: (told: object) => ({ ...told, sub: 'another' }) });
    await expectFailure('userinfo of another subject', 'untrusted');
  });

  it('takes a code once, and a state once', async () => {
    const browser = new PlainBrowser();
    const callback = await signInUpToCallback(pages, browser);
    const kept = new Map(browser.cookies);
    const { location: first } = await browser.get(callback);
    assert.strictEqual(first, `${pages.address}/console`);
    const { location: again = '' } = await browser.get(callback);
    assert.strictEqual(failureOf(again), 'stale', 'the cookie is gone');
    const copied = new PlainBrowser();
    for (const [name, value] of kept) copied.cookies.set(name, value);
    const { location: copy = '' } = await copied.get(callback);
    assert.strictEqual(failureOf(copy), 'untrusted', 'with a copy of the cookie the provider knows the code was used');
    assert.strictEqual(copied.cookie(pages.address, /session/), '');
  });

  it('takes no answer in a browser that did not ask, nor to another question', async () => {
    const [one, other] = [new PlainBrowser(), new PlainBrowser()];
    const ofOne = await signInUpToCallback(pages, one);
    const stranger = await new PlainBrowser().get(ofOne);
    assert.strictEqual(
      failureOf(stranger.location ?? ''),
      'stale',
      'no cookie: somebody was sent another one’s answer',
    );
    const ofOther = await signInUpToCallback(pages, other);
    assert.strictEqual(failureOf((await other.get(ofOne)).location ?? ''), 'stale', 'a cookie of another attempt');
    const mixed = new URL(ofOther);
    mixed.searchParams.set('code', new URL(ofOne).searchParams.get('code') ?? '');
    assert.strictEqual(
      failureOf((await other.get(mixed.href)).location ?? ''),
      'untrusted',
      'a code of another attempt',
    );
    for (const change of [
      (url: URL) => url.searchParams.delete('state'),
      (url: URL) => url.searchParams.set('state', 'x'),
      (url: URL) => url.searchParams.append('state', 'x'),
      (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
      (url: URL) => url.searchParams.delete('iss'),
      (url: URL) => url.searchParams.delete('code'),
      (url: URL) => url.searchParams.append('code', 'x'),
      (url: URL) => url.searchParams.set('response', 'x.y.z'),
    ]) {
      const browser = new PlainBrowser();
      const url = new URL(await signInUpToCallback(pages, browser));
      change(url);
      const { location = '' } = await browser.get(url.href);
      assert.notStrictEqual(failureOf(location), null, url.search);
      assert.strictEqual(browser.cookie(pages.address, /session/), '', url.search);
    }
  });

  it('takes a cookie that another sidecar has sealed, that was changed, or that is over, for none', async () => {
    const foreign = await runProviderPages({ provider: pages.provider });
    const elsewhere = new PlainBrowser();
    await elsewhere.get(`${foreign.address}/v1/sign-in`);
    const [, sealed = ''] = elsewhere.cookie(foreign.address, /sign-in/).split('=');
    await foreign.dispose();
    const own = new PlainBrowser();
    const callback = await signInUpToCallback(pages, own);
    const [name = ''] = [...own.cookies.keys()].filter((key) => key.includes('sign-in'));
    const kept = own.cookies.get(name)?.value ?? '';
    for (const value of [sealed, `${kept.slice(0, -4)}AAAA`, '%', '{}']) {
      own.cookies.set(name, { value, path: '/v1/sign-in' });
      assert.strictEqual(failureOf((await own.get(callback)).location ?? ''), 'stale', value);
    }
    own.cookies.set(name, { value: kept, path: '/v1/sign-in' });
    nowMs += 10 * 60_000;
    assert.strictEqual(failureOf((await own.get(callback)).location ?? ''), 'stale', 'after ten minutes');
  });

  it('is not led to do without PKCE, or with less of it', async () => {
    Object.assign(pages.provider.between, {
      authorize: (query: URLSearchParams) => {
        for (const name of ['code_challenge', 'code_challenge_method']) query.delete(name);
      },
    });
    await expectFailure('somebody between took the challenge away', 'untrusted');
    Object.assign(pages.provider.between, {
      authorize: undefined,
      discovery: (told: object) => ({ ...told, code_challenge_methods_supported: ['plain'] }),
    });
    nowMs += 3_600_001;
    const plain = await runProviderPages({ provider: pages.provider });
    const { location = '' } = await new PlainBrowser().get(`${plain.address}/v1/sign-in`);
    assert.strictEqual(failureOf(location), 'unavailable');
    assert.include(plain.logged.text, 'does not take PKCE with S256');
    await plain.dispose();
  });

  it('sends S256, a state, a nonce and nothing secret, each another one each time', async () => {
    const ask = async (): Promise<URLSearchParams> => {
      const { location = '' } = await new PlainBrowser().get(`${pages.address}/v1/sign-in`);
      return new URL(location).searchParams;
    };
    const [one, other] = [await ask(), await ask()];
    assert.strictEqual(one.get('code_challenge_method'), 'S256');
    assert.strictEqual(one.get('response_type'), 'code');
    assert.strictEqual(one.get('scope'), 'openid email');
    assert.strictEqual(one.get('redirect_uri'), `${pages.address}/v1/sign-in/callback`);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      assert.isAtLeast(one.get(name)?.length ?? 0, 40, name);
      assert.notStrictEqual(one.get(name), other.get(name), name);
    }
    assert.notInclude(one.toString(), clientSecret);
  });

  it('says so when the provider does not agree', async () => {
    Object.assign(pages.provider.between, { authorize: (query: URLSearchParams) => query.set('prompt', 'none') });
    const browser = new PlainBrowser();
    const { location = '' } = await browser.get(await signInUpToCallback(pages, browser));
    assert.strictEqual(failureOf(location), 'denied');
  });

  it('leads to no other place than the pages', async () => {
    const wrong = [
      'https://evil.example/console',
      '//evil.example/console',
      '/\\evil.example/console',
      '\\\\evil.example',
      '/console/../v1/policy',
      '/console/%2e%2e/v1/policy',
      '/consolex',
      '/v1/policy',
      'console',
      'javascript:alert(1)',
      '/console\r\nSet-Cookie: x=y',
      '/console\t//evil.example',
      '/console#//evil.example',
      '@evil.example/console',
      '',
      `/console/${'x'.repeat(1000)}`,
    ];
    for (const to of wrong) {
      const { status, location } = await new PlainBrowser().get(
        `${pages.address}/v1/sign-in?to=${encodeURIComponent(to)}`,
      );
      assert.strictEqual(status, 400, to);
      assert.isUndefined(location, to);
    }
    assert.strictEqual((await new PlainBrowser().get(`${pages.address}/v1/sign-in?next=/console`)).status, 400);
    const to = '/console/workspaces/support/members?search=a%2Fb';
    assert.strictEqual((await signIn(pages, new PlainBrowser(), to)).location, to);
  });

  it('is told by a page when the provider is down or slow, and works again when it is back', async () => {
    const decide = async (): Promise<number> => {
      const body = { subject: 'wim@acme.example', workspace: 'support', permission: 'tag:create' };
      const headers = { Authorization: `Bearer ${pages.token}` };
      return (await pages.call('/v1/enforce', { method: 'POST', body, headers })).status;
    };
    const browser = new PlainBrowser();
    const callback = await signInUpToCallback(pages, browser);
    await pages.provider.close();
    assert.strictEqual(
      failureOf((await browser.get(callback)).location ?? ''),
      'unavailable',
      'the code cannot be redeemed',
    );
    const fresh = await runProviderPages({ provider: pages.provider, now: () => nowMs });
    await fresh.ask.open();
    assert.include(fresh.providerLog.text, 'nobody can sign in now');
    assert.strictEqual(
      failureOf((await new PlainBrowser().get(`${fresh.address}/v1/sign-in`)).location ?? ''),
      'unavailable',
    );
    assert.strictEqual(await decide(), 200, 'decisions do not need it');
    await pages.provider.reopen();
    nowMs += 3_000;
    const { location = '' } = await new PlainBrowser().get(`${fresh.address}/v1/sign-in`);
    assert.include(location, `${pages.provider.issuer}/auth?`);
    await fresh.dispose();
    const slow = new PlainBrowser();
    const waits = await signInUpToCallback(pages, slow);
    Object.assign(pages.provider.between, { delay: 'never' });
    assert.strictEqual(failureOf((await slow.get(waits)).location ?? ''), 'unavailable', 'it does not answer in time');
    assert.strictEqual(await decide(), 200);
  });

  it('does not take a provider for the one that it is not', async () => {
    const discovery = (told: object): object => ({ ...told, issuer: 'https://evil.example' });
    Object.assign(pages.provider.between, { discovery });
    const fresh = await runProviderPages({ provider: pages.provider });
    const { location = '' } = await new PlainBrowser().get(`${fresh.address}/v1/sign-in`);
    assert.strictEqual(failureOf(location), 'untrusted');
    await fresh.dispose();
  });

  it('reads no more of a provider than it may say', async () => {
    const discovery = (told: object): object => ({ ...told, more: 'x'.repeat(1024 * 1024) });
    Object.assign(pages.provider.between, { discovery });
    const fresh = await runProviderPages({ provider: pages.provider });
    const { location = '' } = await new PlainBrowser().get(`${fresh.address}/v1/sign-in`);
    assert.strictEqual(failureOf(location), 'unavailable');
    await fresh.dispose();
  });

  it('is over for nobody who only looks at the address', async () => {
    const browser = new PlainBrowser();
    const callback = await signInUpToCallback(pages, browser);
    assert.strictEqual((await browser.get(callback, 'HEAD')).status, 405);
    assert.strictEqual((await browser.get(callback)).location, `${pages.address}/console`);
  });
});
