import { assert } from 'chai';
import {
  PlainBrowser,
  type ProviderPages,
  runProviderPages,
  signIn,
  signInUpToCallback,
} from '../../support/provider-pages.ts';
import { clientId, type ReadToken, type SigningKeys, type Told, writeToken } from '../../support/running-provider.ts';
import { pageCall } from '../../support/running-pages.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const hour = 3_600_000;

/** The ID token of the provider with other claims, signed with its own key. */
const claiming =
  (claims: object) =>
  ({ header, claims: told }: ReadToken, { own }: SigningKeys): string =>
    writeToken({ header, claims: { ...told, ...claims } }, own);

describe('signing out at a provider', () => {
  let nowMs = Date.now();
  let pages: ProviderPages;
  before(async () => (pages = await runProviderPages({ now: () => nowMs })));
  afterEach(() => {
    Object.assign(pages.provider.between, { idToken: undefined, discovery: undefined });
    // What the provider says of itself is asked again.
    nowMs += 2 * hour;
  });
  after(() => pages.dispose());

  const hintOf = (browser: PlainBrowser): string => browser.cookie(pages.address, /^rolebook-sign-out-/);
  const bothOf = async (): Promise<{ browser: PlainBrowser; session: string; hint: string }> => {
    const { browser, cookie } = await signIn(pages);
    return { browser, session: cookie, hint: hintOf(browser) };
  };
  const signOut = (...cookies: string[]): Promise<Reply> =>
    pages.call('/v1/session', pageCall(pages, 'DELETE', undefined, cookies.filter((one) => one !== '').join('; ')));
  const nextOf = ({ status, json, text }: Reply): URLSearchParams => {
    assert.strictEqual(status, 200, text);
    const { searchParams, origin } = new URL((json as { next: string }).next);
    assert.strictEqual(origin, pages.provider.issuer);
    assert.strictEqual(searchParams.get('client_id'), clientId);
    assert.strictEqual(searchParams.get('post_logout_redirect_uri'), `${pages.address}/console`);
    return searchParams;
  };

  it('tells the provider who that is, by the very token that it gave', async () => {
    let given = '';
    pages.provider.between.idToken = (token, keys) => (given = claiming({})(token, keys));
    const { browser, session, hint } = await bothOf();
    const out = await signOut(session, hint);
    assert.strictEqual(nextOf(out).get('id_token_hint'), given);
    const { next } = out.json as { next: string };
    const asked = await browser.get(next);
    assert.include(asked.text, `Sign out ${pages.provider.account}?`, 'the provider has read it');
    assert.strictEqual((await browser.get(next.replace(given, `${given.slice(0, -4)}AAAA`))).status, 400);
  });

  it('keeps that sealed, in a cookie that only calls about the session carry, as long as the session', async () => {
    const browser = new PlainBrowser();
    const callback = await signInUpToCallback(pages, browser);
    const headers = { Cookie: browser.cookie(pages.address, /sign-in/) };
    const reply = await fetch(callback, { redirect: 'manual', headers });
    const [, , hint = ''] = reply.headers.getSetCookie();
    const pattern = /^rolebook-sign-out-\d+=([\w-]+); Path=\/v1\/session; Max-Age=28800; HttpOnly; SameSite=Strict$/;
    assert.match(hint, pattern);
    const [, sealed = ''] = pattern.exec(hint) ?? [];
    assert.notInclude(Buffer.from(sealed, 'base64url').toString('latin1'), 'eyJ');
  });

  it('takes both cookies from the browser', async () => {
    const { session, hint } = await bothOf();
    const [one = '', other = ''] = (await signOut(session, hint)).headers['set-cookie'] ?? [];
    assert.match(one, /^rolebook-session-\d+=; Path=\/; Max-Age=0/);
    assert.match(other, /^rolebook-sign-out-\d+=; Path=\/v1\/session; Max-Age=0/);
  });

  it('says by `logout_hint` what the provider calls who signed in, or their session there', async () => {
    const table: readonly [claims: Told, hint: string | null][] = [
      [{ login_hint: 'O.Ab-1' }, 'O.Ab-1'],
      [{ sid: '9f3' }, '9f3'],
      [{ sid: '9f3', login_hint: 'a&b=c d' }, 'a&b=c d'],
      [{ sid: '9f3', login_hint: '' }, '9f3'],
      [{ sid: '9f3', login_hint: { of: 'x' } }, '9f3'],
      [{ sid: 7, login_hint: ['x'] }, null],
      [{ preferred_username: 'wim', name: 'Wim' }, null],
    ];
    for (const [claims, expected] of table) {
      pages.provider.between.idToken = claiming(claims);
      const { session, hint } = await bothOf();
      const next = nextOf(await signOut(session, hint));
      assert.strictEqual(next.get('logout_hint'), expected, JSON.stringify(claims));
      assert.isTrue(next.has('id_token_hint'));
    }
  });

  it('sends the whole token or none of it, and nginx takes the head of every answer', async () => {
    const outcomes = new Set<string>();
    for (const length of [0, 400, 800, 1000, 1100, 1200, 2000, 20_000]) {
      const given: string[] = [];
      pages.provider.between.idToken = (token, keys) => {
        const written = claiming({ groups: 'g'.repeat(length), sid: '9f3' })(token, keys);
        given.push(written);
        return written;
      };
      const browser = new PlainBrowser();
      const callback = await signInUpToCallback(pages, browser);
      const headers = { Cookie: browser.cookie(pages.address, /sign-in/) };
      const reply = await fetch(callback, { redirect: 'manual', headers });
      const head = [...reply.headers].reduce((sum, [name, value]) => sum + `${name}: ${value}\r\n`.length, 32);
      assert.isBelow(head, 4096, `${length}`);
      const [session = '', , hint = ''] = reply.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
      const next = nextOf(await signOut(session, hint));
      assert.strictEqual(next.get('logout_hint'), '9f3');
      const sent = next.get('id_token_hint');
      if (sent !== null) assert.strictEqual(sent, given[0]);
      outcomes.add(`${sent !== null} ${length <= 800}`);
    }
    assert.isTrue(outcomes.has('true true') && outcomes.has('false false') && !outcomes.has('false true'));
  });

  it('keeps nothing where even the hint is too long', async () => {
    pages.provider.between.idToken = claiming({ login_hint: 'x'.repeat(5000) });
    const { session, hint } = await bothOf();
    assert.strictEqual(hint, '');
    const next = nextOf(await signOut(session));
    assert.isFalse(next.has('logout_hint') || next.has('id_token_hint'));
  });

  it('believes no hint but that of the session itself', async () => {
    const [mine, other] = [await bothOf(), await bothOf()];
    const value = mine.hint.split('=')[1] ?? '';
    const name = `rolebook-sign-out-${pages.port}`;
    const wrong: readonly [why: string, cookies: readonly string[]][] = [
      ['none', []],
      ['of another session', [other.hint]],
      ['twice', [mine.hint, other.hint]],
      ['empty', [`${name}=`]],
      ['no text', [`${name}=%00`]],
      ['a token in the open', [`${name}=eyJhbGciOiJub25lIn0.e30.`]],
      ['cut', [`${name}=${value.slice(0, -4)}`]],
      ['longer', [`${name}=${value}AAAA`]],
      ['a session', [`${name}=${mine.session.split('=')[1]}`]],
      ['by another name', [`rolebook-sign-out=${value}`]],
    ];
    for (const [why, cookies] of wrong) {
      const { session } = await bothOf();
      const next = nextOf(await signOut(session, ...cookies));
      assert.isFalse(next.has('id_token_hint') || next.has('logout_hint'), why);
    }
    assert.isTrue(nextOf(await signOut(mine.session, mine.hint)).has('id_token_hint'));
  });

  it('tells nobody anything whose session is over, or who has the hint alone', async () => {
    const { session, hint } = await bothOf();
    const refused = async (why: string, ...cookies: string[]): Promise<void> => {
      const { status, text, json } = await signOut(...cookies);
      assert.strictEqual(status, 401, why);
      assert.include(json as object, { code: 'signed-out', way: 'openid' });
      for (const told of ['next', 'eyJ', pages.provider.issuer]) assert.notInclude(text, told, why);
    };
    await refused('the hint alone', hint);
    await refused('the hint as a session', `rolebook-session-${pages.port}=${hint.split('=')[1]}`);
    nowMs += 8 * hour;
    await refused('over', session, hint);
    const again = await bothOf();
    await signOut(again.session, again.hint);
    await refused('signed out before', again.session, again.hint);
  });

  it('is done here alone where the provider has no place for it, and keeps nothing for it', async () => {
    pages.provider.between.discovery = (told) => ({ ...told, end_session_endpoint: undefined });
    const { session, hint } = await bothOf();
    assert.strictEqual(hint, '');
    const out = await signOut(session);
    assert.deepEqual(out.json, { signedOut: true });
    assert.strictEqual((await signOut(session)).status, 401);
  });

  it('is done here alone where that place is none that a browser may be led to', async () => {
    for (const place of ['javascript:alert(1)', 'data:text/html,x', 'ftp://127.0.0.1/', '/session/end', '', 7, null]) {
      nowMs += 2 * hour;
      pages.provider.between.discovery = (told) => ({ ...told, end_session_endpoint: place });
      const { session, hint } = await bothOf();
      const out = await signOut(session, hint);
      assert.deepEqual([out.status, out.json], [200, { signedOut: true }], String(place));
      assert.strictEqual((await signOut(session)).status, 401, String(place));
    }
    assert.include(pages.providerLog.text, 'where people sign out at the provider');
    assert.notInclude(pages.providerLog.text, 'eyJ');
  });

  it('is done here, and leads there, while the provider does not answer', async () => {
    const { session, hint } = await bothOf();
    await pages.provider.close();
    try {
      assert.isTrue(nextOf(await signOut(session, hint)).has('id_token_hint'));
    } finally {
      await pages.provider.reopen();
    }
  });
});
