import { assert } from 'chai';
import { membershipTag } from '../../../../src/policy/text/history-token.ts';
import type { Database } from '../../../../src/store/database/database.ts';
import { events, members, releases } from '../../../../src/store/database/tables/entities.ts';
import { migrateDatabase } from '../../../../src/store/database/tables/migrate-database.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { readMembers } from '../../../../src/store/database/members/read-changes.ts';
import { readReleases } from '../../../../src/store/database/releases/read-releases.ts';
import { restoreRelease } from '../../../support/restore-release.ts';
import { atMs, change, onEachDatabase, publicationOf, request } from '../../../support/opened-databases.ts';

const support = 'policies/support.yaml';
const first = publicationOf();
const second = publicationOf({ [support]: (text) => `${text}# another\n` });

/** Takes away what this version added, as if an earlier one had written it all. */
async function makeEarlier(database: Database, more: readonly string[] = []): Promise<void> {
  const statements = [
    'DROP TABLE rolebook_branch',
    'DROP TABLE rolebook_change',
    'ALTER TABLE rolebook_release DROP COLUMN digest',
    'ALTER TABLE rolebook_member DROP COLUMN token',
    'DELETE FROM rolebook_migration WHERE id >= 3',
    ...more,
  ];
  await database.write(async (manager) => {
    for (const statement of statements) await manager.query(statement);
  });
}

function refusalOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was done',
    (error: unknown) => String(error),
  );
}

onEachDatabase('a database of an earlier version, which had no digests', (opened) => {
  beforeEach(async () => {
    const { database } = opened();
    await publishRelease(database, first);
    await publishRelease(database, second);
  });

  it('gets those of the policies that were published, and shows the same revisions', async () => {
    const { database } = opened();
    const before = await readReleases(database, 9);
    await makeEarlier(database);
    await migrateDatabase(database);
    const after = await readReleases(database, 9);
    assert.deepEqual(after, before);
    assert.deepEqual(
      after.map(({ digest }) => digest),
      [second.policy.digest, first.policy.digest],
    );
    assert.equal((await publishRelease(database, second)).outcome, 'unchanged');
    const by = { author: 'wim', atMs };
    const restored = await restoreRelease(database, first.policy.revision, by);
    assert.deepInclude(restored.release, { digest: first.policy.digest, restores: 1 });
  });

  it('takes no files for a policy that they are not', async () => {
    const { database } = opened();
    await makeEarlier(database, [
      `UPDATE rolebook_release_file SET digest =
        (SELECT digest FROM rolebook_release_file WHERE sequence = 1 AND path = '${support}')
        WHERE sequence = 2 AND path = '${support}'`,
    ]);
    await migrateDatabase(database);
    const digests = (await readReleases(database, 9)).map(({ digest }) => digest);
    assert.deepEqual(digests, ['', first.policy.digest]);
    const { outcome, release } = await publishRelease(database, second);
    assert.deepEqual([outcome, release.sequence], ['published', 3]);
  });

  it('gets the token of each membership from its change, and lets a request be sent again', async () => {
    const { database } = opened();
    const { policy } = second;
    const idempotency = { key: 'k', digest: 'd' };
    await change(database, policy, request('eve', ['member']));
    const asked = request('dee', ['member'], { idempotency });
    const given = await change(database, policy, asked);
    await makeEarlier(database);
    await database.write(async (manager) => {
      const row = await manager.query<{ answer: string }[]>('SELECT answer FROM rolebook_idempotency');
      const answer = JSON.parse(row[0]?.answer ?? '') as { after: { token?: string } };
      delete answer.after.token;
      await manager.query(`UPDATE rolebook_idempotency SET answer = '${JSON.stringify(answer)}'`);
    });
    await migrateDatabase(database);
    const held = await database.read(readMembers);
    const history = await database.read((manager) => manager.find(events));
    for (const { sequence, token } of held) {
      assert.equal(token, history.find((event) => event.sequence === sequence)?.token);
    }
    assert.deepEqual((await change(database, policy, asked)).after, given.after);
    const wrong = request('dee', ['trainee'], { precondition: { kind: 'match', tags: ['4', ''] } });
    assert.include(await refusalOf(change(database, policy, wrong)), 'changed meanwhile');
    const tags = [membershipTag(given.state.token)];
    const right = request('dee', ['trainee'], { precondition: { kind: 'match', tags } });
    assert.equal((await change(database, policy, right)).outcome, 'changed');
  });

  it('gives a membership whose change was lost no tag that could be named', async () => {
    const { database } = opened();
    await change(database, second.policy, request('dee', ['member']));
    await database.write((manager) => manager.update(members, { subjectId: 'dee' }, { token: '' }));
    for (const tags of [[''], ['0'.repeat(24)], ['', 'x']]) {
      const asked = request('dee', ['trainee'], { precondition: { kind: 'match', tags } });
      assert.include(await refusalOf(change(database, second.policy, asked)), 'changed meanwhile');
    }
    const any = request('dee', ['trainee'], { precondition: { kind: 'match', tags: 'any' } });
    assert.equal((await change(database, second.policy, any)).outcome, 'changed');
  });

  it('has no release that is taken for a policy without a digest', async () => {
    const { database } = opened();
    await database.write((manager) => manager.update(releases, { sequence: 2 }, { digest: '' }));
    assert.equal((await publishRelease(database, second)).outcome, 'published');
  });
});
