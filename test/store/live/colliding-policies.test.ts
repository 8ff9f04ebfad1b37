import { expect } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { GivenPolicy } from '../../../src/store/live/given-policy.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import type { PolicySource, Release } from '../../../src/store/live/policy-source.ts';
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
    expect(policies.map((policy) => policy?.revision)).to.deep.equal([revision, revision]);
    const [one, other] = policies.map((policy) => policy?.digest);
    expect(one).to.match(/^[0-9a-f]{64}$/);
    expect(one).not.to.equal(other);
  });

  describe('in a folder', () => {
    let folder: PolicyFolder;
    let live: LivePolicy;
    let released: Release[];

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
        expect(decide(live)).to.equal('granted');
        await folder.write('policies/w.yaml', taken['policies/w.yaml']);
        expect(await live.reload(trigger)).to.include({ outcome: 'loaded', revision });
        expect(decide(live)).to.equal('not-a-member');
        await folder.write('policies/w.yaml', given['policies/w.yaml']);
        expect((await live.reload(trigger)).outcome).to.equal('loaded');
        expect(decide(live)).to.equal('granted');
        expect((await live.reload('request')).outcome, 'and the same again is the same').to.equal('unchanged');
      });
    }

    it('are given to workers both', async () => {
      await live.reload('start');
      await folder.write('policies/w.yaml', taken['policies/w.yaml']);
      await live.reload('request');
      expect(released.map(({ digest }) => digest)).to.deep.equal([digestOf(given), digestOf(taken)]);
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
        expect(decide(live)).to.equal(answer);
        expect(live.current?.revision).to.equal(revision);
      }
    });

    it('are not taken for one another', async () => {
      const live = worker();
      live.take({ changed: sources(taken), removed: [] });
      await live.prepare({ digest: digestOf(taken), judgedAtMs: nowMs });
      live.swap(digestOf(taken));
      live.take({ changed: sources(given), removed: [] });
      const prepared = live.prepare({ digest: digestOf(taken), judgedAtMs: nowMs });
      expect(await prepared.catch((error: unknown) => String(error))).to.contain('give that of digest');
      await live.prepare({ digest: digestOf(given), judgedAtMs: nowMs });
      expect(() => live.swap(digestOf(taken))).to.throw('was not prepared');
      expect(() => live.swap(revision)).to.throw('was not prepared');
      expect(decide(live)).to.equal('not-a-member');
    });
  });
});
