import { assert } from 'chai';
import * as fc from 'fast-check';
import { planShares, splitPolicies } from '../../../../src/review/diff/compare/policy-shares.ts';
import type { SourceFile } from '../../../../src/compile/file/policy-files.ts';

const file = (path: string, bytes = 10): SourceFile => ({ path, content: new Uint8Array(bytes) });
const pathsOf = (files: readonly SourceFile[]): string[] => files.map(({ path }) => path);

describe('two policies cut into shares', () => {
  it('have in common what is no workspace', () => {
    const files = ['roles.yaml', 'model.conf', 'policies/organization.yaml', 'policies/a.yml'].map((path) =>
      file(path),
    );
    const { common, shares } = splitPolicies(files, [...files, file('policies/a.yaml')], 2);
    assert.deepEqual(common, { before: files, after: files });
    assert.lengthOf(shares, 1);
  });

  it('have each workspace in one share, with both its sides, by path', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-f]{1,4}$/), { maxLength: 30 });
    const side = fc
      .tuple(names, fc.nat(5000))
      .map(([list, bytes]) => list.map((name, index) => file(`policies/${name}.yaml`, (bytes * index) % 997)));
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 5 }), (before, after, count) => {
        const { shares } = splitPolicies(before, after, count);
        assert.isAtMost(shares.length, count);
        for (const [list, key] of [[before, 'before'] as const, [after, 'after'] as const]) {
          const dealt = shares.flatMap((share) => pathsOf(share[key]));
          assert.deepEqual(dealt, [...pathsOf(list)].sort());
        }
        const runs = shares.map((share) => pathsOf([...share.before, ...share.after]).sort());
        for (const [index, run] of runs.entries()) {
          const last = runs[index - 1]?.at(-1);
          assert(last === undefined || last < (run[0] ?? ''), 'a share reaches into another');
        }
      }),
    );
  });

  it('have about as much to read in each', () => {
    const files = Array.from({ length: 100 }, (_, index) => file(`policies/w-${index}.yaml`, 1000));
    const { shares } = splitPolicies(files, files, 4);
    assert.deepEqual(
      shares.map(({ after }) => after.length),
      [25, 25, 25, 25],
    );
  });

  it('are one share where there is no workspace', () => {
    const files = [file('roles.yaml')];
    assert.deepEqual(splitPolicies([], files, 3), {
      common: { before: [], after: files },
      shares: [{ before: [], after: [] }],
    });
  });

  it('have a long file in one share, and none is empty', () => {
    const files = [file('policies/a.yaml', 90_000), file('policies/b.yaml', 10), file('policies/c.yaml', 10)];
    const { shares } = splitPolicies([], files, 8);
    for (const { after } of shares) assert.isNotEmpty(after);
    assert.deepEqual(pathsOf(shares.flatMap(({ after }) => after)), pathsOf(files));
  });
});

describe('the plan for a change', () => {
  const many = (count: number, bytes: number): SourceFile[] =>
    Array.from({ length: count }, (_, index) => file(`policies/w-${index}.yaml`, bytes));

  it('makes shares of much text in many workspaces, and one of anything else', () => {
    assert.equal(planShares(many(1000, 4700)), 115);
    assert.equal(planShares(many(10_000, 4700)), 1148);
    assert.equal(planShares(many(199, 100_000)), 1);
    assert.equal(planShares(many(1000, 100)), 1);
    assert.equal(planShares(many(1000, 4700).map(({ path }) => file(`${path}.test.yaml`, 4700))), 1);
  });

  it('makes shares that are no smaller than what they have in common, which each is compiled with', () => {
    assert.equal(planShares([...many(1000, 4700), file('roles.yaml', 400_000)]), 12);
    assert.equal(planShares([...many(1000, 4700), file('roles.yaml', 9_000_000)]), 1);
  });
});
