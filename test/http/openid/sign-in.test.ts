import { assert } from 'chai';
import { SessionKeys } from '../../../src/http/sessions/session-keys.ts';
import { createPolicyFolder, smallPolicy } from '../../support/policy-folder.ts';
import {
  PlainBrowser,
  failureOf,
  type ProviderPages,
  type ProviderPagesSetup,
  runProviderPages,
  signIn,
  signInUpToCallback,
} from '../../support/provider-pages.ts';
import { clientId } from '../../support/running-provider.ts';
import { pageCall, pageHeaders } from '../../support/running-pages.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const hour = 3_600_000;
const [admin, trainee, stranger] = ['wim@acme.example', 'bo@acme.example', 'nobody@elsewhere.example'];

const twoWorkspaces = (): Record<string, string> => ({
  ...smallPolicy(),
  'policies/sales.yaml': 'workspace: sales\nmembers:\n  eve@acme.example: workspace-admin\n',
  'roles.yaml': (smallPolicy()['roles.yaml'] ?? '').replace(
    'tag:create: Create tags',
    'tag:create: { title: Create tags, controls: members }',
  ),
});

describe('somebody who signed in at a provider', () => {
  let nowMs = Date.now();
  let pages: ProviderPages;
  before(async () => (pages = await runProviderPages({ files: twoWorkspaces(), now: () => nowMs })));
  afterEach(() => (nowMs = Date.now()));
  after(() => pages.dispose());

  const signInAs = async (account: string): Promise<string> => {
    pages.provider.account = account;
    return (await signIn(pages)).cookie;
  };
  const read = (path: string, cookie: string): Promise<Reply> =>
    pages.call(path, { headers: pageHeaders(pages, cookie) });
  const workspacesOf = async (cookie: string): Promise<string[]> => {
    const { workspaces } = (await read('/v1/workspaces', cookie)).json as { workspaces: { workspace: string }[] };
    return workspaces.map(({ workspace }) => workspace);
  };

  it('is a subject of the policy, by a cookie that scripts and other sites have nothing of', async () => {
    const browser = new PlainBrowser();
    pages.provider.account = admin;
    const reply = await fetch(await signInUpToCallback(pages, browser), {
      redirect: 'manual',
      headers: { Cookie: browser.cookie(pages.address, /sign-in/) },
    });
    const [session = '', over = ''] = reply.headers.getSetCookie();
    assert.match(session, /^rolebook-session-\d+=[\w-]+; Path=\/; Max-Age=28800; HttpOnly; SameSite=Strict$/);
    assert.match(over, /^rolebook-sign-in-\d+=; Path=\/v1\/sign-in; Max-Age=0; HttpOnly; SameSite=Lax$/);
    assert.strictEqual(reply.headers.get('referrer-policy'), 'no-referrer');
    assert.strictEqual(reply.headers.get('cache-control'), 'no-store');
    const { json } = await read('/v1/session', session.split(';')[0] ?? '');
    assert.deepInclude(json as object, { way: 'openid', actor: { type: 'user', id: admin } });
    assert.include(pages.logged.text, '"audit":"signed-in"');
  });

  it('sees the workspace that they keep, and nothing of others', async () => {
    const cookie = await signInAs(admin);
    assert.deepEqual(await workspacesOf(cookie), ['support']);
    const members = (await read('/v1/workspaces/support/members', cookie)).json as { members: unknown[] };
    assert.isAbove(members.members.length, 1);
    for (const path of ['members', 'roles', 'people', 'roles/member', 'permissions/tag:create/members']) {
      const reply = await read(`/v1/workspaces/sales/${path}`, cookie);
      assert.strictEqual(reply.status, 404, path);
      assert.notInclude(reply.text, 'eve@');
    }
    const { text } = await read('/v1/subjects/eve@acme.example/access', cookie);
    assert.notInclude(text, 'sales');
    const edits = [{ edit: 'member.set', workspace: 'sales', subject: admin, roles: ['workspace-admin'] }];
    const taken = await pages.call('/v1/changes', pageCall(pages, 'POST', { actor: admin, edits }, cookie));
    assert.isAtLeast(taken.status, 400, taken.text);
  });

  it('sees their own access alone when they keep nothing', async () => {
    const cookie = await signInAs(trainee);
    assert.deepEqual(await workspacesOf(cookie), ['support']);
    const { members } = (await read('/v1/workspaces/support/members', cookie)).json as {
      members: { subject: { id: string } }[];
    };
    assert.deepEqual(
      members.map(({ subject }) => subject.id),
      [trainee],
    );
    assert.strictEqual((await read(`/v1/subjects/${trainee}/access`, cookie)).status, 200);
    const edits = [{ edit: 'member.set', workspace: 'support', subject: trainee, roles: ['workspace-admin'] }];
    const lifted = await pages.call('/v1/changes', pageCall(pages, 'POST', { actor: trainee, edits }, cookie));
    assert.strictEqual(lifted.status, 403);
    const posing = await pages.call('/v1/changes', pageCall(pages, 'POST', { actor: admin, edits }, cookie));
    assert.strictEqual(posing.status, 403);
  });

  it('is signed in though no workspace knows them, and sees nothing', async () => {
    const cookie = await signInAs(stranger);
    assert.deepInclude((await read('/v1/session', cookie)).json as object, { actor: { type: 'user', id: stranger } });
    assert.deepEqual(await workspacesOf(cookie), []);
    assert.strictEqual((await read('/v1/workspaces/support/members', cookie)).status, 404);
  });

  it('chooses nobody else to act as, and comes in by no link', async () => {
    const cookie = await signInAs(trainee);
    const token = pages.sessions.trial.make();
    for (const call of [
      pageCall(pages, 'PUT', { actor: admin }, cookie),
      pageCall(pages, 'POST', { token }, cookie),
      pageCall(pages, 'POST', { token }),
    ]) {
      const reply = await pages.call('/v1/session', call);
      assert.strictEqual(reply.status, 409, reply.text);
      assert.isUndefined(reply.headers['set-cookie']);
    }
    assert.strictEqual((await read('/v1/session/actors', cookie)).status, 409);
    const headers = { ...pageHeaders(pages, cookie), 'X-Rolebook-Actor': 'wim%40acme.example' };
    assert.strictEqual((await pages.call('/v1/workspaces', { headers })).status, 403);
  });

  it('is asked for a token where no page calls, wherever the call seems to come from', async () => {
    const cookie = await signInAs(admin);
    for (const headers of [{}, { Cookie: cookie }, { Cookie: cookie, Origin: pages.address }]) {
      assert.strictEqual((await pages.call('/v1/workspaces', { headers })).status, 401);
    }
    assert.strictEqual((await pages.call('/v1/enforce', pageCall(pages, 'POST', {}, cookie))).status, 401);
    const elsewhere = { ...pageHeaders(pages, cookie), Origin: 'https://evil.example' };
    assert.strictEqual((await pages.call('/v1/workspaces', { headers: elsewhere })).status, 403);
    const passedOn = { ...pageHeaders(pages, cookie), 'X-Forwarded-For': '10.0.0.1', Host: 'upstream.internal:8181' };
    assert.strictEqual((await pages.call('/v1/workspaces', { headers: passedOn })).status, 200, 'behind what ends TLS');
  });

  it('is signed out here, wherever the cookie is, and is told where to sign out at the provider', async () => {
    const cookie = await signInAs(admin);
    const out = await pages.call('/v1/session', pageCall(pages, 'DELETE', undefined, cookie));
    const { next = '' } = out.json as { next?: string };
    const url = new URL(next);
    assert.strictEqual(url.origin, pages.provider.issuer);
    assert.strictEqual(url.searchParams.get('client_id'), clientId);
    assert.strictEqual(url.searchParams.get('post_logout_redirect_uri'), `${pages.address}/console`);
    assert.match(String(out.headers['set-cookie']?.[0]), /=; Path=\/; Max-Age=0/);
    const asked = await read('/v1/session', cookie);
    assert.strictEqual(asked.status, 401);
    assert.include(asked.json as object, { code: 'signed-out', way: 'openid' });
    const atProvider = await fetch(next);
    assert.strictEqual(atProvider.status, 200, 'the provider knows the client, and where it sends people back to');
  });

  it('is signed in for eight hours', async () => {
    const cookie = await signInAs(admin);
    nowMs += 8 * hour - 1000;
    assert.strictEqual((await read('/v1/session', cookie)).status, 200);
    nowMs += 2000;
    assert.strictEqual((await read('/v1/session', cookie)).status, 401);
  });

  it('has a cookie of a session that is no cookie of an attempt, nor the other way round', async () => {
    const browser = new PlainBrowser();
    const callback = await signInUpToCallback(pages, browser);
    const attempt = browser.cookie(pages.address, /sign-in/).split('=')[1] ?? '';
    assert.strictEqual((await read('/v1/session', `rolebook-session-${pages.port}=${attempt}`)).status, 401);
    const session = (await signInAs(admin)).split('=')[1] ?? '';
    const headers = { Cookie: `rolebook-sign-in-${pages.port}=${session}` };
    const { headers: answered } = await fetch(callback, { redirect: 'manual', headers });
    assert.include(answered.get('location') ?? '', 'failed=stale');
  });
});

