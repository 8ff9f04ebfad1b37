import { assert } from 'chai';
import * as fc from 'fast-check';
import {
  distinctMembers,
  effectiveMember,
  effectiveMembers,
  effectiveMembersById,
  type MembersPlace,
} from '../../../src/policy/membership/effective-members.ts';
import { allMembers, countMembers, type Member } from '../../../src/policy/policy-set.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { randomGroupedPolicy } from '../../support/random-groups.ts';
import { policyFiles } from '../../support/random-policy.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';

/** All that somebody holds at a place and above it, as a text. */
function heldBy(place: MembersPlace, { subject, assignments }: Member): string {
  const above = 'organization' in place ? effectiveMember(place.organization, subject)?.assignments : [];
  return JSON.stringify(
    [...assignments, ...(above ?? [])].map(({ role, fromMs, untilMs }) => [role.id, fromMs, untilMs]),
  );
}

describe('members by groups', () => {
  it('are each member once, as they are found by name', () => {
    fc.assert(
      fc.property(randomGroupedPolicy, (drawn) => {
        const policy = compileOrFail(policyFiles(drawn));
        for (const place of [...policy.workspaces.values(), ...policy.organizations]) {
          const members = [...effectiveMembers(place)];
          const byId = effectiveMembersById(place);
          assert.equal(countMembers(byId), members.length);
          for (const member of members) {
            const { type, id } = member.subject;
            assert.deepEqual(effectiveMember(place, member.subject)?.assignments, member.assignments);
            assert.deepEqual(byId.get(type)?.get(id)?.assignments, member.assignments);
          }
          for (const member of allMembers(place.members)) assert(effectiveMember(place, member.subject));
        }
      }),
      { numRuns: lawRuns(60) },
    );
  });

  it('are asked about once for all who hold the same, and nobody is left out', () => {
    let alike = 0;
    fc.assert(
      fc.property(randomGroupedPolicy, (drawn) => {
        const policy = compileOrFail(policyFiles(drawn));
        for (const place of [...policy.workspaces.values(), ...policy.organizations]) {
          const every = new Map<string, number>();
          for (const member of effectiveMembers(place)) {
            const held = heldBy(place, member);
            every.set(held, (every.get(held) ?? 0) + 1);
          }
          const distinct = new Map<string, number>();
          for (const { member, others } of distinctMembers(place)) {
            const held = heldBy(place, member);
            distinct.set(held, (distinct.get(held) ?? 0) + 1 + others);
            alike += others;
          }
          assert.deepEqual([...distinct].sort(), [...every].sort());
        }
      }),
      { numRuns: lawRuns(100) },
    );
    assertReached(alike, 50);
  });
});
