import { assert } from 'chai';
import { smallPolicy } from '../../support/policy-folder.ts';
import { runChangedSidecar, type ChangedPlace, type ChangedSidecar } from '../../support/changed-sidecar.ts';
import type { Reply, Silence } from '../../support/running-sidecar.ts';

const file = 'policies/support.yaml';
const small = smallPolicy();
/** Whoever has everything may change roles, too. */
const files = {
  ...small,
  'roles.yaml': (small['roles.yaml'] ?? '').replace(
    'tag:create: Create tags',
    'tag:create: Create tags\n    role:manage: { title: Manage roles, controls: roles }',
  ),
};
const good = small[file] ?? '';
const demoted = good.replace('ana@acme.example: team-lead', 'ana@acme.example: member');
const promoted = good.replace('cy@acme.example: member', 'cy@acme.example: team-lead');
const both = demoted.replace('cy@acme.example: member', 'cy@acme.example: team-lead');

const ana = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const cy = { ...ana, subject: 'cy@acme.example' };
const idle = { ...ana, permission: 'comment:send' };

const inAll: readonly ChangedPlace[] = ['files', 'commit', 'push', 'sqlite', 'postgres', 'push beside sqlite'];
/** Where a policy comes from in another way, but for git, which says nothing new to the rest. */
const inSome: readonly ChangedPlace[] = ['files', 'sqlite', 'postgres'];

interface Told {
  readonly revision: string;
  readonly isStale: boolean;
  readonly looks: { readonly lastFailure: { readonly kind: string } | null };
  readonly budget: {
    readonly waiting: { readonly revision: string; readonly denied: number; readonly allowed: number } | null;
    readonly last: { readonly outcome: string; readonly remembered: number } | null;
  };
}