describe('the subject that a provider names', () => {
  const actorOf = async (setup: ProviderPagesSetup): Promise<unknown> => {
    const pages = await runProviderPages(setup);
    try {
      pages.provider.account = 'f3a1-77';
      const { location, cookie } = await signIn(pages);
      if (cookie === '') return failureOf(location);
      const { json } = await pages.call('/v1/session', { headers: pageHeaders(pages, cookie) });
      const asked = pages.provider.asked.includes('GET /me') ? 'userinfo' : 'ID token';
      return [asked, (json as { actor: unknown }).actor];
    } finally {
      await pages.dispose();
    }
  };

  it('is the claim that was said, of the ID token if it has it, of the type that was said', async () => {
    const files = {
      ...smallPolicy(),
      'roles.yaml': `subjectTypes: [user, staff]\n${smallPolicy()['roles.yaml'] ?? ''}`,
    };
    assert.deepEqual(await actorOf({ claim: 'sub' }), ['ID token', { type: 'user', id: 'f3a1-77' }]);
    assert.deepEqual(await actorOf({ claim: 'sub', subjectType: 'staff', files }), [
      'ID token',
      { type: 'staff', id: 'f3a1-77' },
    ]);
    assert.deepEqual(await actorOf({ claim: 'email' }), ['userinfo', { type: 'user', id: 'f3a1-77' }]);
  });

  it('is nobody of a type that the policy does not have, or where none is live', async () => {
    assert.strictEqual(await actorOf({ claim: 'sub', subjectType: 'robot' }), 'no-policy');
    assert.strictEqual(await actorOf({ claim: 'sub', files: { 'roles.yaml': 'roles: [' } }), 'no-policy');
  });
});

