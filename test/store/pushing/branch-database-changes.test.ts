import { assert } from 'chai';
import { parseRevision } from '../../../src/policy/text/revision-text.ts';
import type { AskedEdit } from '../../../src/review/changes/asked-edit.ts';
import {
  BranchesBesideDatabase,
  confirmedDeletion,
  heldBy,
  judgementOf,
  may,
  type BranchBesideDatabase,
} from '../../support/branch-database.ts';
import { allow, ask, give, pushedFiles } from '../../support/pushed-policy.ts';
import { restoreRelease } from '../../support/restore-release.ts';
import { commitOf, madeBy, refusalOf, undo } from '../changes/folder/committed-policy.ts';

describe('roles changed in a branch, beside members in a database', function () {
  this.timeout(60_000);
  let here: BranchesBesideDatabase;
  afterEach(() => here.dispose());

  const begin = async (files?: Readonly<Record<string, string>>): Promise<BranchBesideDatabase> => {
    here = await BranchesBesideDatabase.create(files);
    return here.follow('one');
  };

  it('make a commit of a role, and a row of whom no file lists, each live before its answer and elsewhere by its revision', async () => {
    const one = await begin();
    const other = await here.follow('other');
    const invited = madeBy(await one.desk.ask(ask([give('nina', 'writer')])));
    assert.deepEqual(invited.written, { members: 1 });
    assert.isTrue(may(one, 'nina', 'doc:edit'));
    assert.lengthOf(here.policy.log(), 1);
    const preview = judgementOf(await one.desk.ask(ask([allow], { isPreview: true })));
    assert.include(preview, '"nina"');
    const changed = madeBy(await one.desk.ask(ask([allow])));
    assert.equal(commitOf(changed), here.policy.log('%H')[0]);
    assert.isTrue(may(one, 'nina', 'people:manage'));
    // Who is in no file gets into no commit.
    const message = here.policy.log('%B').join('\n');
    assert.include(message, '+ bo and 1 member at run time in workspace support: people:manage');
    assert.notInclude(message, 'nina');
    const listed = madeBy(await one.desk.ask(ask([give('cy', 'writer')])));
    assert.equal(commitOf(listed), here.policy.log('%H')[0]);
    assert.equal(one.live.current?.revision, listed.revision);
    for (const { revision } of [invited, changed, listed]) {
      const wanted = parseRevision(revision) ?? assert.fail(revision);
      assert.equal(wanted.kind, 'database');
      assert.equal(await other.live.reach(wanted, 5000), 'reached');
    }
    assert.isTrue(may(other, 'nina', 'people:manage'));
  });

  it('are refused where they are of both, or where a row is to be proposed, and nothing is written', async () => {
    const one = await begin();
    const before = await here.everything(one);
    const role: AskedEdit = {
      edit: 'role.create',
      workspace: 'support',
      role: 'lead',
      title: 'Lead',
      extends: ['member'],
    };
    for (const isPreview of [true, false])
      for (const [edits, edit] of [
        [[allow, give('nina', 'writer')], 1],
        [[give('nina', 'writer'), give('cy', 'writer')], 0],
        [[role, give('nina', 'lead')], 1],
      ] as const) {
        const refusal = refusalOf(await one.desk.ask(ask(edits, { isPreview })));
        assert.deepInclude(refusal, { code: 'mixed-change', edit });
        assert.match(refusal.help ?? '', /two changes/);
      }
    const proposed = refusalOf(await one.desk.ask(ask([give('nina', 'writer')], { write: 'propose' })));
    assert.equal(proposed.code, 'mixed-change');
    assert.deepEqual(await here.everything(one), before);
    const branch = madeBy(await one.desk.ask(ask([allow], { write: 'propose' }))).written;
    assert.property(branch, 'branch');
  });

  it('are judged with the rows: who may, who is affected, and from when', async () => {
    const one = await begin();
    const boss = { type: 'user', id: 'nina' };
    assert.equal(refusalOf(await one.desk.ask(ask([allow], { actor: boss }))).code, 'actor-not-allowed');
    madeBy(await one.desk.ask(ask([give('nina', 'admin')])));
    madeBy(await one.desk.ask(ask([allow], { actor: boss })));
    const later = { ...give('lou', 'reader'), roles: [{ role: 'reader', from: '2998-01-01' }] } as AskedEdit;
    madeBy(await one.desk.ask(ask([later])));
    const role: AskedEdit = { edit: 'role.change', workspace: 'support', role: 'reader', allow: ['doc:edit'] };
    assert.match(judgementOf(await one.desk.ask(ask([role], { isPreview: true }))), /"lou".*"from":"2998-01-01/);
    const gone: AskedEdit = { edit: 'role.delete', workspace: 'support', role: 'reader' };
    const asked = await one.desk.ask(ask([gone]));
    assert.equal(refusalOf(asked).code, 'unconfirmed');
    const { confirm, affected } = JSON.parse(judgementOf(asked)) as {
      confirm: string;
      affected: { subject: string }[];
    };
    assert.equal(affected[0]?.subject, 'lou');
    const made = madeBy(await one.desk.ask(ask([{ ...gone, confirm }])));
    const held = (): unknown => one.live.current?.engine.policy && heldBy(one, 'lou');
    assert.deepEqual(held(), ['member']);
    madeBy(await one.desk.ask(undo(made.change)));
    assert.deepEqual(held(), ['reader']);
  });

  it('are refused where a member at run time would break a rule by them, before anything is pushed', async () => {
    const rules = 'exclusive: [[doc:edit, people:manage]]\n';
    const roles = (pushedFiles['roles.yaml'] ?? '').replace(
      'admin: { grants: ["*"] }',
      'admin: { grants: [doc:read, role:manage, people:manage] }',
    );
    const one = await begin({ ...pushedFiles, 'roles.yaml': `${roles}${rules}` });
    madeBy(await one.desk.ask(ask([give('nina', 'writer')])));
    const before = await here.everything(one);
    const refusal = refusalOf(await one.desk.ask(ask([{ ...allow, role: 'writer' }])));
    assert.oneOf(refusal.code, ['exclusive-permissions', 'invalid-policy', 'escalation-prevented']);
    assert.deepEqual(await here.everything(one), before);
  });

  it('are not pushed where the database would not take them', async () => {
    const one = await begin();
    madeBy(await one.desk.ask(ask([{ ...give('nina', 'admin'), workspace: 'sales' } as AskedEdit])));
    const sales = 'policies/sales.yaml';
    here.policy.person.git('rm', '--quiet', sales);
    here.policy.person.commit('No sales');
    here.policy.person.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    const before = await here.everything(one);
    const refusal = refusalOf(await one.desk.ask(ask([allow])));
    assert.equal(refusal.code, 'not-publishable');
    assert.match(refusal.message, /would end 1 membership/);
    assert.deepEqual(await here.everything(one), before);
    // Whoever invites need not care.
    madeBy(await one.desk.ask(ask([give('lou', 'writer')])));
  });

  it('are not judged on what the branch has where somebody rolled back to something else', async () => {
    const one = await begin();
    const first = one.live.current?.revision ?? assert.fail();
    madeBy(await one.desk.ask(ask([allow])));
    const database = await one.live.connection.writer();
    await restoreRelease(database, first, { author: 'bo', atMs: Date.now() });
    await one.live.catchUp();
    assert.isFalse(may(one, 'bo', 'people:manage'));
    for (const isPreview of [true, false]) {
      const refusal = refusalOf(await one.desk.ask(ask([give('cy', 'writer')], { isPreview })));
      assert.equal(refusal.code, 'not-publishable');
      assert.match(refusal.message, /release 3 decides, which is not what commit .* has/);
    }
    // What the repository says anew counts.
    here.policy.pushByHand('policies/sales.yaml', (text) => `${text}title: Sales\n`);
    madeBy(await one.desk.ask(ask([give('cy', 'writer')])));
    assert.isTrue(may(one, 'bo', 'people:manage'));
  });

  it('are undone with what they took from members at run time, but not from whom somebody has changed since', async () => {
    const one = await begin();
    for (const who of ['nina', 'lou']) madeBy(await one.desk.ask(ask([give(who, 'writer')])));
    const gone = await confirmedDeletion(one, { edit: 'role.delete', workspace: 'support', role: 'writer' });
    const made = madeBy(await one.desk.ask(ask([gone])));
    assert.deepEqual([heldBy(one, 'nina'), heldBy(one, 'lou')], [['member'], ['member']]);
    madeBy(await one.desk.ask(ask([give('lou', 'reader')])));
    assert.match(judgementOf(await one.desk.ask(undo(made.change, { isPreview: true }))), /"nina"/);
    const undone = madeBy(await one.desk.ask(undo(made.change)));
    assert.equal(commitOf(undone), here.policy.log('%H')[0]);
    assert.deepEqual([heldBy(one, 'nina'), heldBy(one, 'lou')], [['writer'], ['reader']]);
    assert.notMatch(here.policy.log('%B').join('\n'), /nina|lou/);
    const invited = madeBy(await one.desk.ask(ask([give('eva', 'writer')])));
    madeBy(await one.desk.ask(undo(invited.change)));
    assert.isUndefined(heldBy(one, 'eva'));
    for (const change of ['0000000099-4be07d15', '0123456789abcdef'])
      assert.equal(refusalOf(await one.desk.ask(undo(change))).code, 'unknown-change');
  });

  it('are listed with the rows, in the order of time, in pages', async () => {
    const one = await begin();
    const made: string[] = [];
    for (const edit of [
      allow,
      give('nina', 'writer'),
      give('cy', 'writer'),
      give('lou', 'writer'),
      give('nina', 'reader'),
    ])
      made.unshift(madeBy(await one.desk.ask(ask([edit]))).change);
    const all = (await one.desk.list({ limit: 100, organizations: undefined })).changes.map(({ change }) => change);
    // The first commit was made by hand.
    assert.deepEqual(all.slice(0, -1), made);
    for (const limit of [1, 2, 3]) {
      const pages: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await one.desk.list({
          limit,
          organizations: undefined,
          ...(after === undefined ? {} : { after }),
        });
        pages.push(...page.changes.map(({ change }) => change));
        if (page.next === undefined) break;
        after = page.next;
      }
      assert.deepEqual(pages, all);
    }
    const about = await one.desk.list({ limit: 100, organizations: undefined, subject: 'nina' });
    assert.lengthOf(about.changes, 2);
    assert.isEmpty((await one.desk.list({ limit: 9, organizations: undefined, after: '0000000099-x' })).changes);
  });
});
