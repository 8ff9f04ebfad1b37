import { expect } from 'chai';
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
    expect(given.current).to.equal(undefined);
    await given.prepare({ digest, judgedAtMs: nowMs });
    expect(given.current).to.equal(undefined);
    given.swap(digest);
    expect(given.current?.revision).to.equal(digest.slice(0, 12));
    expect(decide()).to.equal('not-granted');
  });

  it('goes on with the old policy while the next one is prepared, then decides by the new one', async () => {
    given.take({ changed: promoted, removed: [] });
    await given.prepare({ digest: next, judgedAtMs: nowMs });
    expect(decide()).to.equal('not-granted');
    given.swap(next);
    expect(decide()).to.equal('granted');
    expect(given.current?.revision).to.equal(next.slice(0, 12));
  });

  const failureOf = (work: Promise<void>): Promise<string> =>
    work.then(
      () => 'no failure',
      (error: unknown) => String(error),
    );

  it('keeps the old policy when the files give another one, or none', async () => {
    expect(await failureOf(given.prepare({ digest: 'abcdefabcdef', judgedAtMs: nowMs }))).to.contain(
      `the files of the policy of digest abcdefabcdef give that of digest ${next}`,
    );
    given.take({ changed: [], removed: ['roles.yaml'] });
    expect(await failureOf(given.prepare({ digest: next, judgedAtMs: nowMs }))).to.contain('give no policy');
    expect(() => given.swap('abcdefabcdef')).to.throw('was not prepared');
    expect(() => given.swap(next)).to.throw('was not prepared');
    expect(decide()).to.equal('granted');
  });

  it('judges files by the clock of whoever judged them first', async () => {
    const owned = { ...smallPolicy() };
    const owner = '  owner: { title: Owner, grants: ["*"], spans: organization, holders: 1 }\ndefaultRole';
    owned['roles.yaml'] = (owned['roles.yaml'] ?? '').replace('defaultRole', owner);
    owned['policies/organization.yaml'] =
      'organization: acme\nmembers:\n  olu@acme.example: { roles: [{ role: owner, from: 2026-12-01 }] }\n';
    const laterMs = Date.parse('2026-12-24T09:00:00Z');
    const later = new GivenPolicy(nobody);
    later.take({ changed: sources(owned), removed: [] });
    const ownedDigest = digestOf(sources(owned), laterMs);
    expect(await failureOf(later.prepare({ digest: ownedDigest, judgedAtMs: nowMs }))).to.contain('no policy');
    await later.prepare({ digest: ownedDigest, judgedAtMs: laterMs });
    later.swap(ownedDigest);
    expect(later.current?.revision).to.match(/^[0-9a-f]{12}$/);
  });
});
