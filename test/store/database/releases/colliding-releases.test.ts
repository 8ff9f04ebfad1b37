import { createHash } from 'node:crypto';
import { assert } from 'chai';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { fileContents, releaseFiles, releases } from '../../../../src/store/database/tables/entities.ts';
import { LiveDatabase } from '../../../../src/store/database/following/live-database.ts';
import type { LiveDatabaseOptions } from '../../../../src/store/database/following/live-database-options.ts';
import {
  publishRelease,
  type Publication,
  type PublishOutcome,
} from '../../../../src/store/database/releases/publish-release.ts';
import { readReleases } from '../../../../src/store/database/releases/read-releases.ts';
import { ReleaseFiles } from '../../../../src/store/database/releases/release-files.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { restoreRelease } from '../../../support/restore-release.ts';
import { collidingPolicies, collidingQuestion } from '../../../support/colliding-policies.ts';
import { atMs, onEachDatabase } from '../../../support/opened-databases.ts';

const { given, taken, revision } = collidingPolicies;

function publicationOf(texts: Readonly<Record<string, string>>): Publication {
  const files: ReadFile[] = Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const { policy } = compilePolicy(files, atMs);
  if (!policy) assert.fail('the policy has errors');
  return { policy, files, commit: undefined, author: 'ana', now: () => atMs };
}

const decide = ({ current }: LiveDatabase): string | undefined => current?.engine.decide(collidingQuestion, atMs);

onEachDatabase('two releases with the same twelve digits of a revision', (opened) => {
  const open: LiveDatabase[] = [];
  const follow = (more: Partial<LiveDatabaseOptions> = {}): LiveDatabase => {
    const live = new LiveDatabase(new DatabaseUrl(opened().text, '--database'), { cwd: '/', ...more });
    open.push(live);
    return live;
  };
  const publish = (texts: Readonly<Record<string, string>>): Promise<PublishOutcome> =>
    publishRelease(opened().database, publicationOf(texts));
  afterEach(async () => {
    for (const live of open.splice(0)) await live.close();
  });

  it('are published both, and each is in effect in a sidecar that is there and in a new one', async () => {
    assert.equal((await publish(given)).outcome, 'published');
    const live = follow();
    await live.start();
    assert.equal(decide(live), 'granted');
    const { outcome, release } = await publish(taken);
    assert.deepInclude(release, { sequence: 2, revision });
    assert.equal(outcome, 'published');
    await live.catchUp();
    assert.equal(decide(live), 'not-a-member');
    const fresh = follow();
    await fresh.start();
    assert.equal(decide(fresh), 'not-a-member');
    assert.equal((await publish(taken)).outcome, 'unchanged', 'the same again is the same');
    assert.equal((await publish(given)).outcome, 'published');
    await live.catchUp();
    assert.equal(decide(live), 'granted');
  });

  it('are restored by their digests, and by their revision only while it says which', async () => {
    const { database } = opened();
    const by = { author: 'wim', atMs };
    const restore = (name: string): Promise<PublishOutcome> => restoreRelease(database, name, by);
    const first = (await publish(given)).release;
    assert.equal((await restore(revision)).outcome, 'unchanged');
    const second = (await publish(taken)).release;
    const refusal = await restore(revision).catch((error: unknown) => error);
    assert.include(String(refusal), `revision \`${revision}\` is that of two policies, releases 1 and 2`);
    assert.lengthOf(await readReleases(database, 9), 2);
    const restored = (await restore(first.digest)).release;
    assert.deepInclude(restored, { sequence: 3, digest: first.digest, restores: 1 });
    assert.deepInclude((await restore(second.digest)).release, { sequence: 4, digest: second.digest, restores: 2 });
    for (const wrong of ['0'.repeat(64), first.digest.slice(0, 63), '000000000000']) {
      assert.match(String(await restore(wrong).catch((error: unknown) => error)), /was published to/);
    }
  });

  /** Puts the file of the other policy in the place of what was published. */
  const replaceFile = (sequence: number): Promise<unknown> =>
    opened().database.write(async (manager) => {
      const content = Buffer.from(taken['policies/w.yaml']);
      const digest = createHash('sha256').update(content).digest('hex');
      await manager.insert(fileContents[opened().database.url.kind], { digest, content });
      await manager.update(releaseFiles, { sequence, path: 'policies/w.yaml' }, { digest });
    });

  it('are not the same release, when a database is put in the place of another', async () => {
    const { database } = opened();
    await publish(given);
    const files = new ReleaseFiles(database);
    const before = await files.read();
    assert.equal(await files.read(), before);
    // Of the same number and the same moment.
    const { policy } = publicationOf(taken);
    await replaceFile(1);
    await database.write((manager) => manager.update(releases, { sequence: 1 }, { digest: policy.digest }));
    assert.equal(await files.findChanged(), 'anything');
    assert.notEqual(await files.read(), before);
    assert.equal(files.release?.digest, policy.digest);
    const live = follow();
    await live.start();
    assert.equal(decide(live), 'not-a-member');
  });

  it('are not taken for one another when one is kept on disk under the name of the other', async () => {
    await publish(taken);
    const live = follow();
    await live.start();
    const kept = live.snapshot() ?? assert.fail('nothing is live');
    const faults: (string | undefined)[] = [];
    const start = async (files: readonly ReadFile[]): Promise<LiveDatabase> => {
      // A server that does not answer.
      const one = new LiveDatabase(new DatabaseUrl('postgres://ana@127.0.0.1:1/none', '--database'), {
        cwd: '/',
        kept: { read: () => Promise.resolve({ ...kept, files }), onUse: (_kept, fault) => faults.push(fault) },
      });
      open.push(one);
      await one.start();
      return one;
    };
    assert.equal(decide(await start(kept.files)), 'not-a-member');
    assert.isUndefined((await start(publicationOf(given).files)).current);
    assert.deepEqual(faults, [undefined, `the files of revision ${revision} give another policy, ${revision}`]);
  });

  it('are not taken for one another when the files of one stand under the name of the other', async () => {
    await publish(given);
    await replaceFile(1);
    const fresh = follow();
    await fresh.start();
    assert.isUndefined(fresh.current);
    assert.equal(fresh.lastReload?.error, `the files of revision ${revision} give another policy, ${revision}`);
    const by = { author: 'wim', atMs };
    const refusal = await restoreRelease(opened().database, revision, by).catch(String);
    assert.include(refusal, 'compiles to another policy');
    assert.equal((await publish(given)).outcome, 'published', 'what was lost');
    await fresh.catchUp();
    assert.equal(decide(fresh), 'granted');
  });
});
