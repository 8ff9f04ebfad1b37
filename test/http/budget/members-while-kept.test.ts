import { assert } from 'chai';
import { parseRevision } from '../../../src/policy/text/revision-text.ts';
import type { RuntimeMember } from '../../../src/policy/runtime-member.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { governedPolicy } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

const sales = 'workspace: sales\ntitle: Sales\n';
const good: Record<string, string> = { ...governedPolicy(), 'policies/sales.yaml': sales };
const file = 'policies/support.yaml';
const edited = (...edits: readonly (readonly [string, string])[]): Record<string, string> => {
  const text = edits.reduce((now, [from, to]) => now.replace(from, to), good[file] ?? '');
  return { ...good, [file]: text };
};

/** Ana may do less, a trainee may not send comments any more, and there is one role more. */
const next = edited(
  ['ana@acme.example: team-lead', 'ana@acme.example: member'],
  ['without: ["message:send@shared"]', 'without: ["message:send@shared", "comment:send"]'],
  ['  trainee:', '  chief: { title: Chief, extends: member, grants: ["tag:*"] }\n  trainee:'],
);

const pathOf = (name: string, workspace = 'support'): string =>
  `/v1/workspaces/${workspace}/members/${name}@acme.example`;
const wim = 'wim@acme.example';
const ana = 'ana@acme.example';

