import { rm } from 'node:fs/promises';
import { assert } from 'chai';
import { DatabaseConnection } from '../../../../src/store/database/connection/database-connection.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { readMembers } from '../../../../src/store/database/members/read-changes.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { branches } from '../../../../src/store/database/tables/entities.ts';
import { UntrustedSource } from '../../../../src/store/live/source-failure.ts';
import { writerHere, type CommitWriter } from '../../../../src/store/database/publishing/commit-writer.ts';
import { commitsOf, PublishedRepository, releasesOf } from '../../../support/branch-publishers.ts';
import { change, onEachDatabase, publicationOf, request } from '../../../support/opened-databases.ts';
import { smallPolicy } from '../../../support/policy-folder.ts';
import { restoreRelease } from '../../../support/restore-release.ts';

const support = 'policies/support.yaml';
const supportText = smallPolicy()[support] ?? '';
const by = { author: 'wim', atMs: Date.now() };

onEachDatabase('a publisher of a branch', (opened) => {
  let repository: PublishedRepository;
  beforeEach(async () => {
    repository = await PublishedRepository.start();
  });
  afterEach(() => repository.dispose());

  const push = async (text: string): Promise<string> => {
    await repository.policy.write(support, text);
    return repository.policy.commit();
  };
  const pushMember = (member: string): Promise<string> => push(`${supportText}  ${member}: team-lead\n`);

  it('publishes each commit that it finds with its commit and author, once', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    const first = repository.policy.commit();
    assert.equal((await publisher.reload('start')).outcome, 'loaded');
    assert.equal((await publisher.reload('request')).outcome, 'unchanged');
    const second = await pushMember('nora@acme.example');
    await publisher.reload('news');
    const releases = await releasesOf(database);
    assert.deepEqual(
      releases.map(({ commit, author, counts }) => [commit, author, counts.members]),
      [
        [first, 'Ana <ana@acme.example>', 5],
        [second, 'Ana <ana@acme.example>', 6],
      ],
    );
    assert.equal(publisher.commit, second);
    // So does one that begins anew, with a clone of its own.
    assert.equal((await repository.publisher(text).reload('start')).outcome, 'unchanged');
    assert.lengthOf(await releasesOf(database), 2);
  });

  it('makes no release of a commit that changes nothing of the policy, and does not publish it later either', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    repository.policy.commit();
    await publisher.reload('start');
    await repository.policy.write('README.md', 'words');
    const words = repository.policy.commit();
    assert.equal((await publisher.reload('request')).outcome, 'unchanged');
    assert.lengthOf(await releasesOf(database), 1);
    assert.equal(publisher.commit, words);
    assert.deepEqual(
      (await database.read((manager) => manager.find(branches))).map(({ commit, release }) => [commit, release]),
      [[words, 1]],
    );
  });

  it('keeps the last good commit published while the newest has problems, says which in one line, and goes on', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    const first = repository.policy.commit();
    await publisher.reload('start');
    const broken = await push(supportText.replace('member', 'membr'));
    const { outcome, error, problems } = await publisher.reload('request');
    assert.equal(outcome, 'failed');
    assert.match(
      error ?? '',
      new RegExp(
        `^commit ${broken.slice(0, 12)} by Ana <ana@acme.example> has 1 problem: policies/support\\.yaml:\\d+:`,
      ),
    );
    assert.lengthOf(problems, 1);
    assert.equal(publisher.looks.lastFailure?.kind, 'problems');
    assert.deepEqual(await commitsOf(database), [first]);
    const mended = await pushMember('nora@acme.example');
    assert.equal((await publisher.reload('request')).outcome, 'loaded');
    assert.isUndefined(publisher.looks.failing);
    assert.deepEqual(await commitsOf(database), [first, mended]);
  });

  it('refuses commits in which there is nothing to publish, each with what would be right', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    const first = repository.policy.commit();
    await publisher.reload('start');
    const refusals: readonly (readonly [spoil: () => Promise<void>, says: RegExp])[] = [
      [() => repository.policy.remove('roles.yaml'), /has no `roles\.yaml` at its top; say with `--path DIR`/],
      [() => repository.policy.remove(support), /has no workspace left; the last good policy stays published/],
      [() => repository.policy.write('.rolebook/pulled', 'nonsense'), /\.rolebook\/pulled:1: is no revision/],
      [() => repository.policy.write('.rolebook/pulled', '#'.repeat(70_000)), /is longer than such a file can be/],
    ];
    for (const [spoil, says] of refusals) {
      await spoil();
      repository.policy.commit();
      const { outcome, error } = await publisher.reload('request');
      assert.equal(outcome, 'failed');
      assert.match(error ?? '', says);
      assert.equal(publisher.looks.lastFailure?.kind, 'refused');
      repository.policy.git('reset', '--hard', '--quiet', first);
      assert.equal((await publisher.reload('request')).outcome, 'unchanged');
    }
    assert.deepEqual(await commitsOf(database), [first]);
  });

  it('publishes what a forced push left, be it an older commit, and what comes after it', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    const first = repository.policy.commit();
    await publisher.reload('start');
    const second = await pushMember('nora@acme.example');
    await publisher.reload('request');
    repository.policy.git('reset', '--hard', '--quiet', first);
    await publisher.reload('request');
    const third = await pushMember('dee@acme.example');
    await publisher.reload('request');
    assert.deepEqual(await commitsOf(database), [first, second, first, third]);
  });

  it('leaves a rollback by hand alone until the branch has another commit, also after a start', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    const first = repository.policy.commit();
    await publisher.reload('start');
    const second = await pushMember('nora@acme.example');
    await publisher.reload('request');
    const [restored] = await releasesOf(database);
    await restoreRelease(database, restored?.revision ?? '', by);
    assert.equal((await publisher.reload('request')).outcome, 'unchanged');
    assert.equal((await repository.publisher(text).reload('start')).outcome, 'unchanged');
    assert.lengthOf(await releasesOf(database), 3);
    await repository.policy.write('README.md', 'words');
    const next = repository.policy.commit();
    await publisher.reload('request');
    assert.deepEqual(await commitsOf(database), [first, second, first, next]);
  });

  it('takes up where a pipeline left off that published the commits before', async () => {
    const { text, database } = opened();
    const commit = repository.policy.commit();
    await publishRelease(database, publicationOf({}, { commit: 'c0ffee' }));
    await publishRelease(
      database,
      publicationOf({ [support]: (was) => `${was}  nora@acme.example: team-lead\n` }, { commit }),
    );
    const [before] = await releasesOf(database);
    await restoreRelease(database, before?.revision ?? '', by);
    const publisher = repository.publisher(text);
    assert.equal((await publisher.reload('start')).outcome, 'unchanged');
    assert.lengthOf(await releasesOf(database), 3);
  });

  it('keeps members at run time, moves them with their roles, and refuses what would end them until it is mended', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    repository.policy.commit();
    await publisher.reload('start');
    await change(database, publicationOf().policy, request('dee@acme.example', ['trainee']));
    const held = async (): Promise<unknown[]> =>
      (await database.read(readMembers)).map(({ place, assignments }) => [place.id, assignments[0]?.role]);
    await push(
      supportText.replaceAll('trainee', 'beginner').replace('roles:', 'retired: { trainee: beginner }\nroles:'),
    );
    assert.equal((await publisher.reload('request')).outcome, 'loaded');
    assert.deepEqual(await held(), [['support', 'beginner']]);
    const renamed = (former: string): string =>
      supportText.replaceAll('trainee', 'beginner').replace('workspace: support\n', `workspace: help\n${former}`);
    await push(renamed(''));
    const { error } = await publisher.reload('request');
    assert.match(error ?? '', /would end 1 membership given at run time; if they are to end, .*`--end-memberships 1`/);
    assert.equal(publisher.looks.lastFailure?.kind, 'refused');
    assert.deepEqual(await held(), [['support', 'beginner']]);
    await push(renamed('formerly: support\n'));
    assert.equal((await publisher.reload('request')).outcome, 'loaded');
    assert.deepEqual(await held(), [['help', 'beginner']]);
  });

  it('publishes a commit that was refused as soon as the database takes it, and asks only when something changed there', async () => {
    const { text, database } = opened();
    let attempts = 0;
    const connection = new DatabaseConnection(new DatabaseUrl(text, '--database'), '/');
    const own = writerHere(() => connection.writer());
    const writer: CommitWriter = {
      publish: (found) => {
        attempts += 1;
        return own.publish(found);
      },
      close: () => own.close(),
    };
    const publisher = repository.publisher(text, { writer });
    repository.policy.commit();
    await publisher.reload('start');
    const { policy } = publicationOf();
    await change(database, policy, request('dee@acme.example', ['trainee']));
    await push('workspace: help\n');
    const tried = async (trigger: 'poll' | 'request'): Promise<unknown> => {
      attempts = 0;
      return [(await publisher.reload(trigger)).outcome, attempts];
    };
    assert.deepEqual(await tried('poll'), ['failed', 1]);
    assert.deepEqual(await tried('poll'), ['failed', 0]);
    assert.deepEqual(await tried('request'), ['failed', 1]);
    await change(database, policy, request('dee@acme.example', []));
    assert.deepEqual(await tried('poll'), ['loaded', 1]);
    await connection.close();
  });

  it('believes no commit that is not signed by who may, published or not', async () => {
    const { text, database } = opened();
    let isBelieved = false;
    const signatures = {
      require: () =>
        isBelieved ? Promise.resolve() : Promise.reject(new UntrustedSource('nobody signed it', 'sign it')),
    };
    const publisher = repository.publisher(text, { signatures });
    repository.policy.commit();
    assert.equal((await publisher.reload('start')).outcome, 'failed');
    assert.equal(publisher.looks.lastFailure?.kind, 'untrusted');
    assert.isEmpty(await releasesOf(database));
    isBelieved = true;
    assert.equal((await publisher.reload('request')).outcome, 'loaded');
  });

  it('tells a repository that is away from a database that is, and goes on when they are back', async () => {
    const { text, database } = opened();
    let isAway = false;
    const publisher = repository.publisher(text);
    const cut = repository.publisher(text, {
      read: (work) => (isAway ? Promise.reject(new Error('the database is away')) : database.read(work)),
    });
    repository.policy.commit();
    repository.server.mood = 'failing';
    assert.match((await publisher.reload('start')).error ?? '', /cannot be fetched/);
    assert.isUndefined(publisher.lastWordMs);
    repository.server.mood = 'well';
    assert.equal((await publisher.reload('poll')).outcome, 'loaded');
    await cut.reload('start');
    const heard = cut.lastWordMs ?? 0;
    isAway = true;
    await pushMember('nora@acme.example');
    assert.equal((await cut.reload('poll')).error, 'the database is away');
    assert.isAtLeast(cut.lastWordMs ?? 0, heard);
    isAway = false;
    assert.equal((await cut.reload('poll')).outcome, 'loaded');
    assert.lengthOf(await releasesOf(database), 2);
  });

  it('makes a damaged clone anew', async () => {
    const { text, database } = opened();
    const publisher = repository.publisher(text);
    repository.policy.commit();
    await publisher.reload('start');
    await rm(repository.cloneOf(0, 'objects'), { recursive: true });
    await pushMember('nora@acme.example');
    await publisher.reload('poll');
    await publisher.reload('poll');
    assert.lengthOf(await releasesOf(database), 2);
  });
});
