import { assert } from 'chai';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { ThreadedWriter } from '../../../../src/store/database/publishing/threaded-writer.ts';
import { commitsOf, PublishedRepository, releasesOf } from '../../../support/branch-publishers.ts';
import { builtModule } from '../../../support/built-module.ts';
import { onEachDatabase } from '../../../support/opened-databases.ts';
import { smallPolicy } from '../../../support/policy-folder.ts';

const support = 'policies/support.yaml';
const supportText = smallPolicy()[support] ?? '';

onEachDatabase('a publisher with a thread of its own', (opened) => {
  let repository: PublishedRepository;
  beforeEach(async () => {
    repository = await PublishedRepository.start();
  });
  afterEach(() => repository.dispose());

  const push = async (text: string): Promise<string> => {
    await repository.policy.write(support, text);
    return repository.policy.commit();
  };

  it('tells what is published, what is refused, and what the database says', async () => {
    const { text, database } = opened();
    const entry = new URL(builtModule('store/database/publishing/publish-thread'));
    const writerFor = (url: string): ThreadedWriter =>
      new ThreadedWriter(new DatabaseUrl(url, '--database'), '/', entry);
    const publisher = repository.publisher(text, { writer: writerFor(text) });
    const first = repository.policy.commit();
    assert.equal((await publisher.reload('start')).outcome, 'loaded');
    await push(supportText.replace('extends: member', 'extends: membr'));
    const { error, problems } = await publisher.reload('request');
    assert.match(
      error ?? '',
      /has \d problems?: policies\/support\.yaml:\d+:\d+: role `team-lead` extends unknown role `membr`/,
    );
    assert.isNotEmpty(problems);
    const nowhere = repository.publisher(text, { writer: writerFor('sqlite:/nowhere/releases.db') });
    assert.match((await nowhere.reload('start')).error ?? '', /cannot be created: there is no such folder/);
    assert.equal(nowhere.looks.lastFailure?.kind, 'configuration');
    assert.deepEqual(await commitsOf(database), [first]);
  });

  it('ends it while it is at work, and leaves the database as it was', async () => {
    const { text, database } = opened();
    const entry = new URL(builtModule('store/database/publishing/publish-thread'));
    const writer = new ThreadedWriter(new DatabaseUrl(text, '--database'), '/', entry);
    const publisher = repository.publisher(text, { writer });
    repository.policy.commit();
    const looking = publisher.reload('start');
    await publisher.close();
    assert.include(['failed', 'loaded'], (await looking).outcome);
    assert.notEqual((await repository.publisher(text).reload('start')).outcome, 'failed');
    assert.lengthOf(await releasesOf(database), 1);
  });
});
