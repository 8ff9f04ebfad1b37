import { assert } from 'chai';
import { parseRevision } from '../../../src/policy/text/revision-text.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import type { RevisionStand } from '../../../src/store/live/policy-source.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const supportText = smallPolicy()['policies/support.yaml'] ?? '';

describe('a commit as the least that is to be live', () => {
  let folder: GitPolicy;
  let live: LivePolicy;

  beforeEach(async () => {
    folder = await createGitPolicy();
    live = new LivePolicy(new PolicyDirectory(folder.root));
  });
  afterEach(() => folder.dispose());

  const reach = async (text: string): Promise<RevisionStand> => {
    const revision = parseRevision(text);
    if (!revision) throw new Error(`${text} is no revision`);
    return live.reach(revision, 5000);
  };
  const isRefused = async (text: string): Promise<boolean> => typeof (await reach(text)) === 'object';
  /** As a pipeline tells it that has just pushed. */
  const told = (commit: string, digits = 12): string => `${live.current?.revision ?? ''}@${commit.slice(0, digits)}`;
  const edit = async (text: string): Promise<string> => {
    await folder.write('policies/support.yaml', `${supportText}${text}`);
    const commit = folder.commit(text);
    await live.reload('request');
    return commit;
  };

  it('is reached where the live commit is that one or builds upon it', async () => {
    const first = await edit('# one\n');
    const one = told(first);
    assert.strictEqual(await reach(one), 'reached');
    assert.strictEqual(await reach(told(first, 40)), 'reached');
    const second = await edit('# two\n');
    const two = told(second);
    for (const text of [one, two, told(second, 40), told(second, 20)]) assert.strictEqual(await reach(text), 'reached');
    folder.commit('nothing');
    await live.reload('request');
    for (const text of [one, two]) assert.strictEqual(await reach(text), 'reached');
  });

  it('is refused where it is of another history, or of nothing', async () => {
    const first = await edit('# one\n');
    await edit('# two\n');
    const revision = live.current?.revision ?? '';
    folder.git('checkout', '--quiet', '-b', 'other', first);
    const aside = await edit('# aside\n');
    const ofAside = told(aside);
    folder.git('checkout', '--quiet', 'main');
    await live.reload('request');
    assert.strictEqual(live.current?.revision, revision);
    assert.strictEqual(await isRefused(ofAside), true, 'a branch that was not merged');
    const flipped = first.startsWith('0') ? `1${first.slice(1)}` : `0${first.slice(1)}`;
    for (const commit of ['0c9f2c7d1a54', '0'.repeat(40), flipped, `${first}00`, first.slice(1)]) {
      assert.strictEqual(await isRefused(told(commit, 64)), true, commit);
    }
    // A name that looks like a commit is none.
    folder.git('branch', '0c9f2c7d1a54');
    assert.strictEqual(await isRefused(told('0c9f2c7d1a54')), true);
    const tree = folder.git('rev-parse', 'HEAD^{tree}');
    assert.strictEqual(await isRefused(told(tree)), true);
  });

  it('is not reached any more where somebody goes back before it', async () => {
    const first = await edit('# one\n');
    const second = await edit('# two\n');
    const two = told(second);
    assert.strictEqual(await reach(two), 'reached');
    folder.git('reset', '--quiet', '--hard', first);
    await live.reload('request');
    assert.strictEqual(await isRefused(two), true);
    assert.strictEqual(await reach(told(first)), 'reached');
  });

  it('is reached by the files of that commit, not by others that say they are', async () => {
    const first = await edit('# one\n');
    const one = told(first);
    await folder.write('policies/support.yaml', `${supportText}# edited\n`);
    await live.reload('request');
    assert.strictEqual(await reach(one), 'late', 'edited since');
    assert.strictEqual(
      await reach(told(first)),
      'reached',
      'what is live is not committed, and told by its own revision',
    );
    await folder.write('policies/support.yaml', `${supportText}# one\n`);
    await live.reload('request');
    assert.strictEqual(await reach(one), 'reached');
    assert.strictEqual(await isRefused(`3f9c2a1b7d4e@${first.slice(0, 12)}`), true, 'another policy at that commit');
  });

  it('is not that of files that could not be loaded', async () => {
    const first = await edit('# one\n');
    const one = told(first);
    await reach(one);
    const broken = await edit('roles: [\n');
    assert.strictEqual(live.isStale, true);
    await live.reload('files');
    await live.reload('poll');
    assert.strictEqual(await isRefused(told(broken)), true);
    assert.strictEqual(await reach(one), 'reached');
    assert.strictEqual(live.current?.commit, first);
    const mended = await edit('# two\n');
    assert.strictEqual(await reach(told(mended)), 'reached');
    assert.strictEqual(await reach(told(broken)), 'reached', 'it is built upon');
  });

  it('is none in a folder without one', async () => {
    await live.reload('start');
    assert.strictEqual(await isRefused(told('0c9f2c7d1a54')), true);
  });
});
