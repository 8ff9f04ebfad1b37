import { expect } from 'chai';
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
    expect(changed.status, changed.text).to.be.oneOf([200, 201]);
    const { revision: minRevision } = changed.json as { revision: string };
    const body = { subject: name, workspace: 'support', permission: 'ticket:close', minRevision };
    const ask = (other: DatabaseSidecar): Promise<Reply> => other.call('/v1/enforce', { method: 'POST', body });
    for (const reply of await Promise.all(sidecars.map(ask))) {
      expect(reply.status, reply.text).to.equal(200);
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
      expect(answers.flat().length).to.equal(people.length * rounds * sidecarCount);
      expect(answers.flat()).not.to.include(false);
      // Four publications, and each change once.
      const last = 4 + people.length * rounds;
      for (const { live } of sidecars) {
        expect(await comesTo(live, last, 3000)).to.equal(true);
        expect(live.state?.sequence).to.equal(last);
        expect(live.members.size).to.equal(0);
      }
      await disposeDatabaseSidecars();
      await databases.dispose();
    });
  });
}
