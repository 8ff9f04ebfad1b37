import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { assert } from 'chai';
import { publishRelease } from '../../src/store/database/releases/publish-release.ts';
import { createPolicyFolder, smallPolicy } from '../support/policy-folder.ts';
import {
  addedRulesOf,
  change,
  historyOf,
  membersOf,
  onEachDatabase,
  publicationOf,
  request,
} from '../support/opened-databases.ts';

const { policy } = publicationOf();

function startScript(name: string, ...args: string[]) {
  const script = new URL(name, import.meta.url).pathname;
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

onEachDatabase('a process killed in the middle', (opened) => {
  beforeEach(() => publishRelease(opened().database, publicationOf()));

  it('has lost none of the memberships it was told are kept, and left no part of another', async () => {
    const { text, database } = opened();
    const told: string[] = [];
    const writers = ['ana', 'bo'].map((name, index) => {
      const writer = startScript('killed-writer.js', text, name);
      let said = '';
      let count = 0;
      writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        const lines = said.split('\n');
        said = lines.pop() ?? '';
        told.push(...lines);
        // Each at another moment, so that the statement they are killed in is not always the same.
        count += lines.length;
        if (count >= 12 + index * 7) writer.kill('SIGKILL');
      });
      return once(writer, 'exit');
    });
    for (const [, signal] of (await Promise.all(writers)) as [null, string][]) assert.equal(signal, 'SIGKILL');
    assert.isAtLeast(told.length, 31);
    // The server may still be busy with the last statement of a dead client; whoever comes next waits for it.
    await change(database, policy, request('zoe', ['member']));
    const members = await membersOf(database);
    const names = members.map((member) => member.split(' ')[0] ?? '');
    assert.includeMembers(names, told);
    // Acknowledged or not, a change is there whole or not at all.
    const rules = await addedRulesOf(database);
    const wanted = names.flatMap((name) =>
      ['role:member', 'role:support/trainee']
        .filter((role) => name !== 'zoe' || role === 'role:member')
        .map((role) => `g user:${name} ${role} support`),
    );
    assert.sameMembers(rules, wanted);
    const history = await historyOf(database);
    assert.deepEqual(
      history.map((event) => Number.parseInt(event, 10)),
      history.map((_event, index) => index + 1),
    );
    assert.lengthOf(history, names.length + 1);
  }).timeout(60_000);

  it('has moved nobody when it was a publisher', async () => {
    const { text, database } = opened();
    await change(database, policy, request('dee', ['team-lead']));
    await change(database, policy, request('eve', ['trainee']));
    const [members, rules, history] = [
      await membersOf(database),
      await addedRulesOf(database),
      await historyOf(database),
    ];
    const edit = (yaml: string): string => yaml.replace('members:', 'members:\n  dee: member\n  eve: member');
    const folder = await createPolicyFolder({
      ...smallPolicy(),
      'policies/support.yaml': edit(smallPolicy()['policies/support.yaml'] ?? ''),
    });
    try {
      for (const moment of ['rules', 'release']) {
        const [, signal] = (await once(
          startScript('killed-publisher.js', text, folder.root, moment),
          'exit',
        )) as string[];
        assert.equal(signal, 'SIGKILL', moment);
        assert.deepEqual(await membersOf(database), members);
        assert.deepEqual(await addedRulesOf(database), rules);
        assert.deepEqual(await historyOf(database), history);
      }
    } finally {
      await folder.dispose();
    }
    const { moves, state } = await publishRelease(database, publicationOf({ 'policies/support.yaml': edit }));
    assert.lengthOf(moves, 2);
    assert.equal(state.sequence, 6);
    assert.deepEqual(await addedRulesOf(database), []);
  }).timeout(60_000);
});
