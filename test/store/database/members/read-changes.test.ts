import { assert } from 'chai';
import type { RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import { limits } from '../../../../src/policy/limits.ts';
import { appendEvents } from '../../../../src/store/database/members/append-events.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { readChanges, readMembers, readState } from '../../../../src/store/database/members/read-changes.ts';
import { change, onEachDatabase, publicationOf, request, stateOf, support } from '../../../support/opened-databases.ts';

const happenedAt = '2026-11-20T09:00:00.000Z';
const { policy } = publicationOf();

onEachDatabase('what happened since a state', (opened) => {
  beforeEach(() => publishRelease(opened().database, publicationOf()));

  it('is nothing, the last value of each membership, or not known', async () => {
    const { database } = opened();
    const since = await stateOf(database);
    const changesSince = (state: typeof since) => database.read((manager) => readChanges(manager, state));
    assert.deepEqual(await changesSince(since), { state: since, members: [], hasRelease: false });
    await change(database, policy, request('dee', ['member']));
    const { after, state } = await change(database, policy, request('dee', ['trainee']));
    assert.deepEqual(await changesSince(since), { state, members: [after as RuntimeMember], hasRelease: false });
    assert.equal(await changesSince({ ...since, token: 'restored' }), 'unknown');
    assert.equal(await changesSince({ ...state, sequence: 9 }), 'unknown');
  });

  it('gives nothing to an id that no door lets in, whoever wrote its row', async () => {
    const { database } = opened();
    const since = await stateOf(database);
    const ids = ['dee', 'd\u200bee', '\u0501ee', '\u202edee', 'dee '];
    await database.write(async (manager) => {
      await appendEvents(
        manager,
        await readState(manager),
        ids.map((id) => ({
          place: support,
          subject: { type: 'user', id },
          before: [],
          after: [{ role: 'member' }],
          actorType: 'user',
          actorId: 'ana',
          reason: undefined,
          release: undefined,
        })),
        happenedAt,
      );
      for (const [index, id] of ids.entries())
        await manager.query(
          `INSERT INTO rolebook_member (place_kind, place, subject_type, subject_id, assignments, rules, sequence)
            VALUES ('workspace', 'support', 'user', '${id}', '[{"role":"member"}]', '[]', ${index + 2})`,
        );
    });
    const changes = await database.read((manager) => readChanges(manager, since));
    if (changes === 'unknown') assert.fail('it is not told');
    const held = changes.members.map(({ subject, assignments }) => [subject.id, assignments.length]);
    assert.deepEqual(
      held,
      ids.map((id) => [id, id === 'dee' ? 1 : 0]),
    );
    const members = await database.read((manager) => readMembers(manager));
    assert.deepEqual(
      members.map(({ subject }) => subject.id),
      ['dee'],
    );
  });

  it('is not told one by one when it is too much', async () => {
    const { database } = opened();
    const since = await stateOf(database);
    const event = (index: number) => ({
      place: support,
      subject: { type: 'user', id: `u${index % 3}` },
      before: [],
      after: [{ role: 'member' }],
      actorType: 'user',
      actorId: 'ana',
      reason: undefined,
      release: undefined,
    });
    const append = (count: number) =>
      database.write(async (manager) =>
        appendEvents(
          manager,
          await readState(manager),
          Array.from({ length: count }, (_none, index) => event(index)),
          happenedAt,
        ),
      );
    await append(limits.databaseChangesAtOnce);
    const changes = await database.read((manager) => readChanges(manager, since));
    if (changes === 'unknown') assert.fail('it is not told');
    assert.lengthOf(changes.members, 3);
    assert.equal(changes.state.sequence, limits.databaseChangesAtOnce + 1);
    await append(1);
    assert.equal(await database.read((manager) => readChanges(manager, since)), 'unknown');
    assert.notEqual(await database.read((manager) => readChanges(manager, changes.state)), 'unknown');
  }).timeout(60_000);
});
