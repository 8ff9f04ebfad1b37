import { assert } from 'chai';
import { disposeDatabaseSidecars, publish, runDatabaseSidecar } from '../../support/database-sidecar.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { disposeSidecars, runSidecar, type Call, type Reply } from '../../support/running-sidecar.ts';
import type { MemoryStream } from '../../support/memory-stream.ts';
import { testDatabases } from '../../support/test-databases.ts';

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

interface Door {
  call(path: string, call?: Call): Promise<Reply>;
  readonly logged: MemoryStream;
  /** Puts the policy of a workspace where the sidecar has it from. */
  put(text: string): Promise<void>;
}

const doors: Record<string, (maxChanged: string) => Promise<Door>> = {
  folder: async (maxChanged) => {
    const running = await runSidecar({ files, maxChanged, isChanged: true });
    return {
      call: (path, call) => running.call(path, call),
      logged: running.logged,
      put: (text) => running.folder.write(file, text),
    };
  },
  'SQLite database': async (maxChanged) => {
    const databases = await (testDatabases.find(({ kind }) => kind === 'sqlite') ?? assert.fail()).open();
    const url = await databases.create();
    await publish(url, files);
    const running = await runDatabaseSidecar(url, { maxChanged, isChanged: true });
    const put = async (text: string): Promise<void> => {
      await publish(url, { ...files, [file]: text });
    };
    return { call: (path, call) => running.call(path, call), logged: running.logged, put };
  },
};

interface Told {
  readonly revision: string;
  readonly isStale: boolean;
  readonly looks: { readonly lastFailure: { readonly kind: string } | null };
  readonly budget: {
    readonly waiting: { readonly revision: string; readonly denied: number; readonly allowed: number } | null;
    readonly last: { readonly outcome: string; readonly remembered: number } | null;
  };
}

for (const [name, open] of Object.entries(doors)) {
  describe(`a change budget with a policy from a ${name}`, function () {
    this.timeout(60_000);
    let door: Door;
    afterEach(() => Promise.all([disposeSidecars(), disposeDatabaseSidecars()]));

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
      await door.put(demoted);
      assert.strictEqual((await reload()).status, 200);
      assert.deepInclude((await told()).budget.last, { outcome: 'within', remembered: 100 });
      await ask(ana, 1);
      await door.put(good);
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
      for (const line of [
        'rolebook_policy_over_budget 1',
        'rolebook_policy_stale 1',
        'judgements_total{outcome="over"} 1',
      ]) {
        assert.include(metrics, line);
      }
      assert.strictEqual((await door.call('/readyz')).status, 200);
    });

    it('counts both ways, and remembers what was asked one by one, explained, and in batches', async () => {
      door = await open('2%');
      await ask(idle, 115);
      await post('/v1/enforce', ana);
      await post('/v1/enforce?explain', ana);
      await post('/v1/enforce/batch?explain', { requests: [cy, cy, cy] });
      await door.put(both);
      const reply = await reload();
      assert.strictEqual(codeOf(reply), 'over-budget', reply.text);
      assert.include(
        reply.text,
        '5 of 120 remembered requests would be answered otherwise: 2 allowed → denied, 3 denied → allowed',
      );
    });

    it('judges nothing with too few requests, and tells so', async () => {
      door = await open('0%');
      await ask(ana, 99);
      await door.put(demoted);
      assert.strictEqual((await reload()).status, 200);
      assert.deepInclude((await told()).budget.last, { outcome: 'unjudged', remembered: 99 });
      await ask(ana, 1);
      await door.put(good);
      assert.strictEqual(codeOf(await reload()), 'over-budget');
    });

    it('lets a policy go live that is accepted, and judges the next one anew', async () => {
      door = await open('1%');
      await ask(ana, 90);
      await ask(cy, 30);
      const first = (await told()).revision;
      await door.put(demoted);
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
      await door.put(both);
      assert.strictEqual(codeOf(await reload()), 'over-budget', 'it is another one');
      await door.put(good);
      assert.strictEqual(codeOf(await reload()), 'over-budget', 'the way back is a change of what is live');
      await door.put(demoted);
      assert.strictEqual((await reload()).status, 200);
      assert.isNull((await told()).budget.waiting, 'what is live again waits for nothing');
    });

    it('accepts one revision, and not another one that came in its place', async () => {
      door = await open('1%');
      await ask(ana, 90);
      await ask(cy, 30);
      await door.put(demoted);
      await reload();
      const waiting = (await told()).budget.waiting?.revision;
      await door.put(promoted);
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
      const before = (await told()).revision;
      for (const query of ['?preview', '']) {
        const reply = await change(query);
        assert.strictEqual(reply.status, 409, reply.text);
        assert.strictEqual(codeOf(reply), 'over-budget');
        assert.deepInclude((reply.json as { budget: object }).budget, { compared: 120, denied: 90, allowed: 0 });
      }
      assert.deepEqual([(await told()).revision, await allows(ana)], [before, true]);
      assert.deepEqual(((await door.call('/v1/changes')).json as { changes: unknown[] }).changes, []);
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

    it('takes no change of files while a policy waits: it would build upon what is not live', async () => {
      door = await open('1%');
      await ask(ana, 120);
      await door.put(demoted);
      await reload();
      const edits = [{ edit: 'role.create', workspace: 'support', role: 'helper', title: 'Helper' }];
      const reply = await post('/v1/changes', { actor: 'wim@acme.example', edits });
      assert.strictEqual(codeOf(reply), 'over-budget', reply.text);
      assert.include(reply.text, 'what builds upon it would not go live');
    });
  });
}
