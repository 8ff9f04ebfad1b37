import { assert } from 'chai';
import { runCommand } from '../../../support/command-line.ts';
import { commitsOf, PublishedRepository, releasesOf } from '../../../support/branch-publishers.ts';
import {
  allow,
  asked,
  changedTexts,
  changesOf,
  connectionTo,
  giveAtRunTime,
  idOf,
} from '../../../support/changed-database.ts';
import { onEachDatabase } from '../../../support/opened-databases.ts';

const support = 'policies/support.yaml';
const supportText = changedTexts[support] ?? '';
const roles = 'roles.yaml';
const rolesText = changedTexts[roles] ?? '';

onEachDatabase('a commit that a database does not take', (opened) => {
  let repository: PublishedRepository;
  beforeEach(async () => {
    repository = await PublishedRepository.start({ ...changedTexts });
  });
  afterEach(() => repository.dispose());

  const push = async (path: string, text: string): Promise<string> => {
    await repository.policy.write(path, text);
    return repository.policy.commit();
  };

  it('lacks a change that was made there: it is published when that was pulled into the repository', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    const first = repository.policy.commit();
    await publisher.reload('start');
    const connection = connectionTo(text);
    idOf(await changesOf(connection).ask(asked([allow])));
    await connection.close();
    // What is published already is not published over the change.
    assert.equal((await publisher.reload('request')).outcome, 'unchanged');
    const lacking = await push(support, supportText.replace('cy: member', 'cy: writer'));
    const { outcome, error } = await publisher.reload('poll');
    assert.equal(outcome, 'failed');
    assert.match(
      error ?? '',
      new RegExp(
        `^commit ${lacking.slice(0, 12)} by .* is refused: 1 change made in .* would be undone; .*\\\`rolebook pull\\\``,
      ),
    );
    assert.equal(publisher.looks.lastFailure?.kind, 'refused');
    const pulled = await runCommand(['pull', '--database', text], { cwd: repository.policy.root });
    assert.equal(pulled.exitCode, 0, pulled.all);
    const merged = repository.policy.commit('pulled');
    assert.equal((await publisher.reload('poll')).outcome, 'loaded');
    assert.deepEqual(await commitsOf(database), [first, undefined, merged]);
  });

  it('has members at run time break a rule: it is published when they do not any more', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    repository.policy.commit();
    await publisher.reload('start');
    await giveAtRunTime(database, 'dee', ['admin']);
    await push(roles, rolesText.replace('admin: { grants: ["*"] }', 'admin: { grants: ["*"], holders: 1 }'));
    const { outcome, error } = await publisher.reload('poll');
    assert.equal(outcome, 'failed');
    assert.match(
      error ?? '',
      /is refused: workspace `support` would have 2 holders of `admin`; .*; change these members/,
    );
    assert.lengthOf(await releasesOf(database), 1);
    await giveAtRunTime(database, 'dee', []);
    assert.equal((await publisher.reload('poll')).outcome, 'loaded');
    assert.lengthOf(await releasesOf(database), 2);
  });
});
