import { assert } from 'chai';
import * as fc from 'fast-check';
import type { RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import type { PolicyChange } from '../../../../src/review/diff/compare/compile-share.ts';
import { judgeInShares, judgePolicies } from '../../../../src/review/diff/compare/judge-policies.ts';
import { reportsOf } from '../../../cli/diff/judged-diffs.ts';
import { assertReached, lawRuns } from '../../../support/law-runs.ts';
import { fixedNowMs } from '../../../support/random-policy.ts';
import { randomSides, type RandomSides } from '../../../support/random-shares.ts';
import { faultsOf, judgeUndivided } from '../../../support/undivided-diff.ts';

// `npm run laws` asks for 500.
const pairs = lawRuns(60);

const silent = (): void => undefined;

const base = { commit: '3f9c2a1b4d5e', how: 'the ref `main`', problems: [], standIn: undefined };

function changeOf(sides: RandomSides, members: readonly RuntimeMember[] = []): PolicyChange {
  return { ...sides, members, nowMs: fixedNowMs };
}

const randomMember: fc.Arbitrary<RuntimeMember> = fc
  .record({
    place: fc.oneof(
      fc.nat(9).map((index) => ({ kind: 'workspace' as const, id: `w-${index}` })),
      fc.constantFrom('acme', 'beta', 'gone').map((id) => ({ kind: 'organization' as const, id })),
    ),
    id: fc.constantFrom('ana', 'bo', 'cy', 'run-1', 'run-2', 'guest-1'),
    roles: fc.uniqueArray(fc.constantFrom('member', 'admin', 'guest', 'visitor', 'custom-0', 'custom-1', 'nobody'), {
      minLength: 1,
      maxLength: 2,
    }),
  })
  .map(({ place, id, roles }) => ({
    place,
    subject: { type: 'user', id },
    assignments: roles.map((role) => ({ role })),
    sequence: 1,
    token: '',
  }));

const randomMembers = fc.uniqueArray(randomMember, {
  maxLength: 6,
  selector: ({ place, subject }) => `${place.kind} ${place.id} ${subject.id}`,
});

type Judged = Awaited<ReturnType<typeof judgePolicies>>;
type Reference = Awaited<ReturnType<typeof judgeUndivided>>;

/** Compares what is judged with a reference, and what is printed of both in each format. */
function comparisonWith(reference: Reference): (judged: Judged) => void {
  if ('faulty' in reference) return (judged) => assert.deepEqual('faulty' in judged && faultsOf(judged), reference);
  const expected = reportsOf({ ...reference, base });
  return (judged) => {
    assert(!('faulty' in judged), 'sound files were not judged');
    assert.deepEqual(judged, reference);
    assert.deepEqual(reportsOf({ ...judged, base }), expected);
  };
}

describe('a change of two policies, by law', () => {
  it('is told by any number of shares as by each side compiled whole, in every format', async () => {
    const told = new Map<number, number>();
    let sound = 0;
    await fc.assert(
      fc.asyncProperty(randomSides, fc.integer({ min: 1, max: 4 }), async (sides, planned) => {
        const change = changeOf(sides);
        const reference = await judgeUndivided(change);
        if (!('faulty' in reference)) sound += 1;
        const compare = comparisonWith(reference);
        for (const count of [1, 2, 3, 4]) {
          const shared = await judgeInShares(change, count, silent);
          if (shared) compare(shared);
          if (shared && !('faulty' in shared)) told.set(count, (told.get(count) ?? 0) + 1);
        }
        // In one share where so many do not tell everything.
        compare(await judgePolicies(change, silent, planned));
      }),
      { numRuns: pairs },
    );
    // One share tells everything, and several are worth making only where they mostly do.
    assert.equal(told.get(1), sound);
    for (const count of [2, 3, 4]) assertReached(told.get(count) ?? 0, sound / 4, `${count} shares`);
  }).timeout(600_000);

  it('is told so where there was no policy before', async () => {
    await fc.assert(
      fc.asyncProperty(randomSides, fc.integer({ min: 1, max: 4 }), async (sides, count) => {
        const change = { ...changeOf(sides), before: undefined };
        const reference = await judgeUndivided(change);
        comparisonWith(reference)(await judgePolicies(change, silent, count));
        if ('faulty' in reference) return;
        assert.isEmpty(reference.difference.notices);
        assert.isUndefined(reference.revisions.before);
      }),
      { numRuns: pairs },
    );
  }).timeout(600_000);

  it('is told so with members at run time', async () => {
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(randomSides, randomMembers, async (sides, members) => {
        const change = changeOf(sides, members);
        const reference = await judgeUndivided(change);
        comparisonWith(reference)(await judgePolicies(change, silent));
        if ('faulty' in reference) return;
        if (reference.difference.notices.some(({ kind }) => kind.startsWith('runtime-'))) moved += 1;
      }),
      { numRuns: pairs },
    );
    assertReached(moved, pairs / 10);
  }).timeout(600_000);
});
