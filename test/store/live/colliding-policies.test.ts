import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { GivenPolicy } from '../../../src/store/live/given-policy.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import type { PolicySource, NextPolicy } from '../../../src/store/live/policy-source.ts';
import { collidingPolicies, collidingQuestion } from '../../support/colliding-policies.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const { given, taken, revision } = collidingPolicies;
const nowMs = Date.parse('2026-11-21T09:00:00Z');

function sources(texts: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
}

function digestOf(texts: Readonly<Record<string, string>>): string {
  return compilePolicy(sources(texts), nowMs).policy?.digest ?? 'none';
}

const decide = ({ current }: PolicySource): string | undefined => current?.engine.decide(collidingQuestion, nowMs);

describe('two policies with the same twelve digits of a revision', () => {
  it('are told apart by their digests, and shown alike', () => {
    const policies = [given, taken].map((texts) => compilePolicy(sources(texts), nowMs).policy);
    assert.deepEqual(
      policies.map((policy) => policy?.revision),
      [revision, revision],
    );
    const [one, other] = policies.map((policy) => policy?.digest);
    assert.match(String(one), /^[0-9a-f]{64}$/);
    assert.notStrictEqual(one, other);
  });

  describe('in a folder', () => {
    let folder: PolicyFolder;
    let live: LivePolicy;
    let released: NextPolicy[];

    beforeEach(async () => {
      folder = await createPolicyFolder(given);
      released = [];
      live = new LivePolicy(new PolicyDirectory(folder.root), {
        beforeLive: (release) => Promise.resolve(void released.push(release)),
      });
    });
    afterEach(() => folder.dispose());

    for (const trigger of ['files', 'poll', 'signal', 'request'] as const) {
      it(`follow one another at once, when the files are read because of ${trigger}`, async () => {
        await live.reload('start');
        assert.strictEqual(decide(live), 'granted');
        await folder.write('policies/w.yaml', taken['policies/w.yaml']);
        assert.include(await live.reload(trigger), { outcome: 'loaded', revision });
        assert.strictEqual(decide(live), 'not-a-member');
        await folder.write('policies/w.yaml', given['policies/w.yaml']);
        assert.strictEqual((await live.reload(trigger)).outcome, 'loaded');
        assert.strictEqual(decide(live), 'granted');
        assert.strictEqual((await live.reload('request')).outcome, 'unchanged', 'and the same again is the same');
      });
    }

    it('are given to workers both', async () => {
      await live.reload('start');
      await folder.write('policies/w.yaml', taken['policies/w.yaml']);
      await live.reload('request');
      assert.deepEqual(
        released.map(({ digest }) => digest),
        [digestOf(given), digestOf(taken)],
      );
    });
  });

  describe('in a worker', () => {
    const worker = (): GivenPolicy =>
      new GivenPolicy({
        reload: () => Promise.reject(new Error('nobody reads files here')),
        reach: () => Promise.resolve('late'),
      });

    it('follow one another', async () => {
      const live = worker();
      for (const [texts, answer] of [
        [given, 'granted'],
        [taken, 'not-a-member'],
        [given, 'granted'],
      ] as const) {
        live.take({ changed: sources(texts), removed: [] });
        await live.prepare({ digest: digestOf(texts), judgedAtMs: nowMs });
        live.swap(digestOf(texts));
        assert.strictEqual(decide(live), answer);
        assert.strictEqual(live.current?.revision, revision);
      }
    });

    it('are not taken for one another', async () => {
      const live = worker();
      live.take({ changed: sources(taken), removed: [] });
      await live.prepare({ digest: digestOf(taken), judgedAtMs: nowMs });
      live.swap(digestOf(taken));
      live.take({ changed: sources(given), removed: [] });
      const prepared = live.prepare({ digest: digestOf(taken), judgedAtMs: nowMs });
      assert.include(await prepared.catch((error: unknown) => String(error)), 'give that of digest');
      await live.prepare({ digest: digestOf(given), judgedAtMs: nowMs });
      assert.throws(() => live.swap(digestOf(taken)), 'was not prepared');
      assert.throws(() => live.swap(revision), 'was not prepared');
      assert.strictEqual(decide(live), 'not-a-member');
    });
  });
});
