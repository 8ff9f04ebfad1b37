import { assert } from 'chai';
import * as fc from 'fast-check';
import { PolicyCompiler } from '../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { readDecisionLine } from '../../../src/review/usage/read-decision-line.ts';
import { LineReplay } from '../../../src/review/usage/replay-line.ts';
import { ReplayTally } from '../../../src/review/usage/replay-tally.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { chooser, pastQuestions } from '../../support/past-questions.ts';
import { randomPolicyPair } from '../../support/random-policy-pair.ts';
import { fixedNowMs, policyFiles, type RandomPolicy } from '../../support/random-policy.ts';

const runs = lawRuns(40);
const linesEach = 300;
const timesMs = [0, -90 * 86_400_000, 300 * 86_400_000].map((ms) => fixedNowMs + ms);

async function engineOf(policy: RandomPolicy): Promise<CasbinEngine | undefined> {
  const compiled = new PolicyCompiler().compile(policyFiles(policy), fixedNowMs);
  return compiled.policy && CasbinEngine.create(compiled.policy);
}

describe('a replay of random questions', function () {
  this.timeout(120_000);

  it('finds nothing by the policy that decided, and by another exactly what asking one by one finds', async () => {
    const found = { different: 0, unknown: 0 };
    await fc.assert(
      fc.asyncProperty(randomPolicyPair, fc.integer({ min: 1 }), async ({ before, after }, seed) => {
        const [then, now] = [await engineOf(before), await engineOf(after)];
        if (!then || !now) return;
        const questions = pastQuestions(then, linesEach, chooser(seed), timesMs);
        const [same, other] = [new LineReplay(then), new LineReplay(now)];
        const tally = new ReplayTally(now, other, fixedNowMs);
        const expected = { allowed: 0, denied: 0, unknown: 0 };
        for (const { request, atMs, line } of questions) {
          const read = readDecisionLine(JSON.stringify(line));
          assert.notProperty(read, 'fault');
          tally.take(read, 'log', 1);
          assert.notStrictEqual(same.judge(line, atMs).kind, 'different', JSON.stringify(line));
          const isAllowed = now.decide(request, atMs) === 'granted';
          const judged = other.judge(line, atMs);
          if (judged.kind === 'unknown') {
            // Only what has a `when`, and only where the log does not have all that the request had, or that had not all.
            assert.strictEqual(judged.why, 'attributes');
            assert.notProperty(line, 'scope');
            expected.unknown += 1;
            continue;
          }
          const isDifferent = isAllowed !== line.decision;
          assert.strictEqual(judged.kind, isDifferent ? 'different' : 'same', JSON.stringify(line));
          if (isDifferent) expected[isAllowed ? 'allowed' : 'denied'] += 1;
        }
        const { report } = tally;
        assert.deepEqual(report.different, { allowed: expected.allowed, denied: expected.denied });
        assert.strictEqual(report.unknown.attributes, expected.unknown);
        const grouped = report.groups.reduce((sum, { count }) => sum + count, 0);
        assert.strictEqual(grouped + report.ungrouped, expected.allowed + expected.denied);
        const people = report.groups.flatMap((group) => group.people.first.map(({ count }) => count <= group.count));
        assert.isTrue(people.every(Boolean));
        found.different += expected.allowed + expected.denied;
        found.unknown += expected.unknown;
      }),
      { numRuns: runs },
    );
    // Else the law would say nothing.
    assertReached(found.different, 0);
    assertReached(found.unknown, 0);
  });
});
