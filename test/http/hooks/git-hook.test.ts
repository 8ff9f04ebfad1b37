import { createHmac } from 'node:crypto';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { disposeSidecars, runSidecar, send, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';

const secret = 'a secret of thirty-two characters';
const push = JSON.stringify({ ref: 'refs/heads/main', after: '69961437f93fb2085d0b4d7b5870962b4271b9c5' });
const mac = (body: string, key = secret, hash = 'sha256'): string => createHmac(hash, key).update(body).digest('hex');

describe('a hook of a git server', () => {
  let running: RunningSidecar;
  let heard = 0;
  let fault: Error | undefined;
  const gitHook = {
    ref: 'refs/heads/main',
    readSecret: () => (fault ? Promise.reject(fault) : Promise.resolve(secret)),
    hear: () => {
      heard += 1;
    },
  };
  before(async () => (running = await runSidecar({ gitHook })));
  after(disposeSidecars);
  beforeEach(() => (heard = 0));

  const tell = (headers: Record<string, string>, body: string | Buffer = push): Promise<Reply> =>
    send(running.address, '/v1/hooks/git', { method: 'POST', headers, body });

  it('is heard, signed as GitHub, Gitea, Bitbucket and GitLab sign, and answered before anything is fetched', async () => {
    const right: Record<string, string>[] = [
      { 'X-Hub-Signature-256': `sha256=${mac(push)}`, 'X-Hub-Signature': `sha1=${mac(push, secret, 'sha1')}` },
      { 'X-Gitea-Signature': mac(push) },
      { 'X-Gitea-Signature': mac(push), 'X-Hub-Signature-256': `sha256=${mac(push)}` },
      { 'X-Hub-Signature': `sha256=${mac(push)}` },
      { 'X-Gitlab-Token': secret },
    ];
    for (const headers of right) {
      const { status, json } = await tell(headers);
      assert.deepEqual({ status, json }, { status: 202, json: { heard: true } }, JSON.stringify(headers));
    }
    assert.equal(heard, right.length);
  });

  it('is refused without the right signature, and nothing is looked at', async () => {
    const good = mac(push);
    const wrong: Record<string, string>[] = [
      {},
      { 'X-Hub-Signature-256': '' },
      { 'X-Hub-Signature-256': good },
      { 'X-Hub-Signature-256': `sha256=${good.toUpperCase()}` },
      { 'X-Hub-Signature-256': `sha256=${good.slice(0, 63)}` },
      { 'X-Hub-Signature-256': `sha256=${mac(push, 'another')}` },
      { 'X-Hub-Signature-256': `sha256=${mac(`${push} `)}` },
      { 'X-Hub-Signature-256': `sha256=${mac(push, '')}` },
      { 'X-Hub-Signature': `sha1=${mac(push, secret, 'sha1')}` },
      { 'X-Gitea-Signature': `sha256=${good}` },
      { 'X-Gitlab-Token': '' },
      { 'X-Gitlab-Token': `${secret} x` },
      { 'X-Gitlab-Token': good },
      { 'X-Gitlab-Token': secret, 'X-Hub-Signature-256': 'sha256=00' },
      { Authorization: `Bearer ${secret}` },
    ];
    for (const headers of wrong) {
      const { status, json } = await tell(headers);
      assert.equal(status, 401, JSON.stringify(headers));
      assert.equal((json as { code: string }).code, 'unauthenticated');
    }
    assert.equal(heard, 0);
    const { text } = await running.call('/metrics');
    assert.include(text, `rolebook_refused_calls_total{reason="hook"} ${wrong.length}`);
  });

  it('is no news when it comes again, or is about another branch, and is looked at when it is not understood', async () => {
    const signed = (body: string, id = ''): Promise<Reply> =>
      tell({ 'X-Gitlab-Token': secret, ...(id && { 'X-GitHub-Delivery': id }) }, body);
    assert.deepEqual((await signed(push, 'one')).json, { heard: true });
    assert.deepEqual((await signed(push, 'one')).json, { heard: false });
    assert.deepEqual((await signed(push, 'two')).json, { heard: true });
    for (const ref of ['refs/heads/other', 'refs/tags/main', 'main', '']) {
      assert.deepEqual((await signed(JSON.stringify({ ref }))).json, { heard: false }, ref);
    }
    for (const body of ['{}', '[]', 'null', 'no JSON', '{"ref": 7}', '{"ref": null}', '\u0000']) {
      assert.deepEqual((await signed(body)).json, { heard: true }, body);
    }
    assert.equal(heard, 9);
  });

  it('is refused cheaply where it is huge, or is no JSON by its type', async () => {
    const huge = Buffer.alloc(1024 * 1024 + 1, ' ');
    assert.equal((await tell({ 'X-Gitlab-Token': secret }, huge)).status, 413);
    const form = { 'X-Gitlab-Token': secret, 'Content-Type': 'application/x-www-form-urlencoded' };
    assert.equal((await tell(form, 'payload=x')).status, 415);
    assert.equal((await running.call('/v1/hooks/git?x', { method: 'POST', body: push })).status, 400);
    assert.equal((await running.call('/v1/hooks/git')).status, 405);
    assert.equal(heard, 0);
  });

  it('lets nobody in when its secret is gone, and none is taken where none is meant to be', async () => {
    fault = new RolebookError('configuration', 'the secret is gone');
    const { status, text } = await tell({ 'X-Gitlab-Token': '' });
    assert.equal(status, 500);
    assert.notInclude(text, secret);
    fault = undefined;
    const none = await runSidecar();
    const reply = await none.call('/v1/hooks/git', { method: 'POST', body: push });
    assert.equal((reply.json as { code: string }).code, 'hooks-off');
  });
});
