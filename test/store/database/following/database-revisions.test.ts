import { assert } from 'chai';
import { formatDatabaseRevision } from '../../../../src/policy/database-revision.ts';
import { limits } from '../../../../src/policy/limits.ts';
import { parseRevision } from '../../../../src/policy/text/revision-text.ts';
import type { DatabaseState } from '../../../../src/policy/runtime-member.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { KnownTokens } from '../../../../src/store/live/known-tokens.ts';
import { LiveDatabase } from '../../../../src/store/database/following/live-database.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import type { RevisionStand } from '../../../../src/store/live/policy-source.ts';
import { change, onEachDatabase, publicationOf, request } from '../../../support/opened-databases.ts';

const { policy } = publicationOf();

onEachDatabase('what is live, held against a revision', (opened) => {
  const states: DatabaseState[] = [];
  let live: LiveDatabase;

  beforeEach(async () => {
    const { database, text } = opened();
    states.splice(0, states.length, (await publishRelease(database, publicationOf())).state);
    for (const role of ['member', 'trainee', 'member', 'trainee', 'member']) {
      states.push((await change(database, policy, request('dee', [role]))).state);
    }
    live = new LiveDatabase(new DatabaseUrl(text, '--database'), { cwd: '/', pollMs: 2 ** 30 });
    await live.start();
  });
  afterEach(() => live.close());

  const told = (state: DatabaseState | undefined): string =>
    formatDatabaseRevision(policy.revision, state ?? assert.fail());
  const reach = (text: string, waitMs = 5000): RevisionStand | Promise<RevisionStand> =>
    live.reach(parseRevision(text) ?? assert.fail(text), waitMs);

  it('answers at once what it knows: the last change, and what it was told of before', async () => {
    assert.equal(reach(told(live.state)), 'reached');
    const older = reach(told(states[2]));
    assert.instanceOf(older, Promise, 'it has to be looked up');
    assert.equal(await older, 'reached');
    assert.equal(reach(told(states[2])), 'reached');
    const forged = { sequence: 3, token: '0'.repeat(32) };
    assert.deepEqual(reach(told(forged)), { refused: 'is not of the history of this database' });
  });

  it('answers many who ask at the same time, each for itself', async () => {
    const asked = Array.from({ length: 400 }, (_, index) => {
      const state = states[index % states.length] ?? assert.fail();
      return index % 2 === 0 ? state : { ...state, token: `1${state.token.slice(1)}`.replace(/^11/, '10') };
    });
    const stands = await Promise.all(asked.map(async (state) => reach(told(state))));
    for (const [index, stand] of stands.entries()) {
      const isRight = asked[index]?.token === states[index % states.length]?.token;
      assert.equal(stand === 'reached', isRight, told(asked[index]));
    }
  });

  it('waits for what is on its way, and not for what is not in the database', async () => {
    const { state } = await change(opened().database, policy, request('eve', ['member']));
    assert.equal(await reach(told(state)), 'reached');
    assert.equal(live.state?.sequence, state.sequence);
    const never = await reach(told({ sequence: state.sequence + 1, token: state.token }), 2 ** 30);
    assert.deepEqual(never, { refused: 'is not of the history of this database' });
  });

  it('does not guess while the database says nothing', async () => {
    await live.connection.close();
    assert.equal(reach(told(live.state)), 'reached');
    assert.equal(await reach(told(states[1])), 'late');
    assert.equal(await reach(told({ sequence: 99, token: '0'.repeat(32) }), 20), 'late');
  });

  it('forgets the tokens of a history that another one took the place of', async () => {
    const [, , third] = states;
    assert.equal(await reach(told(third)), 'reached');
    await opened().database.write(async (manager) => {
      const isSqlite = opened().database.url.kind === 'sqlite';
      const table = 'rolebook_event';
      // As another history has it; rolebook itself cannot change an event.
      if (isSqlite) await manager.query('DROP TRIGGER rolebook_event_no_update');
      else await manager.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
      await manager.query(`UPDATE ${table} SET token = '0' || substr(token, 1, 31)`);
    });
    await live.catchUp();
    assert.deepEqual(await reach(told(third)), { refused: 'is not of the history of this database' });
    assert.equal(reach(told(live.state)), 'reached');
  });
});

describe('tokens that are remembered', () => {
  it('are those noted last, as many as there is room for', () => {
    const tokens = new KnownTokens();
    for (let sequence = 1; sequence <= limits.knownTokens + 2; sequence += 1) {
      tokens.note({ sequence, token: String(sequence) });
      if (sequence === limits.knownTokens) tokens.note({ sequence: 1, token: '1' });
    }
    assert.equal(tokens.get(1), '1');
    assert.isUndefined(tokens.get(2));
    assert.isUndefined(tokens.get(3));
    assert.equal(tokens.get(4), '4');
    tokens.forgetAll();
    assert.isUndefined(tokens.get(4));
  });
});
