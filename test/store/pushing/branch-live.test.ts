import { assert } from 'chai';
import { commitOf, madeBy } from '../changes/folder/committed-policy.ts';
import { followBranch, type FollowedBranch } from '../../support/followed-branch.ts';
import { allow, ask, give, PushedPolicy, supportFile } from '../../support/pushed-policy.ts';

describe('a sidecar that changes the branch it follows', function () {
  this.timeout(60_000);
  let policy: PushedPolicy;
  const open: FollowedBranch[] = [];
  beforeEach(async () => (policy = await PushedPolicy.create()));
  afterEach(async () => {
    for (const { close } of open.splice(0)) await close();
    await policy.dispose();
  });

  const follow = (...of: [name: string, where?: 'here' | 'in a thread']): FollowedBranch => {
    const followed = followBranch(policy, ...of);
    open.push(followed);
    return followed;
  };

  it('decides by a change before the answer, and names its commit', async () => {
    const { live, desk } = follow('one', 'in a thread');
    await live.reload('start');
    await desk.prepare();
    for (const edit of [allow, give('cy', 'writer')]) {
      const head = madeBy(await desk.ask(ask([edit])));
      assert.equal(live.current?.revision, head.revision);
      const wanted = { kind: 'commit', policy: head.revision, commit: commitOf(head) } as const;
      assert.equal(await live.reach(wanted, 1000), 'reached');
    }
    const last = live.current?.revision;
    assert.equal((await desk.ask(ask([give('bo', 'admin')], { write: 'propose' }))).kind, 'written');
    assert.equal(live.current?.revision, last);
  });

  it('need not ask the server for it: a look that began before is older, whenever it ends', async () => {
    const { live, desk } = follow('one');
    await live.reload('start');
    await desk.prepare();
    let release = (): void => undefined;
    policy.server.slowness = new Promise<void>((resolve) => (release = resolve));
    // A look and a reload, which hear of what was before.
    const looks = [live.reload('poll'), live.reload('news')];
    await new Promise((resolve) => setTimeout(resolve, 300));
    policy.server.slowness = undefined;
    policy.server.onPush = (step): undefined => {
      if (step === 'taken') policy.server.mood = 'silent';
    };
    const head = madeBy(await desk.ask(ask([allow])));
    assert.equal(live.current?.revision, head.revision);
    release();
    await Promise.all(looks);
    assert.equal(live.current?.revision, head.revision);
    policy.server.mood = 'well';
    await live.reload('poll');
    await live.reload('request');
    assert.equal(live.current?.revision, head.revision);
    assert.equal(live.current?.commit, commitOf(head));
  });

  it('has it live that was made by another one, where its key is sent again', async () => {
    const [one, other] = [follow('one'), follow('other')];
    await one.live.reload('start');
    await other.live.reload('start');
    const asked = ask([allow], { idempotency: { key: 'k', digest: 'd' } });
    const head = madeBy(await one.desk.ask(asked));
    assert.notEqual(other.live.current?.revision, head.revision);
    assert.deepEqual(madeBy(await other.desk.ask(asked)), head);
    assert.equal(other.live.current?.revision, head.revision);
    // And does not go back to it where something newer decides.
    const byHand = policy.pushByHand(supportFile, (text) => text.replace('cy: member', 'cy: writer'));
    await other.live.reload('request');
    const { revision } = other.live.current ?? assert.fail();
    assert.deepEqual(madeBy(await other.desk.ask(asked)), head);
    assert.equal(other.live.current?.revision, revision);
    await other.live.reload('request');
    assert.equal(other.live.current?.commit, byHand);
  });

  it('answers who names a commit that was never live there, and is passed or comes', async () => {
    const [one, other] = [follow('one'), follow('other')];
    await one.live.reload('start');
    await other.live.reload('start');
    const [first, second] = [
      madeBy(await one.desk.ask(ask([allow]))),
      madeBy(await one.desk.ask(ask([give('cy', 'writer')]))),
    ];
    const reach = (sidecar: FollowedBranch, head: typeof first, digits = 12): unknown => {
      const commit = commitOf(head).slice(0, digits);
      return sidecar.live.reach({ kind: 'commit', policy: head.revision, commit }, 10_000);
    };
    // It has not looked yet.
    assert.equal(await reach(other, second), 'reached');
    assert.equal(other.live.current?.revision, second.revision);
    assert.equal(await reach(other, first, 40), 'reached');
    const late = follow('late');
    await late.live.reload('start');
    assert.equal(await reach(late, first), 'reached');
    // What is known needs no server.
    policy.server.mood = 'failing';
    assert.equal(await reach(late, first), 'reached');
  });

  it('refuses who names a commit of another history, and has those wait whom it cannot tell', async () => {
    const { live, desk } = follow('one');
    await live.reload('start');
    const gone = madeBy(await desk.ask(ask([allow])));
    policy.git('update-ref', 'refs/heads/main', policy.git('rev-parse', 'main~1'));
    await live.reload('poll');
    await live.reload('poll');
    policy.pushByHand(supportFile, (text) => text.replace('cy: member', 'cy: writer'));
    const stands = await Promise.all(
      [commitOf(gone), 'a'.repeat(40), 'b'.repeat(12)].map(async (commit) =>
        live.reach({ kind: 'commit', policy: gone.revision, commit }, 10_000),
      ),
    );
    for (const stand of stands)
      assert.match((stand as { refused: string }).refused, /names no commit that the live one/);
    policy.server.mood = 'failing';
    assert.equal(await live.reach({ kind: 'commit', policy: gone.revision, commit: 'c'.repeat(12) }, 10_000), 'late');
    // A commit that has problems is on the branch, and is not live.
    policy.server.mood = 'well';
    const broken = policy.pushByHand(supportFile, (text) => text.replace('cy: writer', 'cy: nobody'));
    assert.equal(await live.reach({ kind: 'commit', policy: gone.revision, commit: broken }, 10_000), 'late');
  });

  it('goes where the branch was forced to, also where it had changed it', async () => {
    const { live, desk } = follow('one');
    await live.reload('start');
    const before = live.current?.revision;
    madeBy(await desk.ask(ask([allow])));
    policy.git('update-ref', 'refs/heads/main', policy.git('rev-parse', 'main~1'));
    await live.reload('poll');
    await live.reload('poll');
    assert.equal(live.current?.revision, before);
  });

  it('begins with it where the server is away at the next start', async () => {
    const { live, desk, close } = follow('one');
    await live.reload('start');
    const head = madeBy(await desk.ask(ask([allow])));
    await close();
    policy.server.mood = 'failing';
    const again = follow('one');
    await again.live.reload('start');
    assert.equal(again.live.current?.revision, head.revision);
    assert.isTrue(again.live.source?.isFromCache);
  });
});
