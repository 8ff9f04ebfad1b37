import { expect } from 'chai';
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
    expect(await reach(one)).to.equal('reached');
    expect(await reach(told(first, 40))).to.equal('reached');
    const second = await edit('# two\n');
    const two = told(second);
    for (const text of [one, two, told(second, 40), told(second, 20)]) expect(await reach(text)).to.equal('reached');
    folder.commit('nothing');
    await live.reload('request');
    for (const text of [one, two]) expect(await reach(text)).to.equal('reached');
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
    expect(live.current?.revision).to.equal(revision);
    expect(await isRefused(ofAside), 'a branch that was not merged').to.equal(true);
    const flipped = first.startsWith('0') ? `1${first.slice(1)}` : `0${first.slice(1)}`;
    for (const commit of ['0c9f2c7d1a54', '0'.repeat(40), flipped, `${first}00`, first.slice(1)]) {
      expect(await isRefused(told(commit, 64)), commit).to.equal(true);
    }
    // A name that looks like a commit is none.
    folder.git('branch', '0c9f2c7d1a54');
    expect(await isRefused(told('0c9f2c7d1a54'))).to.equal(true);
    const tree = folder.git('rev-parse', 'HEAD^{tree}');
    expect(await isRefused(told(tree))).to.equal(true);
  });

  it('is not reached any more where somebody goes back before it', async () => {
    const first = await edit('# one\n');
    const second = await edit('# two\n');
    const two = told(second);
    expect(await reach(two)).to.equal('reached');
    folder.git('reset', '--quiet', '--hard', first);
    await live.reload('request');
    expect(await isRefused(two)).to.equal(true);
    expect(await reach(told(first))).to.equal('reached');
  });

  it('is reached by the files of that commit, not by others that say they are', async () => {
    const first = await edit('# one\n');
    const one = told(first);
    await folder.write('policies/support.yaml', `${supportText}# edited\n`);
    await live.reload('request');
    expect(await reach(one), 'edited since').to.equal('late');
    expect(await reach(told(first)), 'what is live is not committed, and told by its own revision').to.equal('reached');
    await folder.write('policies/support.yaml', `${supportText}# one\n`);
    await live.reload('request');
    expect(await reach(one)).to.equal('reached');
    expect(await isRefused(`3f9c2a1b7d4e@${first.slice(0, 12)}`), 'another policy at that commit').to.equal(true);
  });

  it('is not that of files that could not be loaded', async () => {
    const first = await edit('# one\n');
    const one = told(first);
    await reach(one);
    const broken = await edit('roles: [\n');
    expect(live.isStale).to.equal(true);
    await live.reload('files');
    await live.reload('poll');
    expect(await isRefused(told(broken))).to.equal(true);
    expect(await reach(one)).to.equal('reached');
    expect(live.current?.commit).to.equal(first);
    const mended = await edit('# two\n');
    expect(await reach(told(mended))).to.equal('reached');
    expect(await reach(told(broken)), 'it is built upon').to.equal('reached');
  });

  it('is none in a folder without one', async () => {
    await live.reload('start');
    expect(await isRefused(told('0c9f2c7d1a54'))).to.equal(true);
  });
});
