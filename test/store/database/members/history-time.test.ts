import { assert } from 'chai';
import type { Database } from '../../../../src/store/database/database.ts';
import { events } from '../../../../src/store/database/tables/entities.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { restoreRelease } from '../../../support/restore-release.ts';
import {
  addedRulesOf,
  atMs,
  change,
  onEachDatabase,
  publicationOf,
  request,
} from '../../../support/opened-databases.ts';

const { policy } = publicationOf();
const policies = 'policies/support.yaml';
const otherTitle = { [policies]: (text: string) => text.replace('Team lead', 'Lead') };
const later = '2999-01-01T00:00:00.000Z';

/** When each event happened, in the order of the history. */
function timesOf(database: Database): Promise<string[]> {
  return database.read(async (manager) => {
    const rows = await manager.find(events, { order: { sequence: 'ASC' } });
    return rows.map(({ happenedAt }) => happenedAt);
  });
}

/** An event of a writer whose clock is wrong, or a row that somebody damaged. */
async function addEvent(database: Database, happenedAt: string): Promise<void> {
  await database.write(async (manager) => {
    const [last] = await manager.query<{ sequence: number }[]>('SELECT max(sequence) AS sequence FROM rolebook_event');
    const values = `${(last?.sequence ?? 0) + 1}, '${'0'.repeat(32)}', '${happenedAt}', 'release', 1, 'ana'`;
    await manager.query(
      `INSERT INTO rolebook_event (sequence, token, happened_at, kind, release, actor_id) VALUES (${values})`,
    );
  });
}

/** Has the lock of writers until it is let go. */
async function holdLock(database: Database): Promise<() => Promise<void>> {
  let letGo = (): void => undefined;
  const until = new Promise<void>((resolve) => (letGo = resolve));
  let held = (): void => undefined;
  const isHeld = new Promise<void>((resolve) => (held = resolve));
  const holding = database.write(() => {
    held();
    return until;
  });
  await isHeld;
  return async () => {
    letGo();
    await holding;
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the rows for Casbin of the policy's own members say. */
function writtenRulesOf(database: Database): Promise<string[]> {
  return database.read(async (manager) => {
    const rows = await manager.query<{ v0: string; v1: string }[]>(
      "SELECT v0, v1 FROM casbin_rule WHERE id < 0 AND ptype = 'g' ORDER BY id",
    );
    return rows.map(({ v0, v1 }) => `${v0} ${v1}`);
  });
}

onEachDatabase('the times of a history', (opened) => {
  beforeEach(() => publishRelease(opened().database, publicationOf()));

  it('are those of the database, whatever clock a writer has', async () => {
    const { database } = opened();
    const before = new Date().toISOString();
    await change(database, policy, request('dee', ['member'], { atMs: 0 }));
    const { release } = await publishRelease(database, publicationOf(otherTitle, { atMs: Date.UTC(2099, 0) }));
    const times = await timesOf(database);
    const after = new Date().toISOString();
    for (const time of times.slice(1)) assert.isTrue(before <= time && time <= after, `${before} ${time} ${after}`);
    assert.equal(release.publishedAt, times[2]);
  });

  it('never go back, though the clock does', async () => {
    const { database } = opened();
    await addEvent(database, later);
    await change(database, policy, request('dee', ['team-lead']));
    const { release } = await publishRelease(database, publicationOf(otherTitle));
    await change(database, policy, request('dee', []));
    await restoreRelease(database, policy.revision, { author: 'pat', atMs });
    assert.deepEqual((await timesOf(database)).slice(1), [later, later, later, later, later]);
    assert.equal(release.publishedAt, later);
  });

  it('are not handed on from an event whose time is none', async () => {
    const { database } = opened();
    const none = ['soon', '', '9999', '2999-01-01', '2999-01-01T00:00:00Z', `${later} `, 'z'.repeat(24)];
    for (const [index, damaged] of none.entries()) {
      await addEvent(database, damaged);
      await change(database, policy, request(`dee${index}`, ['member']));
      const [found = ''] = (await timesOf(database)).slice(-1);
      assert.match(found, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, damaged);
      assert.isBelow(Date.parse(found), Date.now() + 1000, damaged);
    }
  });

  it('are of when it was written, and not of when somebody began to wait for it', async () => {
    const { database, connect } = opened();
    const other = await connect('write');
    for (const write of [
      () => change(database, policy, request('dee', ['member'])),
      () => publishRelease(database, publicationOf(otherTitle)),
      () => restoreRelease(database, policy.revision, { author: 'pat', atMs }),
    ]) {
      const letGo = await holdLock(other);
      const writing = write();
      await pause(200);
      const freeMs = Date.now();
      await letGo();
      await writing;
      const [last = ''] = (await timesOf(database)).slice(-1);
      assert.isAtLeast(Date.parse(last), freeMs);
    }
  });

  it('are in order when several write at once', async () => {
    const { connect, database } = opened();
    const writers = [database, await connect('write'), await connect('write')];
    await Promise.all(
      writers.map(async (writer, index) => {
        for (let turn = 0; turn < 6; turn += 1)
          await change(writer, policy, request(`dee${index}-${turn}`, ['member'])).catch(() => undefined);
      }),
    );
    const times = await timesOf(database);
    assert.isAbove(times.length, 10);
    assert.deepEqual(times, [...times].sort());
  });
});

onEachDatabase('the rows of a publication that waited', (opened) => {
  const period = '[{ role: member, from: 2026-11-20T10:00:00Z, until: 2026-11-20T11:00:00Z }]';
  const timed = { [policies]: (text: string) => text.replace('cy@acme.example: member', `cy@acme.example: ${period}`) };
  const dee = { role: 'member', from: '2026-11-20T10:00:00Z', until: '2026-11-20T11:00:00Z' };
  const hour = 60 * 60 * 1000;

  it('have the memberships of when it was written: begun, ended, and with a clock that was set back', async () => {
    const { database, connect } = opened();
    await publishRelease(database, publicationOf());
    await change(database, policy, request('dee', [dee]));
    const other = await connect('write');
    // From, to, and who holds it then.
    for (const [index, [began, written, isHeld]] of (
      [
        [0, 1, true],
        [1, 2, false],
        [1, 0, false],
        [2, 1, true],
      ] as const
    ).entries()) {
      let nowMs = atMs + began * hour;
      const letGo = await holdLock(other);
      const edit = { [policies]: (text: string) => timed[policies](text).replace('Team lead', `Lead ${index}`) };
      const publishing = publishRelease(database, publicationOf(edit, { now: () => nowMs }));
      await pause(50);
      nowMs = atMs + written * hour;
      await letGo();
      const { release } = await publishing;
      assert.equal(release.rulesAt, new Date(nowMs).toISOString());
      const [rows, added] = [await writtenRulesOf(database), await addedRulesOf(database)];
      assert.equal(rows.includes('user:cy@acme.example role:member'), isHeld, `${began} to ${written}`);
      assert.equal(added.includes('g user:dee role:member support'), isHeld, `${began} to ${written}`);
    }
  });

  it('have them, too, when the policy was published already', async () => {
    const { database, connect } = opened();
    await publishRelease(database, publicationOf(timed));
    let nowMs = atMs;
    const letGo = await holdLock(await connect('write'));
    const publishing = publishRelease(database, publicationOf(timed, { now: () => nowMs }));
    await pause(50);
    nowMs += hour;
    await letGo();
    assert.equal((await publishing).outcome, 'renewed');
    assert.include(await writtenRulesOf(database), 'user:cy@acme.example role:member');
  });
});