for (const place of inAll) {
  describe(`a change budget of a policy that is changed by ${place}`, function () {
    this.timeout(60_000);
    let door: ChangedSidecar;
    afterEach(() => door.dispose());
    const open = (maxChanged: string, silence?: Silence): Promise<ChangedSidecar> =>
      runChangedSidecar(place, files, { maxChanged, ...(silence && { silence }) });
    const put = (text: string): Promise<void> => door.put(file, text);
    const itInSome = inSome.includes(place) ? it : undefined;

    const post = (path: string, body?: object): Promise<Reply> =>
      door.call(path, { method: 'POST', ...(body && { body }) });
    const ask = async (question: object, times: number): Promise<void> => {
      const requests = Array.from({ length: times }, () => question);
      if (times > 0) assert.strictEqual((await post('/v1/enforce/batch', { requests })).status, 200);
    };
    const reload = (): Promise<Reply> => post('/v1/policy/reload');
    const told = async (): Promise<Told> => (await door.call('/v1/policy')).json as Told;
    const codeOf = ({ json }: Reply): unknown => (json as { code?: unknown }).code;
    const allows = async (question: object): Promise<unknown> =>
      ((await post('/v1/enforce', question)).json as { decision: unknown }).decision;

    it('lets a policy go live that changes as much as may be, and keeps one back that changes one more', async () => {
      door = await open('1%');
      await ask(ana, 1);
      await ask(idle, 99);
      await put(demoted);
      assert.strictEqual((await reload()).status, 200);
      assert.deepInclude((await told()).budget.last, { outcome: 'within', remembered: 100 });
      await ask(ana, 1);
      await put(good);
      const reply = await reload();
      assert.strictEqual(reply.status, 409, reply.text);
      assert.strictEqual(codeOf(reply), 'over-budget');
      assert.include(reply.text, '2 of 101 remembered requests would be answered otherwise: 2 denied → allowed');
      assert.include(reply.text, 'tag:create allowed (role team-lead) 2');
      assert.notInclude(reply.text, 'ana@acme.example');
      assert.isFalse(await allows(ana), 'the last good policy stays');
      const policy = await told();
      assert.isTrue(policy.isStale);
      assert.strictEqual(policy.looks.lastFailure?.kind, 'over-budget');
      assert.deepInclude(policy.budget.waiting, { denied: 0, allowed: 2 });
      const metrics = (await door.call('/metrics')).text;
      for (const line of ['rolebook_policy_over_budget 1', 'rolebook_policy_stale 1']) assert.include(metrics, line);
      // News of PostgreSQL may have had it judged before.
      const judged = place === 'postgres' ? /outcome="over"\} [12]\n/ : /outcome="over"\} 1\n/;
      assert.match(metrics, judged);
      assert.strictEqual((await door.call('/readyz')).status, 200);
    });

    itInSome?.('counts both ways, and remembers what was asked one by one, explained, and in batches', async () => {
      door = await open('2%');
      await ask(idle, 115);
      await post('/v1/enforce', ana);
      await post('/v1/enforce?explain', ana);
      await post('/v1/enforce/batch?explain', { requests: [cy, cy, cy] });
      await put(both);
      const reply = await reload();
      assert.strictEqual(codeOf(reply), 'over-budget', reply.text);
      assert.include(
        reply.text,
        '5 of 120 remembered requests would be answered otherwise: 2 allowed → denied, 3 denied → allowed',
      );
    });

    itInSome?.('judges nothing with too few requests, and tells so', async () => {
      door = await open('0%');
      await ask(ana, 99);
      await put(demoted);
      assert.strictEqual((await reload()).status, 200);
      assert.deepInclude((await told()).budget.last, { outcome: 'unjudged', remembered: 99 });
      await ask(ana, 1);
      await put(good);
      assert.strictEqual(codeOf(await reload()), 'over-budget');
    });

    it('lets a policy go live that is accepted, and judges the next one anew', async () => {
      door = await open('1%');
      await ask(ana, 90);
      await ask(cy, 30);
      const first = (await told()).revision;
      await put(demoted);
      assert.strictEqual(codeOf(await reload()), 'over-budget');
      const { waiting } = (await told()).budget;
      const accept = (revision: unknown): Promise<Reply> => post('/v1/policy/accept', { revision, reason: 'she left' });
      for (const wrong of [7, '', 'x', '12345678901', `${waiting?.revision ?? ''} `, null]) {
        assert.strictEqual(codeOf(await accept(wrong)), 'invalid-request', JSON.stringify(wrong));
      }
      assert.strictEqual(codeOf(await accept('000000000000')), 'not-waiting');
      assert.strictEqual(codeOf(await accept(first)), 'already-live');
      assert.isTrue(await allows(ana), 'nothing of that accepted it');
      const accepted = await accept(waiting?.revision);
      assert.strictEqual(accepted.status, 200, accepted.text);
      assert.isFalse(await allows(ana));
      assert.strictEqual(codeOf(await accept(waiting?.revision)), 'already-live');
      assert.isNull((await told()).budget.waiting);
      await put(both);
      assert.strictEqual(codeOf(await reload()), 'over-budget', 'it is another one');
      await put(good);
      assert.strictEqual(codeOf(await reload()), 'over-budget', 'the way back is a change of what is live');
      await put(demoted);
      assert.strictEqual((await reload()).status, 200);
      assert.isNull((await told()).budget.waiting, 'what is live again waits for nothing');
    });

    itInSome?.('accepts one revision, and not another one that came in its place', async () => {
      door = await open('1%');
      await ask(ana, 90);
      await ask(cy, 30);
      await put(demoted);
      await reload();
      const waiting = (await told()).budget.waiting?.revision;
      await put(promoted);
      const reply = await post('/v1/policy/accept', { revision: waiting });
      assert.strictEqual(codeOf(reply), 'over-budget', reply.text);
      assert.deepEqual([await allows(ana), await allows(cy)], [true, false]);
    });

    it('refuses a change that changes too much before it is written, until it is accepted', async () => {
      door = await open('1%');
      await ask(ana, 90);
      await ask(idle, 30);
      const edits = [{ edit: 'role.change', workspace: 'support', role: 'team-lead', disallow: ['tag:create'] }];
      const change = (query = ''): Promise<Reply> => post(`/v1/changes${query}`, { actor: 'wim@acme.example', edits });
      const [before, untouched] = [(await told()).revision, await door.everything()];
      for (const query of ['?preview', '']) {
        const reply = await change(query);
        assert.strictEqual(reply.status, 409, reply.text);
        assert.strictEqual(codeOf(reply), 'over-budget');
        assert.deepInclude((reply.json as { budget: object }).budget, { compared: 120, denied: 90, allowed: 0 });
      }
      assert.deepEqual([(await told()).revision, await allows(ana)], [before, true]);
      assert.deepEqual(await door.everything(), untouched);
      const { budget } = (await change()).json as { budget: { revision: string } };
      const accepted = await post('/v1/policy/accept', { revision: budget.revision });
      assert.include(accepted.text, '"outcome":"allowed"');
      assert.strictEqual((await change()).status, 200);
      assert.isFalse(await allows(ana));
      const small = { edit: 'role.create', workspace: 'support', role: 'helper', title: 'Helper' };
      const reply = await post('/v1/changes', { actor: 'wim@acme.example', edits: [small] });
      assert.strictEqual(reply.status, 200, reply.text);
      assert.deepInclude((await told()).budget.last, { outcome: 'written' });
      const metrics = (await door.call('/metrics')).text;
      for (const outcome of ['accepted', 'written']) {
        assert.include(metrics, `judgements_total{outcome="${outcome}"} 1`, 'an acceptance is one that somebody gave');
      }
    });

    it('keeps nobody who takes something away waiting for who does not say what was asked, and everybody who gives', async () => {
      const silence = { isKept: false };
      door = await open('1%', silence);
      await ask(ana, 90);
      await ask(idle, 30);
      silence.isKept = true;
      const [before, untouched] = [(await told()).revision, await door.everything()];
      const change = (...edits: readonly object[]): Promise<Reply> =>
        post('/v1/changes', { actor: 'wim@acme.example', edits });
      const ofRole = (role: string, more: object): object => ({
        edit: 'role.change',
        workspace: 'support',
        role,
        ...more,
      });
      const takes = ofRole('trainee', { disallow: ['comment:send'] });
      const gives: readonly object[][] = [
        [ofRole('trainee', { allow: ['tag:create'] })],
        [ofRole('trainee', { allow: ['tag:create'], disallow: ['comment:send'] })],
        [ofRole('team-lead', { disallow: ['conversation:assign'] }), ofRole('trainee', { allow: ['tag:create'] })],
      ];
      for (const edits of gives) {
        const reply = await change(...edits);
        assert.deepEqual([reply.status, codeOf(reply)], [503, 'changes-unavailable'], JSON.stringify(edits));
        assert.include(reply.text, 'worker 7 does not say what it was asked; nothing was written');
      }
      const tooMuch = ofRole('team-lead', { disallow: ['tag:create'] });
      const refused = await change(tooMuch);
      assert.strictEqual(codeOf(refused), 'over-budget', 'by what is known it changes too much');
      assert.deepEqual([(await told()).revision, await door.everything()], [before, untouched]);
      const taken = await change(takes);
      assert.strictEqual(taken.status, 200, taken.text);
      assert.isFalse(await allows({ ...idle, subject: 'bo@acme.example' }), 'it decides');
      assert.strictEqual((await change(ofRole('trainee', { title: 'Beginner' }))).status, 200, 'it gives nothing');
      assert.deepInclude((await told()).budget.last, { outcome: 'written' });
      const { budget } = (await change(tooMuch)).json as { budget: { revision: string } };
      assert.include((await post('/v1/policy/accept', { revision: budget.revision })).text, '"outcome":"allowed"');
      assert.strictEqual((await change(tooMuch)).status, 200);
      assert.isFalse(await allows(ana));
      silence.isKept = false;
      assert.strictEqual((await change(ofRole('trainee', { allow: ['tag:create'] }))).status, 200);
    });

    const itWhereProposed = place === 'push' ? it : undefined;
    itWhereProposed?.('judges what is proposed when it is merged', async () => {
      door = await open('1%');
      await ask(ana, 120);
      const edits = [{ edit: 'role.change', workspace: 'support', role: 'team-lead', disallow: ['tag:create'] }];
      const reply = await post('/v1/changes', { actor: 'wim@acme.example', edits, write: 'propose' });
      assert.strictEqual(reply.status, 202, reply.text);
      assert.strictEqual((await reload()).status, 200);
      const { branch } = (reply.json as { written: { branch: string } }).written;
      door.merge?.(branch.replace('refs/heads/', ''));
      assert.strictEqual(codeOf(await reload()), 'over-budget');
      assert.isTrue(await allows(ana));
    });

    itInSome?.('takes no change of files while a policy waits: it would build upon what is not live', async () => {
      door = await open('1%');
      await ask(ana, 120);
      await put(demoted);
      await reload();
      const edits = [{ edit: 'role.create', workspace: 'support', role: 'helper', title: 'Helper' }];
      const reply = await post('/v1/changes', { actor: 'wim@acme.example', edits });
      assert.strictEqual(codeOf(reply), 'over-budget', reply.text);
      assert.include(reply.text, 'what builds upon it would not go live');
    });
  });
}
