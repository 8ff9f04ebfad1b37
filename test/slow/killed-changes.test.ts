import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { assert } from 'chai';
import type { AskedChange } from '../../src/store/changes/asked-change.ts';
import type { Database } from '../../src/store/database/database.ts';
import {
  allChanges,
  allow,
  asked,
  changedTexts,
  changesOf,
  connectionTo,
  give,
  giveAtRunTime,
  idOf,
  publishedTexts,
  publishTexts,
} from '../support/changed-database.ts';
import { addedRulesOf, historyOf, membersOf, onEachDatabase } from '../support/opened-databases.ts';

/** All that a change could leave a part of. */
async function allOf(database: Database): Promise<unknown[]> {
  const count = async (table: string): Promise<unknown> => {
    const rows = await database.read((manager) => manager.query<unknown[]>(`SELECT * FROM ${table} ORDER BY 1, 2`));
    return rows;
  };
  return [
    ...(await Promise.all(['rolebook_release', 'rolebook_release_file', 'rolebook_change', 'casbin_rule'].map(count))),
    await historyOf(database),
    await membersOf(database),
  ];
}

onEachDatabase('a change whose process is killed in the middle', (opened) => {
  const change: AskedChange = asked([allow, give('dee', 'member'), give('cy', 'writer'), give('eve', 'writer')], {
    idempotency: { key: 'k', digest: 'd' },
  });
  const killedAt = async (moment: string): Promise<void> => {
    const script = new URL('killed-changer.js', import.meta.url).pathname;
    const argv = [script, opened().text, moment, JSON.stringify(change)];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const [, signal] = (await once(child, 'exit')) as string[];
    assert.equal(signal, 'SIGKILL', `${moment}: ${said}`);
  };

  it('is there whole or not at all, and once when it is sent again', async () => {
    const { database, text } = opened();
    await publishTexts(database, changedTexts);
    await giveAtRunTime(database, 'dee', ['writer']);
    const before = await allOf(database);
    for (const moment of ['3', '11', '19', '27', 'commit']) {
      await killedAt(moment);
      assert.deepEqual(await allOf(database), before, moment);
    }
    await killedAt('answer');
    const connection = connectionTo(text);
    try {
      const made = await allOf(database);
      const changes = changesOf(connection);
      const id = idOf(await changes.ask(change));
      assert.deepEqual(await allOf(database), made);
      const listed = (await changes.list(allChanges)).changes;
      assert.deepEqual(
        listed.map((one) => one.change),
        [id],
      );
      const support = (await publishedTexts(database))['policies/support.yaml'] ?? '';
      assert.include(support, '[doc:edit, people:manage]');
      assert.include(support, 'cy: writer');
      assert.sameMembers(await addedRulesOf(database), [
        'g user:dee role:member support',
        'g user:eve role:support/writer support',
      ]);
      assert.lengthOf(await historyOf(database), 5);
    } finally {
      await connection.close();
    }
  }).timeout(60_000);
});
