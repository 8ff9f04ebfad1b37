import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import type { AskedEdit } from '../../../../src/review/changes/asked-edit.ts';
import {
  allow,
  ask,
  commitOf,
  createCommittedPolicy,
  file,
  give,
  madeBy,
  open,
  refusalOf,
  support,
  type CommittedPolicy,
} from './committed-policy.ts';

describe('changes that are commits, while others commit', () => {
  let policy: CommittedPolicy;
  let git: CommittedPolicy['repository']['git'];
  beforeEach(async () => {
    policy = await createCommittedPolicy();
    ({ git } = policy.repository);
  });
  afterEach(() => policy.repository.dispose());

  const commitByHand = (path: string, text: string): string => {
    writeFileSync(join(policy.repository.root, path), text);
    git('add', path);
    git('commit', '--quiet', '--message', 'By hand', '--', path);
    return git('rev-parse', 'HEAD');
  };
  const count = (): number => Number(git('rev-list', '--count', 'HEAD'));

  for (const step of ['begin', 'lock']) {
    it(`go upon what somebody commits elsewhere before the step \`${step}\``, async () => {
      let byHand = '';
      const onStep = (now: string): void => {
        if (now === step && byHand === '') byHand = commitByHand('README.md', 'More.\n');
      };
      const head = madeBy(await policy.another({ onStep }).ask(ask([allow])));
      assert.equal(git('rev-parse', `${commitOf(head)}^`), byHand);
      assert.equal(count(), 3);
      assert.equal(policy.status(), '');
    });
  }

  it('go upon a branch that somebody moves without files, and the branch alone tells', async () => {
    let moved = '';
    const onStep = (now: string): void => {
      if (now !== 'commit' || moved !== '') return;
      moved = git('commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'Moved');
      git('update-ref', 'refs/heads/main', moved);
    };
    const head = madeBy(await policy.another({ onStep }).ask(ask([allow])));
    assert.equal(git('rev-parse', `${commitOf(head)}^`), moved);
    assert.equal(policy.status(), '');
  });

  it('are tried again after somebody commits another thing of the same file, and both are there', async () => {
    let isDone = false;
    const onStep = (now: string): void => {
      if (now !== 'begin' || isDone) return;
      isDone = true;
      commitByHand(file, support.replace('cy: member', 'cy: writer'));
    };
    madeBy(await policy.another({ onStep }).ask(ask([allow])));
    assert.equal(
      await policy.read(),
      support.replace('cy: member', 'cy: writer').replace('[doc:edit]', '[doc:edit, people:manage]'),
    );
  });

  it('are refused when somebody commits that very thing, and when it never ends', async () => {
    const same = (now: string): void => {
      if (now === 'begin') commitByHand(file, support.replace('[doc:edit]', '[doc:edit, role:manage]'));
    };
    const refused = refusalOf(await policy.another({ onStep: same }).ask(ask([allow])));
    assert.deepInclude(refused, { kind: 'conflict', code: 'changed-meanwhile' });
    assert.equal(count(), 2);
    const always = (now: string): void => {
      if (now === 'begin') commitByHand('README.md', `${count()}\n`);
    };
    const never = refusalOf(await policy.another({ onStep: always }).ask(ask([give])));
    assert.deepInclude(never, { kind: 'conflict', code: 'changed-meanwhile' });
    assert.include(never.message, '`refs/heads/main` has moved meanwhile');
    assert.equal(count(), 7);
    assert.equal(policy.status(), '');
  });

  it('keep every other git from files, index and branch from before the first file until after the branch', async () => {
    const said: string[] = [];
    const onStep = (now: string): void => {
      if (!/^(stage|put|commit)/.test(now)) return;
      try {
        commitByHand('README.md', `${now}\n`);
      } catch (error) {
        said.push(String(error));
      }
    };
    madeBy(await policy.another({ onStep }).ask(ask([allow])));
    assert.lengthOf(said, 3);
    for (const one of said) assert.include(one, 'index.lock');
    assert.isFalse(existsSync(join(policy.repository.root, '.git/index.lock')));
  });

  it('of several sidecars on one folder are all there, one upon the other, and none is made twice', async () => {
    const sidecars = Array.from({ length: 3 }, () => policy.another());
    const edits: readonly AskedEdit[] = [allow, give, open];
    const answers = await Promise.all(sidecars.map((one, at) => one.ask(ask([edits[at] ?? open]))));
    const commits = answers.map((answer) => commitOf(madeBy(answer)));
    assert.equal(new Set(commits).size, 3);
    assert.equal(count(), 4);
    const idempotency = { key: 'once', digest: 'd' };
    const edit: AskedEdit = { edit: 'workspace.create', workspace: 'calls' };
    const again = await Promise.all(sidecars.map((one) => one.ask(ask([edit], { idempotency }))));
    assert.equal(new Set(again.map((answer) => madeBy(answer).change)).size, 1);
    assert.equal(count(), 5);
    assert.equal(policy.status(), '');
  });
});
