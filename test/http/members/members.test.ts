import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const kim = '/v1/workspaces/support/members/kim';
/** 96 bits that nobody guesses. */
const tag = /^"[0-9a-f]{24}"$/;
const byMia = (...roles: readonly unknown[]): object => ({ roles, actor: 'mia' });

/** How far the database of an answer had come. */
function sequenceOf(reply: Reply): number {
  const { revision } = reply.json as { revision: string };
  assert.match(revision, /^[0-9a-f]{12}\.[1-9]\d*-[0-9a-f]{8}$/);
  return Number(revision.split(/[.-]/)[1]);
}

for (const { kind, open } of testDatabases) {
  describe(`members of a workspace in ${kind}`, () => {
    let databases: TestDatabases;
    let url: string;
    let running: DatabaseSidecar;
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    beforeEach(async () => {
      url = await databases.create();
      await publish(url, memberPolicyFiles());
      running = await runDatabaseSidecar(url);
    });
    afterEach(disposeDatabaseSidecars);
    after(() => databases.dispose());

    it('hold a role from the answer on that gives it to them, and until the answer that takes it away', async () => {
      assert.strictEqual(await running.allows('kim', 'ticket:close'), false);
      const given = await running.put(kim, byMia('agent'));
      assert.strictEqual(given.status, 201, given.text);
      assert.match(String(given.headers.etag), tag);
      assert.deepInclude(given.json as object, {
        workspace: 'support',
        subject: { type: 'user', id: 'kim' },
        roles: [{ role: 'agent' }],
      });
      assert.strictEqual(sequenceOf(given), 2);
      assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
      assert.strictEqual(await running.allows('kim', 'invoice:create'), false);

      const changed = await running.put(kim, byMia('seller'));
      assert.strictEqual(changed.status, 200);
      assert.match(String(changed.headers.etag), tag);
      assert.notStrictEqual(changed.headers.etag, given.headers.etag);
      assert.strictEqual(await running.allows('kim', 'ticket:close'), false);
      assert.strictEqual(await running.allows('kim', 'invoice:create'), true);

      const removed = await running.remove(`${kim}?actor=mia&reason=left`);
      assert.strictEqual(removed.status, 200, removed.text);
      assert.strictEqual(removed.headers.etag, undefined);
      assert.deepInclude(removed.json as object, { subject: { type: 'user', id: 'kim' }, roles: [] });
      assert.strictEqual(sequenceOf(removed), 4);
      assert.strictEqual(await running.allows('kim', 'invoice:create'), false);
      expectProblem(await running.call(kim), 404, 'unknown-member');
    });

    it('hold roles for a time', async () => {
      const roles = [
        { role: 'agent', from: '2020-01-01', until: '2999-12-31', reason: 'trial' },
        { role: 'seller', from: '2999-01-01T01:00:00+01:00' },
      ];
      assert.strictEqual((await running.put(kim, byMia(...roles))).status, 201);
      assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
      assert.strictEqual(await running.allows('kim', 'invoice:create'), false);
      const read = await running.call(kim);
      assert.deepInclude(read.json as object, {
        roles: [
          {
            role: 'agent',
            title: 'Agent',
            from: '2020-01-01T00:00:00Z',
            until: '3000-01-01T00:00:00Z',
            reason: 'trial',
            isHeld: true,
          },
          { role: 'seller', title: 'Seller', from: '2999-01-01T00:00:00Z', isHeld: false },
        ],
        source: 'database',
        etag: read.headers.etag,
      });
    });

    it('are told apart by where they are changed', async () => {
      const { etag } = (await running.put(kim, byMia('agent'))).headers;
      const given = await running.call(kim);
      assert.strictEqual(given.headers.etag, etag);
      assert.include(given.json as object, { source: 'database', etag });
      const listed = (await running.call('/v1/workspaces/support/members')).json as { members: { etag?: string }[] };
      assert.deepEqual(listed.members.map((member) => member.etag).filter(Boolean), [etag]);
      const written = await running.call('/v1/workspaces/support/members/hal');
      assert.strictEqual(written.headers.etag, undefined);
      assert.include(written.json as object, { source: 'git', file: 'policies/acme/support.yaml', line: 9, column: 3 });
      const problem = expectProblem(
        await running.put('/v1/workspaces/support/members/hal', byMia('agent')),
        409,
        'member-in-git',
      );
      assert.include(problem['detail'] as string, 'policies/acme/support.yaml:9:3');
    });

    it('change nothing when nothing changes', async () => {
      const first = await running.put(kim, byMia('agent', 'seller'));
      const again = await running.put(kim, byMia('seller', 'agent'));
      assert.deepEqual([first.status, again.status], [201, 200]);
      assert.strictEqual(again.headers.etag, first.headers.etag);
      assert.strictEqual(sequenceOf(again), 2);
      const nobody = await running.remove('/v1/workspaces/support/members/nobody?actor=mia');
      assert.strictEqual(nobody.status, 200, nobody.text);
      assert.strictEqual(sequenceOf(nobody), 2);
    });

    it('are not overwritten by who has not seen the last change', async () => {
      const first = (await running.put(kim, byMia('agent'), { 'If-None-Match': '*' })).headers.etag ?? '';
      expectProblem(await running.put(kim, byMia('lead'), { 'If-None-Match': '*' }), 412, 'precondition-failed');
      const second = await running.put(kim, byMia('seller'), { 'If-Match': first });
      assert.strictEqual(second.status, 200);
      const late = await running.put(kim, byMia('lead'), { 'If-Match': first });
      expectProblem(late, 412, 'precondition-failed');
      assert.strictEqual(late.headers.etag, second.headers.etag);
      assert.strictEqual(await running.allows('kim', 'invoice:create'), true);
      expectProblem(await running.remove(`${kim}?actor=mia`, { 'If-Match': first }), 412, 'precondition-failed');
      for (const match of [`"99", ${second.headers.etag ?? ''}`, '*', ` ${second.headers.etag ?? ''} ,"x"`]) {
        assert.strictEqual((await running.put(kim, byMia('seller'), { 'If-Match': match })).status, 200, match);
      }
      // The number of the change was the tag once, and everybody could guess it.
      const old = ['"3"', '"2","3"', '"03"', `"3-${(second.headers.etag ?? '').slice(1)}`];
      for (const match of [`W/${second.headers.etag ?? ''}`, '"x"', '""', ...old, '"99","100"']) {
        const reply = await running.put(kim, byMia('agent'), { 'If-Match': match });
        expectProblem(reply, 412, 'precondition-failed');
      }
      const absent = '/v1/workspaces/support/members/nobody';
      expectProblem(await running.put(absent, byMia('agent'), { 'If-Match': '*' }), 412, 'precondition-failed');
    });

    it('are changed once, however often a request is sent again', async () => {
      const headers = { 'Idempotency-Key': '8e03978e-40d5-43dd-bc93-6894a57f9324' };
      const first = await running.put(kim, byMia('agent'), headers);
      await running.put(kim, byMia('seller'));
      const again = await running.put(kim, byMia('agent'), headers);
      assert.strictEqual(again.status, 201);
      assert.deepEqual(again.json, first.json);
      assert.strictEqual(again.headers.etag, first.headers.etag);
      assert.strictEqual(await running.allows('kim', 'ticket:close'), false);
      for (const body of [byMia('lead'), byMia('agent', 'lead'), { roles: ['agent'], actor: 'ada' }]) {
        expectProblem(await running.put(kim, body, headers), 422, 'idempotency-key-reused');
      }
      expectProblem(await running.remove(`${kim}?actor=mia`, headers), 422, 'idempotency-key-reused');
      const other = '/v1/workspaces/support/members/lea';
      expectProblem(await running.put(other, byMia('agent'), headers), 422, 'idempotency-key-reused');
      const removal = { 'Idempotency-Key': 'x' };
      const removed = await running.remove(`${kim}?actor=mia`, removal);
      assert.deepEqual((await running.remove(`${kim}?actor=mia`, removal)).json, removed.json);
    });

    it('are never given twice by two who do it at once', async () => {
      const names = ['lea', 'leo', 'lia', 'liv'];
      const replies = await Promise.all(
        Array.from({ length: 24 }, (_, index) => {
          const name = names[index % names.length] ?? '';
          const headers = { 'If-None-Match': '*' };
          return running.put(`/v1/workspaces/support/members/${name}`, byMia(index < 12 ? 'agent' : 'seller'), headers);
        }),
      );
      assert.strictEqual(replies.filter(({ status }) => status === 201).length, names.length);
      assert.strictEqual(replies.filter(({ status }) => status === 412).length, 24 - names.length);
      assert.strictEqual(running.live.state?.sequence, 1 + names.length);
    });

    it('keep the number of holders, and nobody gets what excludes each other', async () => {
      expectProblem(await running.put(kim, byMia('captain')), 409, 'wrong-holders');
      expectProblem(await running.put(kim, byMia('seller', 'approver')), 409, 'exclusive-permissions');
      const [seller, approver] = await Promise.all([
        running.put(kim, byMia('seller'), { 'If-None-Match': '*' }),
        running.put('/v1/organizations/acme/members/kim', { roles: ['payer'], actor: 'ada' }),
      ]);
      const statuses = [seller.status, approver.status].sort();
      assert.strictEqual(statuses[0], 201);
      assert.oneOf(statuses[1], [403, 409]);
    });

    it('of the whole company are changed by those who hold a role of it', async () => {
      const path = '/v1/organizations/acme/members/kim';
      expectProblem(await running.put(path, byMia('auditor')), 403, 'actor-not-allowed');
      const given = await running.put(path, { roles: ['auditor'], actor: 'ada' });
      assert.strictEqual(given.status, 201, given.text);
      assert.deepInclude(given.json as object, { organization: 'acme', roles: [{ role: 'auditor' }] });
      assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
      assert.strictEqual(await running.allows('kim', 'ticket:close', { workspace: 'sales' }), true);
      assert.strictEqual(await running.allows('kim', 'ticket:close', { workspace: 'desk' }), false);
      expectProblem(await running.put(kim, byMia('agent')), 403, 'organization-member');
      assert.strictEqual((await running.put(kim, { roles: ['agent'], actor: 'ada' })).status, 201);
      assert.strictEqual((await running.remove(`${path}?actor=ada`)).status, 200);
      assert.strictEqual(await running.allows('kim', 'ticket:close', { workspace: 'sales' }), false);
    });

    it('are listed page by page, and by role', async () => {
      for (const name of ['kim', 'abe', 'zac']) {
        await running.put(`/v1/workspaces/support/members/${name}`, byMia('agent'));
      }
      const service = '/v1/workspaces/support/members/bot?subjectType=service';
      assert.strictEqual((await running.put(service, byMia('seller'))).status, 201);
      const whole = (await running.call('/v1/workspaces/support/members')).json as MemberList;
      const names = whole.members.map(({ subject }) => subject.id);
      assert.deepEqual(names, ['bot', 'abe', 'cat', 'eve', 'hal', 'kim', 'mia', 'sid', 'zac', 'zoe']);
      assert.notProperty(whole, 'next');
      const pages: string[] = [];
      let path = '/v1/workspaces/support/members?limit=3';
      for (let page = 0; page < 9; page += 1) {
        const { members, next } = (await running.call(path)).json as MemberList;
        pages.push(members.map(({ subject }) => subject.id).join(' '));
        if (next === undefined) break;
        path = `/v1/workspaces/support/members?limit=3&after=${encodeURIComponent(next)}`;
      }
      assert.deepEqual(pages, ['bot abe cat', 'eve hal kim', 'mia sid zac', 'zoe']);
      const agents = (await running.call('/v1/workspaces/support/members?role=agent')).json as MemberList;
      assert.deepEqual(
        agents.members.map(({ subject }) => subject.id),
        ['abe', 'kim', 'zac'],
      );
      const managers = (await running.call('/v1/workspaces/support/members?role=manager')).json as MemberList;
      const held = managers.members.map(({ subject, roles }) => [subject.id, roles[0]?.isHeld]);
      assert.deepEqual(held, [
        ['eve', false],
        ['mia', true],
        ['sid', true],
        ['zoe', false],
      ]);
      const company = (await running.call('/v1/organizations/acme/members')).json as MemberList;
      assert.deepEqual(
        company.members.map(({ subject }) => subject.id),
        ['ada', 'olu', 'pia'],
      );
      assert.include(company as object, { organization: 'acme' });
    });

    it('of a service are not those of a person of the same name', async () => {
      assert.strictEqual((await running.put(`${kim}?subjectType=service`, byMia('agent'))).status, 201);
      expectProblem(await running.call(kim), 404, 'unknown-member');
      assert.strictEqual((await running.call(`${kim}?subjectType=service`)).status, 200);
      const actor = { type: 'service', id: 'kim' };
      expectProblem(await running.put(kim, { roles: ['agent'], actor }), 403, 'actor-not-allowed');
      assert.strictEqual(
        (await running.put(kim, { roles: ['agent'], actor: { type: 'user', id: 'mia' } })).status,
        201,
      );
    });

    it('are judged by what was published last, and not by what this sidecar had before', async () => {
      const files = memberPolicyFiles();
      const text = files['policies/acme/support.yaml'] ?? '';
      await publish(url, { ...files, 'policies/acme/support.yaml': text.replace('mia: manager', 'mia: agent') });
      expectProblem(await running.put(kim, byMia('agent')), 403, 'actor-not-allowed');
      await publish(url, {
        ...files,
        'policies/acme/support.yaml': text.replace('mia: manager', 'mia: manager\n  kim: lead'),
      });
      expectProblem(await running.put(kim, byMia('agent')), 409, 'member-in-git');
    });
  });
}

interface MemberList {
  readonly members: readonly {
    readonly subject: { readonly type: string; readonly id: string };
    readonly roles: readonly { readonly role: string; readonly isHeld: boolean }[];
  }[];
  readonly next?: string;
}
