import { assert } from 'chai';
import { endpoints } from '../../../src/http/sidecar-listener.ts';
import { ownPolicyFiles } from '../../support/example-files.ts';
import { cookieOf, pageCall, pageHeaders, runPages, signInAs, type RunningPages } from '../../support/running-pages.ts';
import { disposeSidecars, runSidecar, type Reply } from '../../support/running-sidecar.ts';

interface Problem {
  readonly code: string;
}

const codeOf = ({ json }: Reply): string => (json as Problem).code;

const admin = 'wim@acme.example';
const trainee = 'bo@acme.example';
const hour = 3_600_000;

describe('a session of the pages', () => {
  let nowMs = Date.now();
  let pages: RunningPages;
  beforeEach(async () => {
    nowMs = Date.now();
    pages = await runPages({ now: () => nowMs });
  });
  afterEach(disposeSidecars);

  const begin = (token: string): Promise<Reply> => pages.call('/v1/session', pageCall(pages, 'POST', { token }));
  const read = (path: string, cookie?: string): Promise<Reply> =>
    pages.call(path, { headers: pageHeaders(pages, cookie) });

  it('begins with the link, which is good once and for ten minutes', async () => {
    const token = pages.link();
    const begun = await begin(token);
    assert.strictEqual(begun.status, 200);
    assert.match(String(begun.headers['set-cookie']?.[0]), /; HttpOnly; SameSite=Strict$/);
    assert.strictEqual(codeOf(await begin(token)), 'signed-out');
    const late = pages.link();
    nowMs += 10 * 60_000;
    assert.strictEqual((await begin(late)).status, 401);
    for (const wrong of ['', 'x', token]) assert.notStrictEqual((await begin(wrong || 'y')).status, 200);
  });

  it('acts as nobody until somebody was chosen, and then as this one alone', async () => {
    const cookie = cookieOf(await begin(pages.link()));
    assert.notProperty((await read('/v1/session', cookie)).json as object, 'actor');
    assert.strictEqual((await read('/v1/workspaces', cookie)).status, 401);
    const chosen = await pages.call('/v1/session', pageCall(pages, 'PUT', { actor: trainee }, cookie));
    assert.deepInclude(chosen.json as object, { actor: { type: 'user', id: trainee }, takesChanges: true });
    const own = await read('/v1/workspaces/support/members', cookieOf(chosen));
    const { members } = own.json as { members: { subject: { id: string } }[] };
    assert.deepEqual(
      members.map(({ subject }) => subject.id),
      [trainee],
    );
  });

  it('takes no actor from whoever holds it, in no header and no change', async () => {
    const cookie = await signInAs(pages, trainee);
    const headers = { ...pageHeaders(pages, cookie), 'X-Rolebook-Actor': encodeURIComponent(admin) };
    assert.strictEqual((await pages.call('/v1/workspaces', { headers })).status, 403);
    const edits = [{ edit: 'member.set', workspace: 'support', subject: trainee, roles: ['workspace-admin'] }];
    const change = pageCall(pages, 'POST', { actor: admin, edits }, cookie);
    assert.strictEqual(codeOf(await pages.call('/v1/changes', change)), 'forbidden');
    const own = pageCall(pages, 'POST', { actor: trainee, edits }, cookie);
    assert.strictEqual(codeOf(await pages.call('/v1/changes', own)), 'actor-not-allowed');
  });

  it('makes the changes that its actor may make', async () => {
    pages = await runPages({ files: ownPolicyFiles() });
    const actor = 'farid@acme.example';
    const cookie = await signInAs(pages, actor);
    const edits = [{ edit: 'role.create', workspace: 'support-emea', role: 'helper', title: 'Helper' }];
    const made = await pages.call('/v1/changes', pageCall(pages, 'POST', { actor, edits }, cookie));
    assert.strictEqual(made.status, 200, made.text);
    const { changes } = (await read('/v1/changes?workspace=support-emea', cookie)).json as {
      changes: { caller: string }[];
    };
    assert.deepEqual(
      changes.map(({ caller }) => caller),
      ['try'],
    );
    assert.include(pages.logged.text, '"audit":"allowed"');
  });

  it('ends with eight hours, with signing out wherever its cookie is, and with the process', async () => {
    const cookie = await signInAs(pages, admin);
    const out = await pages.call('/v1/session', pageCall(pages, 'DELETE', undefined, cookie));
    assert.match(String(out.headers['set-cookie']?.[0]), /=; Path=\/; Max-Age=0/);
    assert.strictEqual((await read('/v1/workspaces', cookie)).status, 401);
    const other = await signInAs(pages, admin);
    nowMs += 8 * hour - 1;
    assert.strictEqual((await read('/v1/workspaces', other)).status, 200);
    nowMs += 1;
    assert.strictEqual((await read('/v1/workspaces', other)).status, 401);
    const elsewhere = await runPages();
    const foreign = (await signInAs(elsewhere, admin)).split('=')[1] ?? '';
    assert.strictEqual((await read('/v1/workspaces', `rolebook-session-${pages.port}=${foreign}`)).status, 401);
  });

  it('is not made for a call without its header, which another site could send', async () => {
    const cookie = await signInAs(pages, admin);
    const { 'X-Rolebook-Session': header, ...headers } = pageHeaders(pages, cookie);
    assert.strictEqual(header, 'page');
    const edits = [{ edit: 'role.create', workspace: 'support', role: 'helper', title: 'Helper' }];
    for (const path of ['/v1/changes', '/v1/session']) {
      const reply = await pages.call(path, { method: 'POST', headers, body: { actor: admin, edits } });
      assert.strictEqual(reply.status, 403, path);
    }
    assert.strictEqual((await pages.call('/v1/session', { headers: { Cookie: cookie } })).status, 403);
  });

  it('is not made for a call of another page, nor one that was passed on', async () => {
    const cookie = await signInAs(pages, admin);
    const wrong: Record<string, string>[] = [
      { Origin: 'http://evil.example' },
      { Origin: 'null' },
      { Origin: `http://localhost:${pages.port}` },
      { Origin: pages.address.replace('http', 'https') },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'X-Forwarded-For': '127.0.0.1' },
      { 'X-Forwarded-Host': 'x' },
      { Forwarded: 'for=127.0.0.1' },
      { Via: '1.1 proxy' },
      { 'X-Real-IP': '127.0.0.1' },
    ];
    for (const headers of wrong) {
      const call = { headers: { ...pageHeaders(pages, cookie), ...headers } };
      for (const path of ['/v1/session', '/v1/workspaces']) {
        assert.strictEqual((await pages.call(path, call)).status, 403, JSON.stringify(headers));
      }
    }
    const rebound = { ...pageHeaders(pages, cookie), Host: 'evil.example', Origin: 'http://evil.example' };
    assert.strictEqual((await pages.call('/v1/workspaces', { headers: rebound })).status, 421);
    const { Origin, ...silent } = pageHeaders(pages, cookie);
    assert.strictEqual(Origin, pages.address);
    const post = { method: 'PUT', headers: silent, body: { actor: admin } };
    assert.strictEqual((await pages.call('/v1/session', post)).status, 403, 'a change without an origin');
    assert.strictEqual((await pages.call('/v1/workspaces', { headers: silent })).status, 200, 'a reading without one');
  });

  it('reaches nothing that is not for its actor: every other call is refused, whatever it is', async () => {
    const cookie = await signInAs(pages, admin);
    const refused: string[] = [];
    for (const { method, path, access, operation } of endpoints) {
      if (path.startsWith('/v1/session') || access.need === 'open') continue;
      const real = path.replace(/:(\w+)/g, (_, name: string) => (name === 'workspace' ? 'support' : 'x'));
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const { status } = await pages.call(real, pageCall(pages, method, body, cookie));
      const isForAll = operation.headers?.['X-Rolebook-Actor'] !== undefined && access.extent === 'place';
      if (status === 403 && !isForAll) refused.push(`${method} ${path}`);
      // What is not refused looks at the actor, or is a change, which names the very same.
      const isForActor = operation.headers?.['X-Rolebook-Actor'] !== undefined || access.need === 'change';
      if (status < 400) assert.isTrue(isForActor, `${method} ${path}`);
    }
    const closed = [
      'POST /v1/enforce',
      'POST /v1/enforce/batch',
      'GET /v1/fleet',
      'GET /v1/policy',
      'POST /v1/policy/reload',
    ];
    assert.includeMembers(refused, closed);
  });

  it('lists whom one may act as, to who has the link alone', async () => {
    assert.strictEqual((await read('/v1/session/actors')).status, 401);
    const cookie = cookieOf(await begin(pages.link()));
    const ask = async (query: string): Promise<string[]> => {
      const { json } = await read(`/v1/session/actors${query}`, cookie);
      return (json as { actors: { subject: { id: string } }[] }).actors.map(({ subject }) => subject.id);
    };
    assert.include(await ask(''), admin);
    assert.deepEqual(await ask('?search=WIM'), [admin]);
    assert.deepEqual(await ask('?search=nobody-there'), []);
  });

  it('takes whom one acts as only as an id that may be one', async () => {
    const cookie = cookieOf(await begin(pages.link()));
    for (const actor of [
      '',
      'a"b',
      ' a',
      'x'.repeat(300),
      { type: 'group', id: 'a' },
      { type: 'user', id: '' },
      7,
      null,
    ]) {
      const reply = await pages.call('/v1/session', pageCall(pages, 'PUT', { actor }, cookie));
      assert.strictEqual(reply.status, 400, JSON.stringify(actor));
    }
    const more = await pages.call('/v1/session', pageCall(pages, 'PUT', { actor: admin, role: 'x' }, cookie));
    assert.strictEqual(more.status, 400);
  });

  it('is nothing where there are no pages', async () => {
    const bare = await runSidecar();
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const body = method === 'POST' ? { token: 'x' } : method === 'PUT' ? { actor: 'x' } : undefined;
      const reply = await bare.call('/v1/session', {
        method,
        headers: { 'X-Rolebook-Session': 'x' },
        ...(body && { body }),
      });
      assert.strictEqual(codeOf(reply), 'pages-off', method);
    }
  });
});
