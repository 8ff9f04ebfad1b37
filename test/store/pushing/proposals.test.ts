import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import { isProposed, type ChangeAnswer, type ProposedBranch } from '../../../src/store/changes/asked-change.ts';
import { madeBy, refusalOf } from '../changes/folder/committed-policy.ts';
import { allow, ask, give, PushedPolicy, supportYaml } from '../../support/pushed-policy.ts';
import { gitIn } from '../../support/git-policy.ts';

const idempotency = { key: 'k-1', digest: 'd' };
const propose = { write: 'propose' } as const;

describe('proposals of changes', function () {
  this.timeout(60_000);
  let policy: PushedPolicy;
  beforeEach(async () => (policy = await PushedPolicy.create()));
  afterEach(() => policy.dispose());

  const branchOf = (answer: ChangeAnswer): ProposedBranch => {
    const { written } = madeBy(answer);
    return isProposed(written) ? written : assert.fail(JSON.stringify(written));
  };
  const branches = (): string[] => policy.git('for-each-ref', '--format=%(refname:short)').split('\n');

  it('are each a branch of its own that says where and what, and change nothing that decides', async () => {
    const changes = policy.changes();
    const before = policy.git('rev-parse', 'main');
    const { branch, page } = branchOf(await changes.ask(ask([allow], propose)));
    assert.match(branch, /^rolebook\/support\/role-change-writer-[0-9a-f]{8}$/);
    assert.isUndefined(page);
    assert.deepEqual(branches(), ['main', branch]);
    assert.equal(policy.git('rev-parse', 'main'), before);
    assert.equal(policy.git('rev-parse', `${branch}~1`), before);
    assert.include(policy.read(undefined, branch), '[doc:edit, people:manage]');
    assert.include(policy.git('log', '-1', '--format=%B', branch), 'Rolebook-Actor: user:ana@acme.example');
    const more = [
      branchOf(await changes.ask(ask([give('cy', 'writer')], propose))).branch,
      branchOf(await changes.ask(ask([allow], propose))).branch,
    ];
    assert.match(more[0] ?? '', /^rolebook\/support\/member-set-cy-[0-9a-f]{8}$/);
    assert.notEqual(more[1], branch);
    assert.lengthOf((await changes.list({ limit: 9, organizations: undefined })).changes, 1);
  });

  it('have names that git takes, whatever the ids are', async () => {
    const changes = policy.changes();
    const subjects = ['bo..x@acme.example', 'user:a~b^c', `${'x'.repeat(200)}.lock`, '\u00fc\u00f6'];
    for (const subject of subjects) {
      const edit = { ...give(subject, 'writer') };
      const { branch } = branchOf(await changes.ask(ask([edit], propose)));
      assert.match(branch, /^rolebook\/support\/member-set(?:-[A-Za-z0-9_-]+)?-[0-9a-f]{8}$/, subject);
      assert.isBelow(branch.length, 120);
    }
  });

  it('are found by their key, by whichever sidecar, and once more when they were merged', async () => {
    const changes = policy.changes();
    const first = madeBy(await changes.ask(ask([allow], { ...propose, idempotency })));
    for (const again of [changes, policy.changes()]) {
      assert.deepEqual(madeBy(await again.ask(ask([allow], { ...propose, idempotency }))), first);
    }
    const other = ask([give('cy', 'writer')], { ...propose, idempotency: { ...idempotency, digest: 'other' } });
    assert.equal(refusalOf(await changes.ask(other)).code, 'idempotency-key-reused');
    assert.lengthOf(branches(), 2);
    const { branch } = first.written as ProposedBranch;
    policy.git('update-ref', 'refs/heads/main', policy.git('rev-parse', branch));
    policy.git('update-ref', '-d', `refs/heads/${branch}`);
    const merged = madeBy(await policy.changes().ask(ask([allow], { ...propose, idempotency })));
    assert.deepEqual(merged.written, { commit: policy.git('rev-parse', 'main') });
    assert.equal(merged.change, first.change);
  });

  it('take another name where there is such a branch, and say what is in the way where no name is free', async () => {
    const first = branchOf(await policy.changes().ask(ask([allow], { ...propose, idempotency })));
    // Of somebody else, by the same name.
    const { person } = policy;
    const foreign = person.git('commit-tree', 'HEAD^{tree}', '-m', 'Mine');
    person.git('push', '--quiet', '--force', 'origin', `${foreign}:refs/heads/${first.branch}`);
    const second = branchOf(await policy.changes().ask(ask([allow], { ...propose, idempotency })));
    assert.notEqual(second.branch, first.branch);
    assert.equal(policy.git('rev-parse', first.branch), foreign);
    for (const branch of branches().filter((name) => name !== 'main'))
      policy.git('update-ref', '-d', `refs/heads/${branch}`);
    policy.git('update-ref', 'refs/heads/rolebook', 'main');
    const { code, help } = refusalOf(await policy.changes().ask(ask([allow], propose)));
    assert.equal(code, 'push-refused');
    assert.include(help, 'branch `rolebook` is in the way');
  });

  it('are seen to be there where nobody was told, and are none where they were declined', async () => {
    policy.server.onPush = (step) => (step === 'taken' ? 'cut' : undefined);
    const { branch } = branchOf(await policy.changes().ask(ask([allow], propose)));
    assert.deepEqual(branches(), ['main', branch]);
    policy.server.onPush = () => undefined;
    policy.hook('pre-receive', 'echo "Not here." >&2; exit 1');
    assert.include(refusalOf(await policy.changes().ask(ask([allow], propose))).message, 'Not here.');
    assert.lengthOf(branches(), 2);
  });

  it('tell the server what it takes options for, and say so where it takes none', async () => {
    const told = `${policy.cache}/told`;
    policy.hook('pre-receive', `echo "$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0" > '${told}'`);
    const changes = policy.changes({ pushOptions: ['merge_request.create', 'merge_request.label=a b; touch x'] });
    for (const [isTaking, count] of [
      ['false', 0],
      ['true', 2],
    ] as const) {
      gitIn(policy.bare, 'config', 'receive.advertisePushOptions', isTaking);
      const asked = count === 2 ? policy.changes({ pushOptions: ['merge_request.create', 'x=y'] }) : changes;
      const written = branchOf(await asked.ask(ask([allow], propose)));
      assert.equal(written.withoutPushOptions, count === 0 ? true : undefined);
      const text = readFileSync(told, 'utf8').trim();
      assert.equal(text, count === 2 ? '2 merge_request.create' : '0');
    }
    // A commit of the branch itself is pushed without.
    madeBy(await policy.changes({ pushOptions: ['x'] }).ask(ask([allow])));
  });

  it('may carry edits of tests, which no change has that is live at once', async () => {
    const file = 'policies/support.test.yaml';
    const text =
      'tests:\n  - name: writers invite nobody\n    workspace: support\n    as: bo\n    cannot: [people:manage]\n';
    await policy.person.write(file, text);
    policy.person.commit('A test');
    policy.person.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    const changes = policy.changes();
    const expect = {
      edit: 'test.expect',
      file,
      test: 'writers invite nobody',
      permission: 'people:manage',
      expect: 'can',
    } as const;
    assert.equal(refusalOf(await changes.ask(ask([allow], propose))).code, 'failing-tests');
    assert.equal(refusalOf(await changes.ask(ask([allow, expect]))).code, 'reviewed-only');
    const { branch } = branchOf(await changes.ask(ask([allow, expect], propose)));
    assert.include(policy.read(file, branch), 'can: [people:manage]');
    assert.equal(policy.read(), supportYaml);
  });

  it('undo a change, too', async () => {
    const changes = policy.changes();
    const head = madeBy(await changes.ask(ask([allow])));
    const what = { kind: 'revert', change: head.change } as const;
    const { branch } = branchOf(await changes.ask(ask([], { ...propose, what })));
    assert.match(branch, /^rolebook\/support\/revert-[0-9a-f]{8}$/);
    assert.equal(policy.read(undefined, branch), supportYaml);
    assert.notEqual(policy.read(), supportYaml);
  });
});
