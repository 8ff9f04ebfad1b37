import { symlinkSync } from 'node:fs';
import { assert } from 'chai';
import { parseRemoteAddress } from '../../../src/store/remote/remote-address.ts';
import { commitOf, madeBy, refusalOf } from '../changes/folder/committed-policy.ts';
import { commitNothing } from '../../support/git-policy.ts';
import { allow, ask, give, PushedPolicy, supportFile, supportYaml } from '../../support/pushed-policy.ts';

describe('changes of a branch on a git server', function () {
  this.timeout(60_000);
  let policy: PushedPolicy;
  beforeEach(async () => (policy = await PushedPolicy.create()));
  afterEach(() => policy.dispose());

  const all = { limit: 10, organizations: undefined };
  const undo = (change: string): ReturnType<typeof ask> => ask([], { what: { kind: 'revert', change } });

  it('are on the branch with the person as author and the people in its words, and only go on', async () => {
    const before = policy.git('rev-parse', 'main');
    const committer = { name: 'Role Bot', mail: 'bot@acme.example' };
    const changes = policy.changes({ committer });
    const idempotency = { key: 'k-1', digest: 'd' };
    const head = madeBy(await changes.ask(ask([allow], { reason: 'they invite', idempotency })));
    assert.equal(policy.git('rev-parse', 'main'), commitOf(head));
    assert.equal(policy.git('rev-parse', 'main~1'), before);
    const [people] = policy.log('%an <%ae>, %cn <%ce>');
    assert.equal(people, 'ana@acme.example <ana@acme.example>, Role Bot <bot@acme.example>');
    assert.equal(
      policy.git('log', '-1', '--format=%B', 'main'),
      `Change role writer in workspace support

1 person can do something else than before:
+ bo in workspace support: people:manage

Rolebook-Change: ${head.change}
Rolebook-Actor: user:ana@acme.example
Rolebook-Reason: they invite
Rolebook-Caller: settings
Rolebook-Request: k-1
Rolebook-Request-Digest: d
Rolebook-Revision: ${head.revision}
Rolebook-People: 1
Rolebook-Edit: {"edit":"role.change","workspace":"support","role":"writer","allow":["people:manage"]}`,
    );
    assert.equal(policy.read(), supportYaml.replace('[doc:edit]', '[doc:edit, people:manage]'));
    assert.equal(policy.git('diff', '--name-only', 'main~1', 'main'), supportFile);
  });

  it('add files and take them away, and leave all others as they are', async () => {
    const changes = policy.changes();
    madeBy(await changes.ask(ask([{ edit: 'workspace.create', workspace: 'mail' }])));
    assert.include(policy.git('ls-tree', '-r', '--name-only', 'main'), 'policies/mail.yaml');
    madeBy(await changes.ask(ask([{ edit: 'workspace.rename', workspace: 'mail', to: 'post' }])));
    const made = policy.git('diff', '--name-status', 'main~2', 'main');
    assert.match(made, /^A\tpolicies\/\S+\.yaml$/);
    assert.equal(policy.read('README.md'), 'Ours.\n');
  });

  it('that come to nothing, or are a preview, are no commit', async () => {
    const changes = policy.changes();
    const before = policy.git('rev-parse', 'main');
    assert.equal((await changes.ask(ask([allow], { isPreview: true }))).kind, 'judged');
    assert.equal((await changes.ask(ask([give('cy', 'member')]))).kind, 'judged');
    assert.equal((await changes.ask(ask([give('cy', 'member')], { write: 'propose' }))).kind, 'judged');
    assert.equal(policy.git('rev-parse', 'main'), before);
    assert.equal(policy.git('for-each-ref', '--format=%(refname)'), 'refs/heads/main');
  });

  describe('while others push', () => {
    it('are made upon what is there by now: another role of the same file, by another sidecar and by hand', async () => {
      const [one, other] = [policy.changes(), policy.changes()];
      await one.prepare();
      await other.prepare();
      madeBy(await one.ask(ask([allow])));
      const reader = { edit: 'role.change', workspace: 'support', role: 'reader', allow: ['doc:edit'] } as const;
      madeBy(await other.ask(ask([reader])));
      const byHand = policy.pushByHand(supportFile, (text) => text.replace('# Support.', '# Support, by Bo.'));
      const last = madeBy(await one.ask(ask([give('cy', 'writer')])));
      assert.equal(policy.git('rev-parse', `${commitOf(last)}~1`), byHand);
      const text = policy.read();
      for (const part of ['Support, by Bo', '[doc:edit, people:manage]', 'cy: writer']) assert.include(text, part);
      assert.match(text, /reader:.*grants: \[doc:edit\]/);
      assert.equal(policy.git('rev-list', '--count', '--merges', 'main'), '0');
      assert.lengthOf(policy.log(), 5);
    });

    it('that were pushed between judging and pushing are judged again on the new text, and the server forces nothing', async () => {
      const changes = policy.changes();
      await changes.prepare();
      let left = 2;
      policy.server.onPush = () => undefined;
      // Somebody is quicker twice: between the look and the push.
      policy.hook('update', 'exit 0');
      policy.server.onPush = (step): undefined => {
        if (step !== 'came' || left === 0) return;
        left -= 1;
        policy.pushByHand('policies/sales.yaml', (text) => `${text}# ${left}\n`);
      };
      madeBy(await changes.ask(ask([allow])));
      assert.equal(left, 0);
      assert.deepEqual(policy.log().slice(1, 3), ['By hand', 'By hand']);
      assert.include(policy.read(), '[doc:edit, people:manage]');
      assert.equal(policy.read('policies/sales.yaml').split('#').length, 3);
    });

    it('are refused with what is there now where somebody has changed that very role', async () => {
      const changes = policy.changes();
      await changes.prepare();
      policy.server.onPush = (step): undefined => {
        if (step !== 'came') return;
        policy.server.onPush = () => undefined;
        policy.pushByHand(supportFile, (text) => text.replace('grants: [doc:edit]', 'grants: []'));
      };
      const { code, kind, now } = refusalOf(await changes.ask(ask([allow])));
      assert.deepEqual({ code, kind }, { code: 'changed-meanwhile', kind: 'conflict' });
      assert.include(now?.text, '"grants":[]');
      assert.equal(policy.log()[0], 'By hand');
    });

    it('are given up after five times, and nothing of them is there', async () => {
      const changes = policy.changes();
      await changes.prepare();
      let pushes = 0;
      policy.server.onPush = (step): undefined => {
        if (step !== 'came') return;
        pushes += 1;
        policy.pushByHand('policies/sales.yaml', (text) => `${text}# ${pushes}\n`);
      };
      const { code, message } = refusalOf(await changes.ask(ask([allow])));
      assert.equal(code, 'changed-meanwhile');
      assert.include(message, 'moved meanwhile');
      assert.equal(pushes, 5);
      assert.equal(policy.read(), supportYaml);
    });

    it('are judged on no older commit than the live one', async () => {
      const changes = policy.changes();
      await changes.prepare();
      const commit = policy.pushByHand(supportFile, (text) => text.replace('cy: member', 'cy: writer'));
      assert.equal((await changes.ask(ask([give('cy', 'writer')], { isPreview: true }))).kind, 'judged');
      changes.noteLive(commit);
      const answer = await changes.ask(ask([give('cy', 'writer')], { isPreview: true }));
      assert.equal(answer.kind === 'judged' && answer.data.patch, '');
    });

    it('go on where the branch was forced to another history', async () => {
      const changes = policy.changes();
      madeBy(await changes.ask(ask([allow])));
      policy.git('update-ref', 'refs/heads/main', policy.git('rev-parse', 'main~1'));
      policy.pushByHand(supportFile, (text) => text.replace('cy: member', 'cy: writer'));
      const { commit } = { commit: policy.git('rev-parse', 'main') };
      changes.noteLive(commit);
      const head = madeBy(await changes.ask(ask([give('bo', 'member')])));
      assert.equal(policy.git('rev-parse', `${commitOf(head)}~1`), commit);
      assert.notInclude(policy.read(), 'people:manage');
    });
  });

  it('are made once for a key, by whichever sidecar it is sent to again', async () => {
    const idempotency = { key: 'k "1"', digest: 'd1' };
    const changes = policy.changes();
    const first = madeBy(await changes.ask(ask([allow], { idempotency })));
    assert.deepEqual(madeBy(await changes.ask(ask([allow], { idempotency }))), first);
    assert.deepEqual(madeBy(await policy.changes().ask(ask([allow], { idempotency }))), first);
    const other = await changes.ask(ask([give('cy', 'writer')], { idempotency: { ...idempotency, digest: 'd2' } }));
    assert.equal(refusalOf(other).code, 'idempotency-key-reused');
    const caller = { name: 'another', organizations: undefined, mayProvision: true };
    assert.equal((await changes.ask(ask([allow], { idempotency, caller }))).kind, 'judged');
    assert.lengthOf(policy.log(), 2);
  });

  it('are found by a key behind more commits of the day than a clone begins with', async () => {
    const idempotency = { key: 'k-1', digest: 'd' };
    const first = madeBy(await policy.changes().ask(ask([allow], { idempotency })));
    commitNothing(policy.bare, Array<string>(120).fill('More'));
    assert.deepEqual(madeBy(await policy.changes().ask(ask([allow], { idempotency }))), first);
  });

  it('are listed with those made by hand, as far as the clone goes, and undone by a commit that says so', async () => {
    const changes = policy.changes();
    const first = madeBy(await changes.ask(ask([allow])));
    const byHand = policy.pushByHand(supportFile, (text) => text.replace('cy: member', 'cy: writer'), 'cy writes');
    changes.noteLive(byHand);
    const { changes: listed } = await changes.list(all);
    assert.deepEqual(
      listed.map(({ change, reason }) => [change, reason]),
      [
        [byHand, 'cy writes'],
        [first.change, undefined],
        [policy.git('rev-parse', 'main~2'), 'First'],
      ],
    );
    const undone = madeBy(await changes.ask(undo(first.change)));
    assert.equal(undone.reverts, first.change);
    assert.equal(policy.read(), supportYaml.replace('cy: member', 'cy: writer'));
    madeBy(await changes.ask(undo(byHand)));
    assert.equal(policy.read(), supportYaml);
    assert.lengthOf(policy.log(), 5);
    for (const change of ['0000000000000000', '', 'HEAD', '--all', '../x', byHand.slice(0, 12)]) {
      assert.equal(refusalOf(await changes.ask(undo(change))).code, 'unknown-change', change);
    }
  });

  it('are undone that are older than what a clone begins with, and what it ends at is told of nowhere', async () => {
    const head = madeBy(await policy.changes().ask(ask([allow])));
    commitNothing(policy.bare, Array<string>(120).fill('More'));
    const changes = policy.changes();
    await changes.prepare();
    assert.deepEqual((await changes.list(all)).changes, []);
    madeBy(await changes.ask(undo(head.change)));
    assert.equal(policy.read(), supportYaml);
  });

  it('are pushed to a repository that is spoken to in another way', async () => {
    const address = parseRemoteAddress(`file://${policy.bare}`, '--git');
    const head = madeBy(await policy.changes({}, { address }).ask(ask([allow])));
    assert.equal(policy.git('rev-parse', 'main'), commitOf(head));
  });

  it('are refused where a file is a link there', async () => {
    const { git, root, commit } = policy.person;
    git('mv', supportFile, 'support.yaml');
    symlinkSync('../support.yaml', `${root}/${supportFile}`);
    commit('A link');
    git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    const changes = policy.changes();
    for (const isPreview of [true, false]) {
      const { code, message } = refusalOf(await changes.ask(ask([allow], { isPreview })));
      assert.equal(code, 'not-in-git');
      assert.include(message, 'is a link or a submodule');
    }
  });

  it('are made in a folder of the repository', async () => {
    const { git, commit } = policy.person;
    git('rm', '--quiet', '-r', 'roles.yaml', 'policies');
    await policy.person.write('access/roles.yaml', policy.read('roles.yaml'));
    await policy.person.write('access/policies/support.yaml', supportYaml);
    commit('Move');
    git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    const changes = policy.changes({}, { prefix: 'access/' });
    madeBy(await changes.ask(ask([allow])));
    assert.equal(policy.git('diff', '--name-only', 'main~1', 'main'), 'access/policies/support.yaml');
  });
});
