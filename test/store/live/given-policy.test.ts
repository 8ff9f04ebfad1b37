import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { GivenPolicy, type PolicyGiver } from '../../../src/store/live/given-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const nowMs = Date.parse('2026-11-21T09:00:00Z');
const agent = { subjectType: 'user', subjectId: 'cy@acme.example', workspace: 'support', permission: 'tag:create' };

function sources(files: Record<string, string>): SourceFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }));
}

function digestOf(files: readonly SourceFile[], atMs = nowMs): string {
  return compilePolicy(files, atMs).policy?.digest ?? 'none';
}

const nobody: PolicyGiver = {
  reload: () => Promise.reject(new Error('nobody reads files here')),
  reach: () => Promise.resolve({ refused: 'is known to nobody' }),
};

describe('a policy that another process gives', () => {
  const given = new GivenPolicy(nobody);
  const files = sources(smallPolicy());
  const digest = digestOf(files);
  const promoted = sources({
    [`policies/support.yaml`]: (smallPolicy()['policies/support.yaml'] ?? '').replace(
      'cy@acme.example: member',
      'cy@acme.example: team-lead',
    ),
  });
  const next = digestOf([...files.filter(({ path }) => path !== 'policies/support.yaml'), ...promoted]);
  const decide = (): string | undefined => given.current?.engine.decide(agent, nowMs);

  it('decides nothing until it was given, prepared and made live', async () => {
    given.take({ changed: files, removed: [] });
    assert.strictEqual(given.current, undefined);
    await given.prepare({ digest, judgedAtMs: nowMs });
    assert.strictEqual(given.current, undefined);
    given.swap(digest);
    assert.strictEqual(given.current?.revision, digest.slice(0, 12));
    assert.strictEqual(decide(), 'not-granted');
  });

  it('goes on with the old policy while the next one is prepared, then decides by the new one', async () => {
    given.take({ changed: promoted, removed: [] });
    await given.prepare({ digest: next, judgedAtMs: nowMs });
    assert.strictEqual(decide(), 'not-granted');
    given.swap(next);
    assert.strictEqual(decide(), 'granted');
    assert.strictEqual(given.current?.revision, next.slice(0, 12));
  });

  const failureOf = (work: Promise<void>): Promise<string> =>
    work.then(
      () => 'no failure',
      (error: unknown) => String(error),
    );

  it('keeps the old policy when the files give another one, or none', async () => {
    assert.include(
      await failureOf(given.prepare({ digest: 'abcdefabcdef', judgedAtMs: nowMs })),
      `the files of the policy of digest abcdefabcdef give that of digest ${next}`,
    );
    given.take({ changed: [], removed: ['roles.yaml'] });
    assert.include(await failureOf(given.prepare({ digest: next, judgedAtMs: nowMs })), 'give no policy');
    assert.throws(() => given.swap('abcdefabcdef'), 'was not prepared');
    assert.throws(() => given.swap(next), 'was not prepared');
    assert.strictEqual(decide(), 'granted');
  });

  it('judges files by the clock of whoever judged them first', async () => {
    const owned = { ...smallPolicy() };
    const owner = '  owner: { title: Owner, grants: ["*"], spans: organization, holders: 1 }\ndefaultRole';
    owned['roles.yaml'] = (owned['roles.yaml'] ?? '').replace('defaultRole', owner);
    owned['policies/organization.yaml'] =
      'organization: acme\nmembers:\n  olu@acme.example: [{ role: owner, until: 2026-12-01 }]\n  pia@acme.example: [{ role: owner, from: 2026-11-30 }]\n';
    const laterMs = Date.parse('2026-12-24T09:00:00Z');
    const later = new GivenPolicy(nobody);
    later.take({ changed: sources(owned), removed: [] });
    const ownedDigest = digestOf(sources(owned), laterMs);
    assert.include(await failureOf(later.prepare({ digest: ownedDigest, judgedAtMs: nowMs })), 'no policy');
    await later.prepare({ digest: ownedDigest, judgedAtMs: laterMs });
    later.swap(ownedDigest);
    assert.match(String(later.current?.revision), /^[0-9a-f]{12}$/);
  });
});
