import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { testDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import type { Reply } from '../../support/running-sidecar.ts';
import { comesTo } from '../../support/comes-to.ts';

const sidecarCount = 4;
const people = ['kim', 'lea', 'leo', 'lia'];
const rounds = 10;

/** Gives somebody a role and takes it away again, each time at another sidecar, and asks all of them after each answer. */
async function changeAndAsk(sidecars: readonly DatabaseSidecar[], name: string, first: number): Promise<boolean[]> {
  const path = `/v1/workspaces/support/members/${name}`;
  const answers: boolean[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isGiven = round % 2 === 0;
    const at = sidecars[(first + round) % sidecars.length] as DatabaseSidecar;
    const changed = isGiven
      ? await at.put(path, { roles: ['agent'], actor: 'mia' })
      : await at.remove(`${path}?actor=mia`);
    assert.oneOf(changed.status, [200, 201], changed.text);
    const { revision: minRevision } = changed.json as { revision: string };
    const body = { subject: name, workspace: 'support', permission: 'ticket:close', minRevision };
    const ask = (other: DatabaseSidecar): Promise<Reply> => other.call('/v1/enforce', { method: 'POST', body });
    for (const reply of await Promise.all(sidecars.map(ask))) {
      assert.strictEqual(reply.status, 200, reply.text);
      answers.push((reply.json as { decision: boolean }).decision === isGiven);
    }
  }
  return answers;
}

for (const { kind, open } of testDatabases) {
  describe(`several sidecars of ${kind}`, () => {
    after(disposeDatabaseSidecars);

    it('never give an older answer than a change, while others change members and publish', async function () {
      this.timeout(90_000);
      const databases = await open();
      const url = await databases.create();
      const files = memberPolicyFiles();
      await publish(url, files);
      const sidecars: DatabaseSidecar[] = [];
      for (let index = 0; index < sidecarCount; index += 1) {
        sidecars.push(await runDatabaseSidecar(url, { id: `sidecar-${index}` }));
      }
      const publications = async (): Promise<void> => {
        for (const title of ['One', 'Two', 'Three']) {
          const text = files['policies/acme/support.yaml'] ?? '';
          await publish(url, { ...files, 'policies/acme/support.yaml': text.replace('Support', title) });
        }
      };
      const [answers] = await Promise.all([
        Promise.all(people.map((name, index) => changeAndAsk(sidecars, name, index))),
        publications(),
      ]);
      assert.strictEqual(answers.flat().length, people.length * rounds * sidecarCount);
      assert.notInclude(answers.flat(), false);
      // Four publications, and each change once.
      const last = 4 + people.length * rounds;
      for (const { live } of sidecars) {
        assert.strictEqual(await comesTo(live, last, 3000), true);
        assert.strictEqual(live.state?.sequence, last);
        assert.strictEqual(live.members.size, 0);
      }
      await disposeDatabaseSidecars();
      await databases.dispose();
    });
  });
}
