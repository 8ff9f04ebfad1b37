import { assert } from 'chai';
import type { RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import type { LiveDatabase } from '../../../../src/store/database/following/live-database.ts';
import type { Applied } from '../../../../src/store/database/following/live-state.ts';
import { MemberChangeDenied } from '../../../../src/store/database/members/member-change.ts';
import { testDatabases, type TestDatabases } from '../../../support/test-databases.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  acme,
  changeOf,
  decide,
  FollowedDatabase,
  neverMs,
  type Publisher,
  support,
  untilDecision,
  withDan,
  withEve,
} from '../../../support/database-fixture.ts';
import { comesTo } from '../../../support/comes-to.ts';

const sales = { 'policies/sales.yaml': 'workspace: sales\ntitle: Sales\n' };

for (const { kind, open } of testDatabases) {
  describe(`memberships of a database that is followed, on ${kind}`, () => {
    let databases: TestDatabases;
    let database: FollowedDatabase;
    let publisher: Publisher;
    let live: LiveDatabase;

    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    after(() => databases.dispose());
    beforeEach(async () => {
      database = await FollowedDatabase.create(new DatabaseUrl(await databases.create(), '--database'));
      publisher = database.publisher;
      live = database.follow();
    });
    afterEach(() => database.close());

    it('has a membership that is changed here before the change resolves, and everywhere soon', async () => {
      await publisher.publish();
      await live.start();
      const other = database.follow();
      await other.start();
      const { revision } = live.current ?? {};
      const { before, after, state, outcome } = await live.change(changeOf(support, 'eve', 'team-lead'));
      assert.deepEqual([before, outcome], [undefined, 'changed']);
      assert.deepEqual(after?.assignments, [{ role: 'team-lead' }]);
      assert.equal(decide(live, 'eve', 'conversation:assign'), 'granted');
      assert.equal(decide(live, 'eve', 'analytics:view'), 'not-granted');
      assert.equal(live.current?.revision, `${revision?.slice(0, 12)}.2-${state.token.slice(0, 8)}`);
      assert.equal(live.current?.counts.members, 6);
      assert.isTrue(await comesTo(other, state.sequence, 3000));
      assert.equal(decide(other, 'eve', 'conversation:assign'), 'granted');
      await other.change(changeOf(support, 'eve'));
      assert.equal(decide(other, 'eve', 'conversation:assign'), 'not-a-member');
      await untilDecision(live, 'eve', 'conversation:assign', 'not-a-member');
      assert.deepEqual(live.state, other.state);
    });

    it('starts with the memberships that were changed before', async () => {
      await publisher.publish();
      await live.start();
      await live.change(changeOf(support, 'eve', 'team-lead'));
      await live.change(changeOf(acme, 'dan', 'company-admin'));
      await live.change(changeOf(support, 'fay', 'member'));
      await live.change(changeOf(support, 'fay'));
      const later = database.follow();
      await later.start();
      assert.equal(decide(later, 'eve', 'conversation:assign'), 'granted');
      assert.equal(decide(later, 'dan', 'analytics:view'), 'granted');
      assert.equal(decide(later, 'fay', 'comment:send'), 'not-a-member');
      assert.deepEqual(later.state, live.state);
      assert.deepEqual([...later.members.all()].length, 2);
    });

    it('asks the judge when everything that happened before is live, another policy too', async () => {
      await publisher.publish();
      const deaf = database.follow({ pollMs: neverMs });
      await live.start();
      await deaf.start();
      await live.change(changeOf(support, 'dan', 'member'));
      await publisher.publish(withEve);
      await comesTo(live, 3, 3000);
      await live.change(changeOf(support, 'fay', 'member'));
      const seen: unknown[] = [];
      // The clock is asked in the turn in which the change is judged.
      const { before } = await deaf.change(changeOf(support, 'dan', 'trainee'), () => {
        seen.push(decide(deaf, 'eve', 'tag:create'), decide(deaf, 'fay', 'comment:send'));
        return Date.now();
      });
      assert.deepEqual(before?.assignments, [{ role: 'member' }]);
      assert.deepEqual(seen, ['granted', 'granted']);
      assert.equal(deaf.state?.sequence, 5);
    });

    it('changes nothing when the judge refuses, and throws what the judge said', async () => {
      await publisher.publish();
      await live.start();
      const actor = { type: 'user', id: 'cy@acme.example' };
      const asked = { ...changeOf(support, 'eve', 'member'), actor };
      const thrown: unknown = await live.change(asked).catch((error: unknown) => error);
      assert.instanceOf(thrown, MemberChangeDenied);
      assert.equal(thrown.fault.code, 'actor-not-allowed');
      assert.equal(decide(live, 'eve', 'comment:send'), 'not-a-member');
      assert.equal(live.state?.sequence, 1);
      await live.change(changeOf(support, 'eve', 'member'));
      assert.equal(decide(live, 'eve', 'comment:send'), 'granted');
    });

    it('takes a hundred changes at once, by four sidecars, and ends the same in all', async function () {
      this.timeout(60_000);
      await publisher.publish();
      const all = [live, database.follow(), database.follow(), database.follow()];
      await Promise.all(all.map((one) => one.start()));
      const changes = Array.from({ length: 100 }, (_, index) => {
        const role = ['member', 'trainee', 'team-lead'][index % 3] ?? '';
        return (all[index % 4] ?? live).change(changeOf(support, `u${index % 20}`, role));
      });
      const results = await Promise.all(changes);
      const sequences = results.map((result) => result.state.sequence);
      const last = Math.max(...sequences);
      for (const one of all) assert.isTrue(await comesTo(one, last, 5000));
      const held = (one: LiveDatabase): RuntimeMember[] =>
        [...one.members.all()].sort((left, right) => (left.subject.id < right.subject.id ? -1 : 1));
      for (const one of all) assert.deepEqual(held(one), held(live));
      assert.lengthOf(held(live), 20);
      const changed = results.filter((result) => result.outcome === 'changed').length;
      assert.equal(live.state?.sequence, 1 + changed);
    });

    it('says in the turn of the change what became live', async () => {
      await publisher.publish();
      const applied: [Applied['kind'], number, string | undefined][] = [];
      live.onApplied((what) =>
        applied.push([
          what.kind,
          what.kind === 'members' ? what.members.length : live.members.size,
          live.current?.revision.split(/[.-]/)[1],
        ]),
      );
      live.onApplied(() => {
        throw new Error('a listener may fail');
      });
      await live.start();
      await live.change(changeOf(support, 'eve', 'member'));
      await publisher.publish(sales);
      await live.catchUp();
      assert.deepEqual(applied, [
        ['policy', 0, '1'],
        ['members', 1, '2'],
        ['policy', 1, '3'],
      ]);
      assert.equal(decide(live, 'eve', 'comment:send'), 'granted');
    });

    it('reads no more than what changed', async () => {
      await publisher.publish();
      await live.start();
      const deaf = database.follow({ pollMs: neverMs });
      for (const id of ['a', 'b', 'c', 'd']) await live.change(changeOf(support, id, 'member'));
      await deaf.start();
      const applied: Applied[] = [];
      deaf.onApplied((what) => applied.push(what));
      await live.change(changeOf(support, 'b', 'trainee'));
      await live.change(changeOf(support, 'd'));
      await live.change(changeOf(support, 'b', 'team-lead'));
      await comesTo(deaf, 8, 3000);
      const told = applied.flatMap((what) => (what.kind === 'members' ? what.members : []));
      assert.deepEqual(new Set(told.map(({ subject }) => subject.id)), new Set(['b', 'd']));
      assert.equal(decide(deaf, 'b', 'tag:create'), 'granted');
      assert.equal(decide(deaf, 'd', 'comment:send'), 'not-a-member');
    });

    it('never shows a mix of two releases, nor of a release and the memberships before it', async () => {
      // In release `even` eve is in YAML and dan was added; in release `odd` it is the other way round.
      await publisher.publish();
      await live.start();
      await live.change(changeOf(support, 'dan', 'member'));
      const revisions = new Map<string, string>();
      const stop = live.onApplied(() => {
        const { revision } = live.current ?? { revision: '' };
        const seen = `${decide(live, 'eve', 'comment:send')} ${decide(live, 'dan', 'comment:send')} ${live.members.size}`;
        revisions.set(revision, seen);
      });
      await publisher.publish(withEve);
      await comesTo(live, 3, 3000);
      await publisher.publish(withDan);
      await waitFor('dan in YAML', () => decide(live, 'dan', 'tag:create') === 'granted');
      stop();
      const [first, second] = [...revisions.values()];
      assert.equal(first, 'granted granted 1');
      // Git has taken dan over, and eve is gone, in one step.
      assert.equal(second, 'not-a-member granted 0');
      assert.lengthOf([...revisions], 2);
    });
  });
}
