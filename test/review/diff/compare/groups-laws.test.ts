import { assert } from 'chai';
import * as fc from 'fast-check';
import type { AccessChange, PolicySide } from '../../../../src/review/diff/matching/policy-difference.ts';
import { comparePolicies } from '../../../support/compare-policies.ts';
import { compileOrFail } from '../../../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../../../support/law-runs.ts';
import { addGroups, randomGroupedPolicy, randomGroups, writeOut } from '../../../support/random-groups.ts';
import { policyFiles, randomPolicy, type RandomPolicy } from '../../../support/random-policy.ts';

// `npm run laws` asks for 500.
const pairs = lawRuns(60);

function sideOf(drawn: RandomPolicy): PolicySide {
  const files = policyFiles(drawn);
  return { policy: compileOrFail(files), files };
}

function spellOut(changes: readonly AccessChange[]): string[] {
  return changes
    .flatMap(({ kind, workspace, subjects, permissions, fromMs, untilMs }) =>
      subjects.flatMap((subject) =>
        permissions.map((permission) => `${kind} ${workspace} ${subject} ${permission} ${fromMs}..${untilMs}`),
      ),
    )
    .sort();
}

const randomPair = fc.tuple(randomPolicy, randomGroups, randomGroups);

describe('the difference of groups, by law', () => {
  it('is nothing between groups and the same written out', async () => {
    await fc.assert(
      fc.asyncProperty(randomGroupedPolicy, async (drawn) => {
        const { changes } = await comparePolicies(sideOf(drawn), sideOf(writeOut(drawn)), -Infinity);
        assert.deepEqual(changes, []);
      }),
      { numRuns: pairs },
    );
  }).timeout(120_000);

  it('is for everybody what it is when it is written out, at every time', async () => {
    let told = 0;
    let throughGroups = 0;
    await fc.assert(
      fc.asyncProperty(randomPair, async ([drawn, before, after]) => {
        const [was, is] = [addGroups(drawn, before), addGroups(drawn, after)];
        const { changes } = await comparePolicies(sideOf(was), sideOf(is), -Infinity);
        const plain = await comparePolicies(sideOf(writeOut(was)), sideOf(writeOut(is)), -Infinity);
        assert.deepEqual(mergeTimes(spellOut(changes)), mergeTimes(spellOut(plain.changes)));
        told += changes.length;
        throughGroups += changes.filter(({ cause }) => cause.kind.startsWith('group-')).length;
      }),
      { numRuns: pairs },
    );
    assertReached(told, pairs);
    assertReached(throughGroups, pairs / 2);
  }).timeout(120_000);
});

/** One line for times that follow one another: causes may part them otherwise. */
function mergeTimes(lines: readonly string[]): string[] {
  const found = new Map<string, { from: number; until: number }[]>();
  for (const line of lines) {
    const [, name = '', from = '', until = ''] = /^(.*) ([^ ]+?)\.\.([^ ]+)$/.exec(line) ?? [];
    const spell = {
      from: from === 'undefined' ? -Infinity : Number(from),
      until: until === 'undefined' ? Infinity : Number(until),
    };
    found.set(name, [...(found.get(name) ?? []), spell]);
  }
  return [...found].flatMap(([name, spells]) => {
    const merged: { from: number; until: number }[] = [];
    for (const spell of spells.sort((left, right) => left.from - right.from)) {
      const last = merged.at(-1);
      if (last && spell.from <= last.until) last.until = Math.max(last.until, spell.until);
      else merged.push({ ...spell });
    }
    return merged.map(({ from, until }) => `${name} ${from}..${until}`);
  });
}