describe('the key of sessions', () => {
  const key = (digit: string): string => `${digit.repeat(64)}\n`;

  it('is shared by sidecars, and exchanged by putting a new one first; one that is taken out ends what it sealed', async () => {
    const folder = await createPolicyFolder({ keys: key('a') });
    const path = `${folder.root}/keys`;
    const one = await runProviderPages({ keys: await SessionKeys.open(path) });
    const other = await runProviderPages({ keys: await SessionKeys.open(path), provider: one.provider });
    try {
      const { cookie } = await signIn(one);
      const value = cookie.split('=')[1] ?? '';
      const at = (pages: ProviderPages, sealed: string): Promise<Reply> =>
        pages.call('/v1/session', { headers: pageHeaders(pages, `rolebook-session-${pages.port}=${sealed}`) });
      assert.strictEqual((await at(other, value)).status, 200, 'another sidecar of the same realm');
      await folder.write('keys', `# new\n${key('b')}${key('a')}`);
      await one.sessions.reload();
      assert.strictEqual((await at(one, value)).status, 200, 'the key before still opens');
      const newer = (await signIn(one)).cookie.split('=')[1] ?? '';
      assert.strictEqual((await at(other, newer)).status, 401, 'one that has not read the new key');
      await folder.write('keys', key('b'));
      await one.sessions.reload();
      assert.strictEqual((await at(one, value)).status, 401, 'rotated out');
      assert.strictEqual((await at(one, newer)).status, 200);
      await folder.write('keys', 'no key\n');
      await one.sessions.reload().then(
        () => assert.fail('a bad file was taken'),
        () => undefined,
      );
      assert.strictEqual((await at(one, newer)).status, 200, 'the keys stay as they were');
    } finally {
      await other.dispose();
      await one.dispose();
      await folder.dispose();
    }
  });
});