for (const { kind, open } of testDatabases) {
  describe(`memberships on ${kind} while a policy waits to be accepted`, function () {
    this.timeout(60_000);
    let databases: TestDatabases;
    let url: string;
    /** It keeps the policy back. */
    let here: DatabaseSidecar;
    /** It decides by what is published. */
    let there: DatabaseSidecar;
    let first: string;
    before(async () => (databases = await open()));
    after(() => databases.dispose());
    beforeEach(async () => {
      url = await databases.create();
      await publish(url, good);
      [here, there] = [
        await runDatabaseSidecar(url, { maxChanged: '1%', isChanged: true }),
        await runDatabaseSidecar(url, { id: 'two' }),
      ];
      for (const [name, role] of Object.entries({ dan: 'team-lead', eve: 'trainee', gus: 'team-lead' })) {
        assert.strictEqual((await give(here, name, role)).status, 201);
      }
      assert.strictEqual((await give(here, 'sam', 'workspace-admin', wim, 'sales')).status, 403);
      assert.strictEqual((await give(here, 'sam', 'member', 'olu@acme.example', 'sales')).status, 201);
      const requests = Array.from({ length: 120 }, () => ({
        subject: ana,
        workspace: 'support',
        permission: 'tag:create',
      }));
      await here.call('/v1/enforce/batch', { method: 'POST', body: { requests } });
      first = here.live.current?.engine.policy.revision ?? '';
    });
    afterEach(disposeDatabaseSidecars);

    const give = (at: DatabaseSidecar, name: string, role: string, actor = wim, workspace?: string): Promise<Reply> =>
      at.put(pathOf(name, workspace), { roles: [role], actor });
    const take = (at: DatabaseSidecar, name: string, actor = wim, workspace?: string): Promise<Reply> =>
      at.remove(`${pathOf(name, workspace)}?actor=${encodeURIComponent(actor)}`);
    const can = (at: DatabaseSidecar, name: string, permission: string, more: object = {}): Promise<boolean> =>
      at.allows(`${name}@acme.example`, permission, more);
    const waiting = async (): Promise<string> => {
      const { budget } = (await here.call('/v1/policy')).json as { budget: { waiting: { revision: string } | null } };
      return budget.waiting?.revision ?? assert.fail('nothing waits');
    };
    /** Publishes what is kept back, and answers the revision that it tells. */
    const keepBack = async (files: Record<string, string>, endMemberships = 0): Promise<string> => {
      const published = await publish(url, files, undefined, { endMemberships });
      await Promise.all([here.live.catchUp(), there.live.catchUp()]);
      assert.notStrictEqual(await waiting(), first);
      return published;
    };
    const follow = (): Promise<unknown> => Promise.all([here.live.catchUp(), there.live.catchUp()]);
    const accept = async (): Promise<void> => {
      const body = { revision: await waiting() };
      const reply = await here.call('/v1/policy/accept', { method: 'POST', body });
      assert.strictEqual(reply.status, 200, reply.text);
    };
    const revisionOf = ({ json }: Reply): string => (json as { revision: string }).revision;
    const held = ({ live }: DatabaseSidecar): string[] =>
      [...live.members.all()].map((member: RuntimeMember) => JSON.stringify(member)).sort();
    /** Decides and holds as a sidecar that was just started. */
    const agreesWithAnother = async (): Promise<void> => {
      const fresh = await runDatabaseSidecar(url, { id: 'three' });
      assert.deepEqual(held(here), held(fresh));
      assert.strictEqual(here.live.current?.revision, fresh.live.current?.revision);
    };

    const cases: Record<string, () => Promise<void>> = {
      'a revocation that came elsewhere': async () => {
        assert.strictEqual((await take(there, 'dan')).status, 200);
        await here.live.catchUp();
        assert.isFalse(await can(here, 'dan', 'tag:create'));
        assert.isTrue(await can(here, 'gus', 'tag:create'), 'nobody else lost anything');
      },
      'a revocation made here': async () => {
        const reply = await take(here, 'dan');
        assert.strictEqual(reply.status, 200, reply.text);
        assert.isFalse(await can(here, 'dan', 'tag:create', { minRevision: revisionOf(reply) }));
        assert.isFalse(await can(there, 'dan', 'tag:create', { minRevision: revisionOf(reply) }));
      },
      'a revocation by somebody who may take by the live policy alone': async () => {
        const reply = await take(here, 'dan', ana);
        assert.strictEqual(reply.status, 200, reply.text);
        assert.deepEqual([await can(here, 'dan', 'tag:create')], [false]);
        assert.strictEqual((await take(here, 'gus', 'cy@acme.example')).status, 403);
      },
      'a revocation of everything': async () => {
        const reply = await here.call('/v1/subjects/dan@acme.example?actor=olu@acme.example', { method: 'DELETE' });
        assert.strictEqual(reply.status, 200, reply.text);
        await there.live.catchUp();
        assert.deepEqual([await can(here, 'dan', 'tag:create'), await can(there, 'dan', 'tag:create')], [false, false]);
      },
      'one role for another that gives less': async () => {
        assert.strictEqual((await give(there, 'dan', 'member')).status, 200);
        await here.live.catchUp();
        assert.deepEqual([await can(here, 'dan', 'tag:create'), await can(here, 'dan', 'comment:send')], [false, true]);
      },
      'a grant that came elsewhere': async () => {
        assert.strictEqual((await give(there, 'fay', 'member')).status, 201);
        await here.live.catchUp();
        assert.isTrue(await can(here, 'fay', 'comment:send'));
      },
      'a grant made here': async () => {
        const reply = await give(here, 'fay', 'member');
        assert.strictEqual(reply.status, 201, reply.text);
        const minRevision = revisionOf(reply);
        assert.isTrue(await can(here, 'fay', 'comment:send', { minRevision }));
        assert.isTrue(await can(there, 'fay', 'comment:send', { minRevision }));
      },
      'a grant of a role that the live policy has not': async () => {
        assert.strictEqual((await give(there, 'fay', 'chief')).status, 201);
        await here.live.catchUp();
        assert.deepEqual([await can(here, 'fay', 'tag:create'), await can(there, 'fay', 'tag:create')], [false, true]);
        assert.isFalse(await can(here, 'fay', 'comment:send'), 'nor the role that others begin with');
        expectProblem(await give(here, 'hal', 'chief'), 422, 'unknown-role');
      },
      'a grant of a role that gives more by the live policy': async () => {
        assert.strictEqual((await give(there, 'fay', 'trainee')).status, 201);
        await here.live.catchUp();
        assert.isFalse(await can(here, 'fay', 'comment:send'));
        assert.isTrue(await can(here, 'eve', 'comment:send'), 'who had it keeps it');
      },
      'a grant by somebody who may give by the live policy alone': async () => {
        const reply = await give(here, 'fay', 'member', ana);
        assert.strictEqual(reply.status, 403, reply.text);
        assert.include(reply.text, 'which waits to be accepted');
        await follow();
        assert.deepEqual(
          [await can(here, 'fay', 'comment:send'), await can(there, 'fay', 'comment:send')],
          [false, false],
        );
      },
    };

    for (const [name, check] of Object.entries(cases)) {
      it(`follow by the live policy: ${name}`, async () => {
        const published = await keepBack(next);
        await check();
        assert.isTrue(await can(here, 'ana', 'tag:create'), 'the policy waits');
        assert.match(here.live.current?.revision ?? '', new RegExp(`^${first}\\.`));
        assert.strictEqual(await here.live.reach(parseRevision(published) ?? assert.fail(), 50), 'late');
        await accept();
        assert.isFalse(await can(here, 'ana', 'tag:create'));
        await agreesWithAnother();
      });
    }

    it('are followed where the place has another id in the policy that waits', async () => {
      await keepBack({
        ...edited(
          ['workspace: support', 'workspace: help\nformerly: support'],
          ['ana@acme.example: team-lead', 'ana@acme.example: member'],
        ),
      });
      assert.strictEqual((await take(there, 'dan', wim, 'help')).status, 200);
      assert.strictEqual((await give(there, 'fay', 'member', wim, 'help')).status, 201);
      await here.live.catchUp();
      assert.deepEqual([await can(here, 'dan', 'tag:create'), await can(here, 'fay', 'comment:send')], [false, true]);
      assert.strictEqual((await take(here, 'fay')).status, 200);
      assert.strictEqual((await take(here, 'gus')).status, 200);
      assert.deepEqual([await can(here, 'fay', 'comment:send'), await can(here, 'gus', 'tag:create')], [false, false]);
      await accept();
      await agreesWithAnother();
    });

    it('leave nothing behind of a place by its former id when another policy goes live', async () => {
      const renamed = ['workspace: support', 'workspace: help\nformerly: support'] as const;
      await keepBack(edited(renamed, ['ana@acme.example: team-lead', 'ana@acme.example: member']));
      assert.strictEqual((await give(there, 'fay', 'member', wim, 'help')).status, 201);
      await here.live.catchUp();
      assert.isTrue(await can(here, 'fay', 'comment:send'));
      await publish(url, edited(renamed));
      await follow();
      assert.isTrue(await can(here, 'ana', 'tag:create'), 'it is within the budget');
      await agreesWithAnother();
      assert.strictEqual((await take(there, 'fay', wim, 'help')).status, 200);
      await follow();
      assert.isFalse(await can(here, 'fay', 'comment:send'));
    });

    it('can be taken where the policy that waits has ended them, and do not come back with a rollback', async () => {
      const { 'policies/sales.yaml': _gone, ...others } = next;
      const second = await runDatabaseSidecar(url, { id: 'four', maxChanged: '1%' });
      const requests = Array.from({ length: 120 }, () => ({
        subject: ana,
        workspace: 'support',
        permission: 'tag:create',
      }));
      await second.call('/v1/enforce/batch', { method: 'POST', body: { requests } });
      await keepBack(others, 1);
      await second.live.catchUp();
      const more = { workspace: 'sales' };
      assert.deepEqual(
        [await can(here, 'sam', 'comment:send', more), await can(second, 'sam', 'comment:send', more)],
        [true, true],
      );
      const reply = await take(here, 'sam', 'olu@acme.example', 'sales');
      assert.strictEqual(reply.status, 200, reply.text);
      await second.live.catchUp();
      assert.deepEqual(
        [await can(here, 'sam', 'comment:send', more), await can(second, 'sam', 'comment:send', more)],
        [false, false],
      );
      await publish(url, good, undefined, { restores: 1 });
      await follow();
      assert.isFalse(await can(here, 'sam', 'comment:send', more));
      await agreesWithAnother();
    });

    it('are those of the database after a restart, with the policy that waited', async () => {
      await keepBack(next);
      await take(here, 'dan');
      await give(there, 'fay', 'chief');
      const again = await runDatabaseSidecar(url, { id: 'again', maxChanged: '1%' });
      assert.deepEqual(
        [
          await can(again, 'dan', 'tag:create'),
          await can(again, 'fay', 'tag:create'),
          await can(again, 'ana', 'tag:create'),
        ],
        [false, true, false],
      );
    });

    it('follow a change of members that is made with other changes', async () => {
      await keepBack(next);
      const edits = [{ edit: 'member.remove', workspace: 'support', subject: 'dan@acme.example' }];
      const reply = await here.call('/v1/changes', { method: 'POST', body: { actor: wim, edits } });
      assert.strictEqual(reply.status, 200, reply.text);
      assert.isFalse(await can(here, 'dan', 'tag:create'));
      assert.isTrue(await can(here, 'ana', 'tag:create'));
    });

    it('are kept on disk as they decide, at the state before the policy that waits', async () => {
      const { state } = here.live;
      await keepBack(next);
      assert.strictEqual((await take(here, 'dan')).status, 200);
      const kept = here.live.snapshot() ?? assert.fail('nothing is live');
      assert.deepEqual(kept.state, state, 'so that a start from it reads on from there');
      assert.notInclude(kept.members.map(({ subject }) => subject.id).join(' '), 'dan@acme.example');
      assert.strictEqual(kept.release.revision, first);
    });

    it('follow while another policy comes in the place of the one that waits', async () => {
      await keepBack(next);
      await take(there, 'dan');
      await publish(url, edited(['ana@acme.example: team-lead', 'ana@acme.example: trainee']));
      await take(there, 'gus');
      await follow();
      assert.deepEqual([await can(here, 'dan', 'tag:create'), await can(here, 'gus', 'tag:create')], [false, false]);
      assert.isTrue(await can(here, 'ana', 'tag:create'));
      await publish(url, good);
      await follow();
      assert.isTrue(await can(here, 'ana', 'tag:create'));
      await agreesWithAnother();
    });
  });
}
