import { assert } from 'chai';
import type { AskedEdit } from '../../../src/review/changes/asked-edit.ts';
import type { AskedChange } from '../../../src/store/changes/asked-change.ts';
import {
  BranchesBesideDatabase,
  confirmedDeletion,
  heldBy,
  may,
  type BranchBesideDatabase,
} from '../../support/branch-database.ts';
import { allow, ask, give } from '../../support/pushed-policy.ts';
import { commitOf, madeBy, refusalOf, undo } from '../changes/folder/committed-policy.ts';

const keyed = (key: string): Partial<AskedChange> => ({ idempotency: { key, digest: key } });
const remove = (subject: string): AskedEdit => ({ edit: 'member.remove', workspace: 'support', subject });

describe('roles pushed to a branch beside a database', function () {
  this.timeout(60_000);
  let here: BranchesBesideDatabase;
  afterEach(() => here.dispose());

  const begin = async (files?: Readonly<Record<string, string>>): Promise<BranchBesideDatabase> => {
    here = await BranchesBesideDatabase.create(files);
    return here.follow('one');
  };

  it('leave nothing where the push fails, whatever the reason', async () => {
    const one = await begin();
    await one.desk.prepare();
    const before = await here.everything(one);
    here.policy.hook('pre-receive', 'echo "not on Sundays" >&2; exit 1');
    const refusal = refusalOf(await one.desk.ask(ask([allow])));
    assert.equal(refusal.code, 'push-refused');
    assert.include(refusal.message, 'not on Sundays');
    here.policy.server.mood = 'failing';
    const failed: unknown = await one.desk.ask(ask([allow])).catch((error: unknown) => error);
    assert.instanceOf(failed, Error);
    // An invitation needs no git server.
    assert.deepEqual(await here.everything(one), before);
    madeBy(await one.desk.ask(ask([give('nina', 'writer')], keyed('invited'))));
    assert.isTrue(may(one, 'nina', 'doc:edit'));
    assert.isFalse(may(one, 'nina', 'people:manage'));
  });

  it('say so where they were pushed and cannot be published yet, and are whole once they are, whoever does it', async () => {
    const one = await begin();
    const other = await here.follow('other');
    await one.desk.prepare();
    here.policy.server.onPush = (step): undefined => {
      if (step === 'taken') here.policy.server.mood = 'failing';
    };
    const failed: unknown = await one.desk.ask(ask([allow], keyed('k'))).catch((error: unknown) => error);
    assert.match((failed as Error).message, /was pushed and is not live here/);
    assert.isFalse(may(one, 'bo', 'people:manage'));
    here.policy.server.onPush = () => undefined;
    here.policy.server.mood = 'well';
    // The one that pushed it is gone.
    await here.open.shift()?.close();
    await other.publisher.reload('poll');
    await other.live.catchUp();
    assert.isTrue(may(other, 'bo', 'people:manage'));
    const again = madeBy(await other.desk.ask(ask([allow], keyed('k'))));
    assert.equal(commitOf(again), here.policy.log('%H')[0]);
    assert.lengthOf(here.policy.log(), 2);
    assert.equal(other.live.current?.revision, again.revision);
  });

  it('are made once by a key, wherever it is sent, also where it would be a row by then', async () => {
    const one = await begin();
    const other = await here.follow('other');
    const [pushed, invited] = [ask([remove('cy')], keyed('gone')), ask([give('nina', 'writer')], keyed('in'))];
    const heads = [madeBy(await one.desk.ask(pushed)), madeBy(await one.desk.ask(invited))];
    // By somebody else, since.
    madeBy(await one.desk.ask(ask([give('cy', 'writer')])));
    await other.live.reload('request');
    for (const { desk } of [one, other])
      assert.deepEqual([madeBy(await desk.ask(pushed)), madeBy(await desk.ask(invited))], heads);
    assert.isTrue(may(other, 'cy', 'doc:edit'));
    for (const key of ['gone', 'in'])
      for (const edits of [[allow], [give('lou', 'writer')]]) {
        const reused = ask(edits, { idempotency: { key, digest: 'other' } });
        assert.equal(refusalOf(await other.desk.ask(reused)).code, 'idempotency-key-reused');
      }
  });

  it('meet in two sidecars: both are made, or whoever changed the very same is told what is there', async () => {
    const [one, other] = [await begin(), await here.follow('other')];
    const made = await Promise.all([
      one.desk.ask(ask([allow])),
      other.desk.ask(ask([give('cy', 'writer')])),
      other.desk.ask(ask([give('nina', 'writer')])),
    ]);
    const heads = made.map((answer) => madeBy(answer));
    await one.live.reload('request');
    assert.isTrue(may(one, 'cy', 'people:manage'));
    assert.isTrue(may(one, 'nina', 'people:manage'));
    assert.lengthOf(here.policy.log(), 3);
    assert.lengthOf(heads, 3);
    const role: AskedEdit = { edit: 'role.change', workspace: 'support', role: 'writer', title: 'W', etag: 'stale' };
    const row: AskedEdit = { ...give('nina', 'reader'), etag: 'stale' };
    for (const edit of [role, row]) {
      const refusal = refusalOf(await other.desk.ask(ask([edit])));
      assert.equal(refusal.code, 'changed-meanwhile');
      assert.property(refusal, 'now');
    }
  });

  it('are live where somebody pushes on top of them at once, and an undoing says that nobody at run time got anything back', async () => {
    const one = await begin();
    madeBy(await one.desk.ask(ask([give('nina', 'writer')])));
    const gone = await confirmedDeletion(one, { edit: 'role.delete', workspace: 'support', role: 'writer' });
    let pushes = 0;
    here.policy.server.onPush = (step): undefined => {
      if (step !== 'taken') return;
      pushes += 1;
      here.policy.pushByHand('policies/sales.yaml', (text) => `${text}# ${pushes}\n`);
    };
    const role: AskedEdit = { edit: 'role.change', workspace: 'support', role: 'reader', allow: ['doc:edit'] };
    const made = madeBy(await one.desk.ask(ask([role])));
    assert.equal(made.revision, one.live.current?.revision);
    assert.equal(one.publisher.commit, here.policy.log('%H')[0]);
    assert.equal(commitOf(made), here.policy.log('%H')[1]);
    here.policy.server.onPush = () => undefined;
    const deleted = madeBy(await one.desk.ask(ask([gone])));
    here.policy.server.onPush = (step): undefined => {
      if (step === 'taken') here.policy.pushByHand('policies/sales.yaml', (text) => `${text}# last\n`);
    };
    const failed: unknown = await one.desk.ask(undo(deleted.change)).catch((error: unknown) => error);
    assert.match((failed as Error).message, /members at run time have got nothing back by it/);
    assert.isTrue(may(one, 'bo', 'doc:edit'));
    assert.deepEqual(heldBy(one, 'nina'), ['member']);
  });
});
