import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { readMembers } from '../../../../src/store/database/members/read-changes.ts';
import type { BranchPublisher } from '../../../../src/store/database/publishing/branch-publisher.ts';
import { RemoteClone } from '../../../../src/store/remote/remote-clone.ts';
import { parseRemoteAddress } from '../../../../src/store/remote/remote-address.ts';
import { commitsOf, PublishedRepository, releasesOf } from '../../../support/branch-publishers.ts';
import { change, onEachDatabase, publicationOf, request } from '../../../support/opened-databases.ts';
import { smallPolicy } from '../../../support/policy-folder.ts';

const support = 'policies/support.yaml';
const supportText = smallPolicy()[support] ?? '';

onEachDatabase('publishers of one branch to one database', (opened, kind) => {
  let repository: PublishedRepository;
  beforeEach(async () => {
    repository = await PublishedRepository.start();
  });
  afterEach(() => repository.dispose());

  const push = async (member: string, role = 'team-lead'): Promise<string> => {
    await repository.policy.write(support, `${supportText}  ${member}: ${role}\n`);
    return repository.policy.commit(member);
  };

  const pushes = kind === 'postgres' ? 30 : 15;

  it(`publish each good one of ${pushes} pushes once at most, never an older one again, and at last the newest`, async function () {
    this.timeout(120_000);
    const { text, database } = opened();
    const first = repository.policy.commit();
    const publishers = [1, 2, 3].map(() => repository.publisher(text));
    await Promise.all(publishers.map((publisher) => publisher.reload('start')));
    await change(database, publicationOf().policy, request('dee@acme.example', ['trainee']));
    // What the branch pointed to, one after the other; a forced push goes back.
    const tips = [first];
    const broken = new Set<string>();
    let isDone = false;
    const look = async (publisher: BranchPublisher): Promise<void> => {
      while (!isDone) await publisher.reload('news');
      await publisher.reload('news');
    };
    const looking = Promise.all(publishers.map(look));
    for (let turn = 0; turn < pushes; turn += 1) {
      if (turn % 7 === 3) {
        repository.policy.git('reset', '--hard', '--quiet', 'HEAD~1');
        tips.push(repository.policy.git('rev-parse', 'HEAD'));
      }
      const member = `x${turn}@acme.example`;
      if (turn % 5 === 4) broken.add(await push(member, 'nobody-knows'));
      else tips.push(await push(member));
      await pause(30);
    }
    tips.push(await push('last@acme.example'));
    isDone = true;
    await looking;
    const published = await commitsOf(database);
    // Some of these nobody saw; but each release is of one that came after that of the release before it.
    let at = -1;
    for (const commit of published) {
      assert.isFalse(broken.has(commit ?? ''));
      at = tips.indexOf(commit ?? '', at + 1);
      assert.isAtLeast(at, 0, `${String(commit)} once more, or after a newer one`);
    }
    assert.equal(published.at(-1), tips.at(-1));
    assert.isAbove(published.length, 3);
    const [member] = await database.read(readMembers);
    assert.equal(member?.assignments[0]?.role, 'trainee');
    for (const publisher of publishers) assert.equal(publisher.commit, tips.at(-1));
  });

  it('do not go back where one of them fetched an older commit and was slow', async () => {
    const { text, database } = opened();
    const first = repository.policy.commit();
    const quick = repository.publisher(text);
    let hold: Promise<void> = Promise.resolve();
    let hasFetched: () => void = () => undefined;
    const address = parseRemoteAddress(repository.server.url, '--git');
    const clone = new RemoteClone({
      address,
      ref: 'refs/heads/main',
      prefix: '',
      credentials: {},
      folder: repository.cloneOf(99, ''),
    });
    const slowClone = {
      repository: clone.repository,
      fetchAnew: () => clone.fetchAnew(),
      close: () => clone.close(),
      fetch: async () => {
        const commit = await clone.fetch();
        hasFetched();
        await hold;
        return commit;
      },
    };
    const slow = repository.publisher(text, { clone: slowClone });
    await quick.reload('start');
    const second = await push('second@acme.example');
    let goOn: () => void = () => undefined;
    hold = new Promise((resolve) => (goOn = resolve));
    const fetched = new Promise<void>((resolve) => (hasFetched = resolve));
    const looking = slow.reload('news');
    await fetched;
    const third = await push('third@acme.example');
    await quick.reload('news');
    goOn();
    assert.equal((await looking).outcome, 'unchanged');
    assert.deepEqual(await commitsOf(database), [first, third]);
    assert.notInclude(await commitsOf(database), second);
    assert.equal(slow.commit, third);
  });

  it('leave what one of them had fetched to the others when it ends before it published', async () => {
    const { text, database } = opened();
    repository.policy.commit();
    let end: () => void = () => undefined;
    const ending = repository.publisher(text, {
      writer: {
        publish: () => new Promise((_resolve, reject) => (end = () => reject(new Error('it has ended')))),
        close: () => Promise.resolve(end()),
      },
    });
    const looking = ending.reload('start');
    const other = repository.publisher(text);
    assert.equal((await other.reload('start')).outcome, 'loaded');
    await ending.close();
    assert.equal((await looking).outcome, 'failed');
    assert.lengthOf(await releasesOf(database), 1);
  });

  it('of two branches each publish their own, and none again what it published', async () => {
    const { text, database } = opened();
    const main = repository.policy.commit();
    repository.policy.git('checkout', '--quiet', '-b', 'next');
    const next = await push('next@acme.example');
    const one = repository.publisher(text);
    const other = repository.publisher(text, {
      branch: { url: repository.server.url, ref: 'refs/heads/next', path: '' },
      clone: new RemoteClone({
        address: parseRemoteAddress(repository.server.url, '--git'),
        ref: 'refs/heads/next',
        prefix: '',
        credentials: {},
        folder: repository.cloneOf(98, ''),
      }),
    });
    for (let turn = 0; turn < 3; turn += 1) {
      await one.reload('news');
      await other.reload('news');
    }
    assert.deepEqual(await commitsOf(database), [main, next]);
  });
});
