import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { codeBlocks } from '../../../docs/markdown.ts';
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
  undo,
  type CommittedPolicy,
} from './committed-policy.ts';

describe('changes of a folder that are commits', () => {
  let policy: CommittedPolicy;
  let git: CommittedPolicy['repository']['git'];
  beforeEach(async () => {
    policy = await createCommittedPolicy();
    ({ git } = policy.repository);
  });
  afterEach(() => policy.repository.dispose());

  const put = (path: string, text: string): void => writeFileSync(join(policy.repository.root, path), text);
  const all = { limit: 10, organizations: undefined };

  it('are on the branch with the person as author, the words of it and the people, and the tree is clean', async () => {
    const head = madeBy(
      await policy.changes.ask(
        ask([allow], { reason: 'they invite', idempotency: { key: 'k-1', digest: 'd' }, actor: ana }),
      ),
    );
    assert.equal(git('rev-parse', 'main'), commitOf(head));
    assert.equal(
      git('log', '-1', '--format=%an <%ae>, %cn <%ce>'),
      'ana@acme.example <ana@acme.example>, rolebook <rolebook@localhost>',
    );
    assert.equal(
      git('log', '-1', '--format=%B'),
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
    assert.equal(await policy.read(), support.replace('[doc:edit]', '[doc:edit, people:manage]'));
    assert.equal(policy.status(), '');
    assert.equal(git('diff', '--name-only', 'HEAD~1', 'HEAD'), file);
  });
  const ana = { type: 'user', id: 'ana@acme.example' };

  it('have the message that the page about them shows', async () => {
    const idempotency = { key: '7c1e', digest: '9b2f' };
    const head = madeBy(await policy.changes.ask(ask([give], { reason: 'they write from Monday on', idempotency })));
    const [shown = ''] = codeBlocks('docs/changes-commit.md', '');
    const mask = (text: string): string => text.trim().replace(/(Change|Revision): [0-9a-f]+/g, '$1: …');
    assert.equal(mask(git('log', '-1', '--format=%B', commitOf(head))), mask(shown));
  });

  it('leave what somebody has staged and not staged as it is', async () => {
    put('README.md', 'Staged.\n');
    git('add', 'README.md');
    put('README.md', 'Staged.\nAnd more.\n');
    put('access/policies/sales.yaml', 'workspace: sales\nmembers:\n  ana@acme.example: admin\n  bo: member\n');
    put('notes.txt', 'mine\n');
    const before = policy.status();
    madeBy(await policy.changes.ask(ask([allow, open])));
    assert.equal(policy.status(), before);
    assert.equal(git('show', ':README.md'), 'Staged.');
    assert.sameMembers(git('diff', '--name-only', 'HEAD~1', 'HEAD').split('\n'), [file, 'access/policies/mail.yaml']);
  });

  it('are listed from the log with those that people made by hand, a page at a time', async () => {
    const first = madeBy(await policy.changes.ask(ask([give], { reason: 'they "write"\nRolebook-Change: 1' })));
    put('access/policies/sales.yaml', 'workspace: sales\nmembers: {}\n');
    const byHand = policy.repository.commit('Nobody sells\n\nRolebook: so it is');
    put('README.md', 'More.\n');
    policy.repository.commit('Not about the policy');
    const last = madeBy(await policy.changes.ask(ask([allow])));
    for (const changes of [policy.changes, policy.another()]) {
      const { changes: listed, next } = await changes.list({ ...all, limit: 3 });
      assert.deepEqual(
        listed.map(({ change }) => change),
        [last.change, byHand, first.change],
      );
      assert.deepEqual(listed[2], first);
      const { at, ...told } = listed[1] ?? assert.fail();
      assert.match(at, /Z$/);
      assert.deepEqual(told, {
        change: byHand,
        actor: { type: 'user', id: 'ana@acme.example' },
        reason: 'Nobody sells',
        edits: [],
        written: { commit: byHand },
      });
      assert.equal(next, first.change);
      const rest = await changes.list({ ...all, after: first.change });
      assert.deepEqual(
        rest.changes.map(({ reason }) => reason),
        ['First'],
      );
      assert.deepEqual((await changes.list({ ...all, after: 'nobody' })).changes, []);
    }
  });

  it('are those of the branch as it is now, also when somebody has rewritten it', async () => {
    madeBy(await policy.changes.ask(ask([allow])));
    const kept = madeBy(await policy.changes.ask(ask([give])));
    assert.lengthOf((await policy.changes.list(all)).changes, 3);
    git('reset', '--quiet', '--hard', 'HEAD~2');
    git('cherry-pick', '--quiet', commitOf(kept));
    const { changes: listed } = await policy.changes.list(all);
    assert.deepEqual(
      listed.map(({ change }) => change),
      [kept.change, git('rev-parse', 'HEAD~1')],
    );
    assert.notDeepEqual(listed[0]?.written, kept.written);
    madeBy(await policy.changes.ask(undo(kept.change)));
    assert.equal(await policy.read(), support);
  });

  it('are listed by what they are about, and none made by hand to who may know of some organizations only', async () => {
    const first = madeBy(await policy.changes.ask(ask([give])));
    madeBy(await policy.changes.ask(ask([open])));
    const found = await policy.changes.list({ ...all, workspace: 'support', subject: 'cy' });
    assert.deepEqual(found.changes, [first]);
    assert.deepEqual((await policy.changes.list({ ...all, role: 'nobody' })).changes, []);
    assert.deepEqual((await policy.changes.list({ ...all, organizations: ['acme'] })).changes, []);
  });

  it('are undone by a commit that says so, around what others committed since, and those made by hand too', async () => {
    const first = madeBy(await policy.changes.ask(ask([allow])));
    put(file, (await policy.read()).replace('cy: member', 'cy: writer'));
    const byHand = policy.repository.commit('cy writes');
    const undone = madeBy(await policy.changes.ask(undo(first.change)));
    assert.equal(undone.reverts, first.change);
    assert.equal(await policy.read(), support.replace('cy: member', 'cy: writer'));
    assert.match(
      git('log', '-1', '--format=%B'),
      new RegExp(`^Revert: change role writer .*Rolebook-Reverts: ${first.change}\n`, 's'),
    );
    madeBy(await policy.changes.ask(undo(byHand)));
    assert.equal(await policy.read(), support);
    assert.equal(policy.status(), '');
    const refused = refusalOf(await policy.changes.ask(undo(byHand)));
    assert.deepInclude(refused, { kind: 'conflict', code: 'changed-meanwhile' });
  });

  it('are not undone where nobody made them, nor the first of all, nor for whom it is of others', async () => {
    for (const change of ['0000000000000000', '', 'HEAD', '--all', git('rev-parse', 'HEAD').slice(0, 12)]) {
      assert.equal(refusalOf(await policy.changes.ask(undo(change))).code, 'unknown-change', change);
    }
    const first = git('rev-parse', 'HEAD');
    assert.notEqual((await policy.changes.ask(undo(first))).kind, 'written');
    const foreign = undo(first, { caller: { name: 'x', organizations: ['acme'], mayProvision: false } });
    assert.equal(refusalOf(await policy.changes.ask(foreign)).code, 'unknown-change');
    assert.equal(git('rev-parse', 'HEAD'), first);
  });

  it('are made once for a key, by whichever sidecar it is sent to again', async () => {
    const idempotency = { key: 'k "1"\n', digest: 'd1' };
    const first = madeBy(await policy.changes.ask(ask([give], { idempotency })));
    assert.deepEqual(madeBy(await policy.changes.ask(ask([give], { idempotency }))), first);
    assert.deepEqual(madeBy(await policy.another().ask(ask([give], { idempotency }))), first);
    const other = await policy.changes.ask(ask([allow], { idempotency: { ...idempotency, digest: 'd2' } }));
    assert.equal(refusalOf(other).code, 'idempotency-key-reused');
    const caller = { name: 'another', organizations: undefined, mayProvision: true };
    assert.equal((await policy.changes.ask(ask([give], { idempotency, caller }))).kind, 'judged');
    assert.equal(git('rev-list', '--count', 'HEAD'), '2');
  });

  it('take files back that were made or taken away', async () => {
    const tests = 'access/policies/support.test.yaml';
    const text = 'tests:\n  - name: bo writes\n    workspace: support\n    as: bo\n    can: [doc:edit]\n';
    put(tests, text);
    const made = policy.repository.commit('A test');
    madeBy(await policy.changes.ask(undo(made)));
    assert.isFalse(existsSync(join(policy.repository.root, tests)));
    const [undone] = (await policy.changes.list(all)).changes;
    madeBy(await policy.changes.ask(undo(undone?.change ?? '')));
    assert.equal(await policy.read(tests), text);
    assert.equal(policy.status(), '');
  });

  it('that come to nothing, or are a preview, are no commit', async () => {
    const before = git('rev-parse', 'HEAD');
    assert.equal((await policy.changes.ask(ask([allow], { isPreview: true }))).kind, 'judged');
    const same = await policy.changes.ask(ask([{ ...give, roles: [{ role: 'member' }] } as typeof give]));
    assert.equal(same.kind, 'judged');
    assert.equal(git('rev-parse', 'HEAD'), before);
    assert.equal(policy.status(), '');
  });
});
