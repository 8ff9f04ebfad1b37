import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { assert } from 'chai';
import { RolebookError } from '../../src/policy/errors.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { LiveDatabase } from '../../src/store/database/following/live-database.ts';
import { ask } from '../support/compile-yaml.ts';
import { postgresServer, startPostgres, type OwnPostgres } from '../support/postgres-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { Gateway } from '../support/gateway.ts';
import { changeOf, Publisher, support, withEve } from '../support/database-fixture.ts';
import { comesTo } from '../support/comes-to.ts';

describe('a database that is followed, and fails', () => {
  const opened: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });

  const follow = (url: DatabaseUrl): LiveDatabase => {
    const live = new LiveDatabase(url, { cwd: '/', pollMs: 100 });
    opened.push(live);
    return live;
  };
  const decide = (live: LiveDatabase, id: string): string =>
    live.current?.engine.decide(ask(id, 'conversation:assign'), Date.now()) ?? 'no policy';
  const until = async (what: string, isThere: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 8 && !isThere(); turn += 1) await waitFor(what, isThere).catch(() => undefined);
    assert.isTrue(isThere(), what);
  };

  describe('a PostgreSQL that is killed', () => {
    let server: OwnPostgres;
    before(async function () {
      this.timeout(60_000);
      server = await startPostgres();
    });
    after(() => server.stop());

    it('leaves the decisions as they are, refuses changes, and is followed again when it is back', async function () {
      this.timeout(90_000);
      const url = new DatabaseUrl(await server.createDatabase(), '--database');
      const publisher = new Publisher(url);
      await publisher.publish();
      await publisher.close();
      const live = follow(url);
      await live.start();
      await live.change(changeOf(support, 'dan', 'team-lead'));
      server.kill();
      await until('a failed look', () => live.isStale);
      const { lastWordMs } = live;
      assert.equal(decide(live, 'dan'), 'granted');
      assert.equal(decide(live, 'eve'), 'not-a-member');
      const refused: unknown = await live.change(changeOf(support, 'dan')).catch((error: unknown) => error);
      assert.instanceOf(refused, RolebookError);
      assert.equal(refused.code, 'unavailable');
      assert.notMatch(inspect(refused, { depth: 9 }), /p%40ss|p@ss/);
      assert.isFalse(await comesTo(live, 3, 50));
      assert.equal(decide(live, 'dan'), 'granted');
      assert.equal(live.lastWordMs, lastWordMs);
      await server.start();
      await until('it heals', () => !live.isStale);
      assert.isAbove(live.lastWordMs ?? 0, lastWordMs ?? Infinity);
      const back = new Publisher(url);
      opened.push(back);
      await back.publish(withEve);
      await until('eve', () => decide(live, 'eve') === 'granted');
      assert.equal(decide(live, 'dan'), 'granted');
      assert.equal((await live.change(changeOf(support, 'dan'))).outcome, 'changed');
      assert.equal(decide(live, 'dan'), 'not-a-member');
    });

    it('is waited for by who starts meanwhile', async function () {
      this.timeout(90_000);
      const url = new DatabaseUrl(await server.createDatabase(), '--database');
      const publisher = new Publisher(url);
      await publisher.publish(withEve);
      await publisher.close();
      server.kill();
      const live = follow(url);
      await live.start();
      assert.isUndefined(live.current);
      // A connection that was taken just before is cut off instead.
      assert.match(live.lastReload?.error ?? '', /does not answer|cut the connection off/);
      await server.start();
      await until('eve', () => decide(live, 'eve') === 'granted');
    });
  });

  it('leaves the decisions as they are while it accepts and never answers, and heals', async function () {
    this.timeout(120_000);
    const server = await postgresServer();
    const text = await server.createDatabase();
    const publisher = new Publisher(new DatabaseUrl(text, '--database'));
    opened.push(publisher);
    await publisher.publish();
    const gateway = await Gateway.open(server.port);
    opened.push(gateway);
    const live = follow(new DatabaseUrl(text.replace(`:${server.port}/`, `:${gateway.port}/`), '--database'));
    await live.start();
    await live.change(changeOf(support, 'dan', 'team-lead'));
    gateway.fallSilent();
    const startedMs = performance.now();
    const refused = live.change(changeOf(support, 'dan')).catch((error: unknown) => error);
    await until('a failed look', () => live.isStale);
    assert.instanceOf(await refused, RolebookError);
    // A bound on how long somebody waits before a settings page, not a measurement.
    assert.isBelow(performance.now() - startedMs, 25_000);
    assert.equal(decide(live, 'dan'), 'granted');
    assert.equal(decide(live, 'eve'), 'not-a-member');
    await publisher.publish(withEve);
    gateway.speakAgain();
    await until('eve', () => decide(live, 'eve') === 'granted');
    assert.isFalse(live.isStale);
  });

  it('refuses to start when waiting would not help', async () => {
    const refusal = async (text: string): Promise<unknown> =>
      follow(new DatabaseUrl(text, '--database'))
        .start()
        .then(
          () => 'it started',
          (error: unknown) => (error instanceof RolebookError ? `${error.code}: ${error.message}` : error),
        );
    const url = await (await postgresServer()).createDatabase();
    assert.match(
      String(await refusal('sqlite:/nowhere/a.db')),
      /^configuration: `sqlite:\/nowhere\/a.db` is not there/,
    );
    assert.match(String(await refusal(`${url}x`)), /^configuration: .* no database of that name/);
    assert.match(String(await refusal(url.replace(/:[^:@]+@/, ':wrong@'))), /^configuration: .*refuses this user/);
  });

  describe('an SQLite file', () => {
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rolebook-live-'))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('that is taken away leaves the decisions as they are; another one in its place is read', async function () {
      this.timeout(30_000);
      const [place, other] = [join(folder, 'a.db'), join(folder, 'b.db')];
      for (const [path, edits] of [
        [place, {}],
        [other, withEve],
      ] as const) {
        const publisher = new Publisher(new DatabaseUrl(`sqlite:${path}`, '--database'));
        await publisher.publish(edits);
        await publisher.close();
      }
      const live = follow(new DatabaseUrl(`sqlite:${place}`, '--database'));
      await live.start();
      await live.change(changeOf(support, 'dan', 'team-lead'));
      // SQLite would apply the journal of the old file to the new one.
      for (const end of ['', '-wal', '-shm']) await rm(`${place}${end}`);
      await until('a failed look', () => live.isStale);
      assert.include(live.lastReload?.error, 'is not there');
      assert.equal(decide(live, 'dan'), 'granted');
      const refused: unknown = await live.change(changeOf(support, 'dan')).catch((error: unknown) => error);
      assert.instanceOf(refused, RolebookError);
      await rename(other, place);
      await until('eve', () => decide(live, 'eve') === 'granted');
      assert.equal(decide(live, 'dan'), 'not-a-member');
      assert.isFalse(live.isStale);
    });
  });
});
