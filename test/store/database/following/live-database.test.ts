import { assert } from 'chai';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import type { LiveDatabase } from '../../../../src/store/database/following/live-database.ts';
import { testDatabases, type TestDatabases } from '../../../support/test-databases.ts';
import {
  changeOf,
  decide,
  FollowedDatabase,
  neverMs,
  type Publisher,
  support,
  untilDecision,
  withEve,
} from '../../../support/database-fixture.ts';
import { comesTo } from '../../../support/comes-to.ts';

const sales = { 'policies/sales.yaml': 'workspace: sales\ntitle: Sales\n' };

for (const { kind, open } of testDatabases) {
  describe(`the policy of a database that is followed, on ${kind}`, () => {
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

    it('is live after the start, with its revision, commit and counts', async () => {
      const { release, state } = await publisher.publish();
      await live.start();
      assert.equal(live.current?.revision, `${release.revision}.1-${state.token.slice(0, 8)}`);
      assert.equal(live.current?.commit, release.commit);
      assert.deepInclude(live.current?.counts ?? {}, { workspaces: 1, members: 5 });
      assert.equal(decide(live, 'ana@acme.example', 'conversation:assign'), 'granted');
      assert.equal(decide(live, 'cy@acme.example', 'conversation:assign'), 'not-granted');
      assert.equal(decide(live, 'eve', 'comment:send'), 'not-a-member');
      assert.deepEqual(live.state, state);
      assert.isFalse(live.isStale);
      assert.deepInclude(live.lastReload ?? {}, { outcome: 'loaded', trigger: 'start' });
      const { source } = live;
      assert.deepInclude(source, { kind: 'database', url: database.url.shown, sequence: state.sequence });
      assert.deepEqual(source.release, release);
      assert.closeTo(live.lastWordMs ?? 0, Date.now(), 10_000);
    });

    it('is none before something is published, and then is', async () => {
      await live.start();
      assert.isUndefined(live.current);
      assert.include(live.lastReload?.error, 'nothing was published to');
      assert.deepEqual(await comesTo(live, 1, 1), false);
      await publisher.publish();
      await untilDecision(live, 'ana@acme.example', 'conversation:assign', 'granted');
      assert.isFalse(live.isStale);
    });

    it('changes when something is published, and is not loaded again when nothing is', async () => {
      await publisher.publish();
      await live.start();
      const first = live.current;
      await publisher.publish();
      await live.catchUp();
      assert.strictEqual(live.current, first);
      await publisher.publish(withEve);
      await untilDecision(live, 'eve', 'conversation:assign', 'granted');
      const { sequence } = live.state ?? {};
      assert.equal(sequence, 2);
      await publisher.publish();
      await untilDecision(live, 'eve', 'conversation:assign', 'not-a-member');
      assert.match(live.current?.revision ?? '', /^[0-9a-f]{12}\.3-[0-9a-f]{8}$/);
    });

    it('stays before a release that is no good here, and goes on with the next that is', async () => {
      await publisher.publish();
      const deaf = database.follow({ pollMs: neverMs });
      await deaf.start();
      await deaf.change(changeOf(support, 'fay', 'member'));
      // As a later version could publish that reads the files in another way.
      await publisher.publish(sales, "UPDATE rolebook_release SET digest = '3f9c' WHERE sequence = 2");
      await deaf.catchUp();
      assert.include(deaf.lastReload?.error, ' give another policy, ');
      assert.isTrue(deaf.isStale);
      const { revision } = deaf.current ?? {};
      assert.match(revision ?? '', /\.2-[0-9a-f]{8}$/);
      const refused = await deaf.change(changeOf(support, 'fay')).catch((error: unknown) => error);
      assert.include(String(refused), 'could not be made live here');
      await deaf.catchUp();
      assert.equal(deaf.current?.revision, revision);
      assert.equal(decide(deaf, 'fay', 'comment:send'), 'granted');
      assert.equal(decide(deaf, 'eve', 'comment:send'), 'not-a-member');
      await publisher.publish(withEve);
      await deaf.catchUp();
      assert.isFalse(deaf.isStale);
      assert.equal(decide(deaf, 'eve', 'tag:create'), 'granted');
      assert.equal(decide(deaf, 'fay', 'comment:send'), 'granted');
      assert.equal((await deaf.change(changeOf(support, 'fay'))).outcome, 'changed');
    });

    it('waits for a sequence that comes, and not for ever for one that does not', async () => {
      await publisher.publish();
      await live.start();
      assert.isTrue(await comesTo(live, 1, 0));
      const waiting = comesTo(live, 2, 5000);
      await publisher.publish(withEve);
      assert.isTrue(await waiting);
      assert.equal(decide(live, 'eve', 'tag:create'), 'granted');
      assert.isFalse(await comesTo(live, 3, 30));
    });

    it('gives all that is live of one moment, and starts from it where the database is not to be had', async () => {
      await publisher.publish();
      await live.start();
      await live.change(changeOf(support, 'eve', 'team-lead'));
      const kept = live.snapshot();
      if (!kept) assert.fail('there is no snapshot');
      const nowhere = kind === 'sqlite' ? 'sqlite:/nowhere/a.db' : 'postgres://ana@127.0.0.1:1/roles';
      const used: unknown[] = [];
      const later = database.follow(
        { kept: { read: () => Promise.resolve(kept), onUse: (what, fault) => used.push(what, fault) } },
        new DatabaseUrl(nowhere, '--database'),
      );
      await later.start();
      assert.deepEqual(used, [kept, undefined]);
      assert.isTrue(later.isStale);
      assert.equal(later.lastWordMs, kept.lastWordMs);
      assert.equal(decide(later, 'eve', 'conversation:assign'), 'granted');
      assert.equal(decide(later, 'eve', 'analytics:view'), 'not-granted');
      assert.equal(later.current?.revision, live.current?.revision);
    });

    // What somebody does who restores a backup, as far as a sidecar can see it.
    const takeBack = async (sequence: number): Promise<void> => {
      const tables = await publisher.database;
      const allow =
        kind === 'sqlite'
          ? 'DROP TRIGGER IF EXISTS rolebook_event_no_delete'
          : 'ALTER TABLE rolebook_event DISABLE TRIGGER USER';
      await tables.write(async (manager) => {
        await manager.query(allow);
        await manager.query(`DELETE FROM rolebook_member WHERE sequence >= ${sequence}`);
        await manager.query(`DELETE FROM rolebook_event WHERE sequence >= ${sequence}`);
      });
    };

    it('reads everything again when the history is another one, as after a backup was restored', async () => {
      await publisher.publish();
      const [asleep, other] = [database.follow(), database.follow()];
      for (const one of [live, asleep, other]) await one.start();
      await live.change(changeOf(support, 'eve', 'team-lead'));
      await live.change(changeOf(support, 'fay', 'member'));
      for (const one of [asleep, other]) await comesTo(one, 3, 3000);
      await takeBack(3);
      await untilDecision(live, 'fay', 'comment:send', 'not-a-member');
      assert.equal(decide(live, 'eve', 'conversation:assign'), 'granted');
      assert.equal(live.state?.sequence, 2);
      await other.change(changeOf(support, 'gil', 'member'));
      for (const one of [live, asleep, other]) {
        await untilDecision(one, 'gil', 'comment:send', 'granted');
        assert.equal(decide(one, 'fay', 'comment:send'), 'not-a-member');
        assert.deepEqual(one.state, other.state);
      }
    });
  });
}
