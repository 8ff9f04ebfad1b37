import { assert } from 'chai';
import { createClient as createInPage } from '../../packages/client/src/browser.ts';
import { createClient, holds, RefusedError, type Client, type Question } from '../../packages/client/src/node.ts';
import { adminToken } from '../support/admin-token.ts';
import { governedPolicy } from '../support/policy-folder.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../support/running-sidecar.ts';

const mayAna: Question = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const mayCy: Question = { subject: 'cy@acme.example', workspace: 'support', permission: 'tag:create' };
const token = adminToken.trim();
const support = { workspace: 'support' };

/** The small policy, where who may create tags changes members, and who sees the analytics changes roles. */
function editedPolicy(): Record<string, string> {
  const files = governedPolicy();
  const title = 'See the analytics';
  return { ...files, 'roles.yaml': files['roles.yaml']!.replace(title, `{ title: ${title}, controls: roles }`) };
}

/** Both ways, for one must not allow what the other denies. */
const ways = { 'connections that are kept': createClient, fetch: createInPage };

for (const [way, create] of Object.entries(ways)) {
  describe(`a client over ${way}`, () => {
    let running: RunningSidecar;
    let client: Client;
    before(async () => {
      running = await runSidecar({ files: editedPolicy(), isChanged: true });
      client = create({ url: running.address, token, timeoutMs: 10_000 });
    });
    after(async () => {
      client.close();
      await disposeSidecars();
    });

    it('tells who may and who may not', async () => {
      assert.isTrue(await client.can(mayAna));
      assert.isFalse(await client.can(mayCy));
      assert.isFalse(await client.can({ ...mayAna, workspace: 'nowhere' }));
      assert.isFalse(await client.can({ ...mayAna, permission: 'tag:creates' }));
      const { decision, revision, reason } = await client.enforce(mayCy, { explain: true });
      assert.deepEqual([decision, reason?.code], [false, 'not-granted']);
      assert.strictEqual(revision, running.live.current?.revision);
      assert.notProperty(await client.enforce(mayAna), 'reason');
    });

    it('looks up what the question says of a thing, and of who asks', async () => {
      const sends = { workspace: 'support', permission: 'message:send', resource: { owner: 'bo@acme.example' } };
      assert.isTrue(await client.can({ ...sends, subject: 'bo@acme.example' }));
      assert.isFalse(
        await client.can({ ...sends, subject: 'bo@acme.example', resource: { owner: 'ana@acme.example' } }),
      );
      assert.isFalse(await client.can({ ...sends, subject: { type: 'service', id: 'bo@acme.example' } }));
      assert.isFalse(
        await client.can({ subject: 'bo@acme.example', ...support, permission: 'message:send', scope: 'shared' }),
      );
    });

    it('answers many in their order, more than one request takes', async () => {
      const questions = Array.from({ length: 2001 }, (_one, index) => (index % 3 === 0 ? mayAna : mayCy));
      const answers = await client.batch(questions);
      assert.deepEqual(
        answers.map(({ decision }) => decision),
        questions.map((question) => question === mayAna),
      );
      assert.deepEqual(await client.batch([]), []);
    });

    it('asks for the questions of one turn in one request, and refuses only the one that is wrong', async () => {
      const wrong = { ...mayAna, workspac: 'support' };
      const found = await Promise.allSettled(
        [mayAna, wrong, mayCy, { ...mayAna, organization: 'acme' }].map((one) => client.can(one)),
      );
      assert.deepInclude(found[0], { value: true });
      assert.deepInclude(found[2], { value: false });
      for (const at of [1, 3]) {
        const one = found[at];
        assert.strictEqual(one?.status, 'rejected');
        const reason: unknown = (one as PromiseRejectedResult).reason;
        assert.instanceOf(reason, RefusedError);
        assert.deepInclude(reason, { status: 400, code: 'invalid-request' });
        assert.notInclude((reason as Error).message, 'requests');
      }
    });

    it('lists what somebody may, the roles of a place, and who can', async () => {
      const held = await client.permissions('bo@acme.example', support);
      assert.isTrue(holds(held, 'message:send'));
      assert.isTrue(holds(held, 'message:send', 'personal'));
      assert.isFalse(holds(held, 'message:send', 'shared'));
      assert.isFalse(holds(held, 'message:send', 'constructor'));
      assert.isFalse(holds(held, 'tag:create'));
      assert.isFalse(holds(held, 'toString'));
      const roles = await client.roles(support);
      assert.includeMembers(
        roles.map(({ role }) => role),
        ['member', 'team-lead', 'trainee'],
      );
      const first = await client.whoCan('tag:create', support, { limit: 1 });
      const rest = await client.whoCan('tag:create', support, { after: first.next ?? '' });
      const able = [...first.items, ...rest.items].map(({ subject }) => subject.id);
      assert.include(able, 'ana@acme.example');
      assert.notInclude(able, 'cy@acme.example');
    });

    it('reads for a person no more than that person may know', async () => {
      const roles = await client.roles(support, { actor: 'bo@acme.example' });
      assert.deepEqual(
        roles.map(({ role }) => role),
        ['trainee'],
      );
      const refused = await client.roles(support, { actor: 'nobody@acme.example' }).catch((error: unknown) => error);
      assert.deepInclude(refused as object, { status: 404, code: 'unknown-workspace' });
    });

    it('previews, makes and undoes a change, which every later answer has', async () => {
      const edits = [{ edit: 'role.change', ...support, role: 'trainee', allow: ['tag:create'] }];
      const mayBo = { ...mayAna, subject: 'bo@acme.example' };
      const actor = 'olu@acme.example';
      const fresh = create({ url: running.address, token, timeoutMs: 10_000 });
      const preview = await fresh.changes.preview(edits, { actor });
      assert.property(preview, 'effect');
      assert.isUndefined(fresh.minRevision);
      assert.isFalse(await fresh.can(mayBo));
      const idempotencyKey = `give-${way}`;
      const made = await fresh.changes.make(edits, { actor, reason: 'for the shift', idempotencyKey });
      assert.strictEqual(fresh.minRevision, made.revision);
      assert.isTrue(await fresh.can(mayBo));
      const again = await fresh.changes.make(edits, { actor, reason: 'for the shift', idempotencyKey });
      assert.strictEqual(again.change, made.change);
      const { items } = await fresh.changes.list(support, { role: 'trainee', limit: 1 });
      assert.strictEqual(items[0]?.['change'], made.change);
      await fresh.changes.revert(made.change ?? '', { actor });
      assert.isFalse(await fresh.can(mayBo));
      const refused = await fresh.changes.make(edits, { actor: 'bo@acme.example' }).catch((error: unknown) => error);
      assert.deepInclude(refused as object, { status: 403, code: 'actor-not-allowed' });
      fresh.close();
    });

    it('is refused without a token where one is needed, and tells no token', async () => {
      const edits = [{ edit: 'role.change', ...support, role: 'trainee', allow: ['tag:create'] }];
      const secret = 'x'.repeat(40);
      for (const given of [undefined, secret, () => secret, () => Promise.resolve(secret)]) {
        const other = create({ url: running.address, timeoutMs: 10_000, ...(given !== undefined && { token: given }) });
        const error = await other.changes
          .preview(edits, { actor: 'olu@acme.example' })
          .catch((found: unknown) => found);
        assert.instanceOf(error, RefusedError);
        assert.deepInclude(error, { status: 401, code: 'unauthenticated' });
        assert.notInclude(JSON.stringify(error) + String((error as Error).stack), secret);
        other.close();
      }
    });
  });
}

describe('what a client is made of', () => {
  it('is an address without secrets', () => {
    const wrong = [
      '',
      'localhost:8181',
      '/run/rolebook.sock',
      'unix:rolebook.sock',
      'ftp://127.0.0.1',
      'http://ana:secret@127.0.0.1',
      'http://127.0.0.1/?token=secret',
      'http://127.0.0.1/#secret',
      'http://',
    ];
    for (const url of wrong) {
      const make = (): unknown => createClient({ url });
      assert.throws(make, TypeError);
      assert.throws(make, /^(?!.*secret)/);
    }
    assert.throws(() => createInPage({ url: 'unix:/run/rolebook.sock' }), /from Node alone/);
  });

  it('has a time above nothing', () => {
    for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 3_000_000_000]) {
      assert.throws(() => createClient({ url: 'http://127.0.0.1', timeoutMs }), RangeError);
      assert.throws(() => createClient({ url: 'http://127.0.0.1', changeTimeoutMs: timeoutMs }), RangeError);
    }
  });
});
