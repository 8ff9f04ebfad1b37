import { assert } from 'chai';
import * as fc from 'fast-check';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { PolicyPlaces } from '../../../src/policy/policy-places.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { groupPlace, inGroup, type RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { withRuntimeMembers } from '../../../src/review/diff/matching/runtime-policy.ts';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import { findChangeFault } from '../../../src/review/members/member-change-rules.ts';
import { nowMs } from '../../support/compile-yaml.ts';
import {
  acme,
  gains,
  gameArbitrary,
  here,
  membersOf,
  policyOfGame,
  roleIds,
  subject,
  type Held,
} from '../../support/escalation-game.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';

const numRuns = lawRuns(300);

/** What each group holds, and where. */
const groups: Readonly<Record<string, { readonly place: keyof Held; readonly role: string }>> = {
  plains: { place: 'here', role: 'plain' },
  owns: { place: 'here', role: 'own' },
  sides: { place: 'above', role: 'side' },
};

interface HeldByGroups extends Held {
  readonly groups: readonly string[];
}

/** What somebody holds in all. */
function allOf({ here: own, above, groups: joined }: HeldByGroups): Held {
  const by = (place: keyof Held): string[] =>
    joined.flatMap((id) => (groups[id]?.place === place ? [groups[id].role] : []));
  return { here: [...own, ...by('here')], above: [...above, ...by('above')] };
}

function membersByGroups(held: HeldByGroups, policy: PolicySet): RuntimeMember[] {
  const joined = held.groups.map((id) => {
    return { place: groupPlace('acme', id), subject, assignments: inGroup, sequence: 1, token: '' };
  });
  return [...membersOf(held, policy), ...joined];
}

/** All that the walker can come to hold by changing what they hold themselves, and which groups they are in. */
function* reachableByGroups(policy: PolicySet, start: HeldByGroups): Generator<HeldByGroups> {
  const keyOf = (held: HeldByGroups): string => JSON.stringify([held.here, held.above, [...held.groups].sort()]);
  const atMostOne = (ids: readonly string[]): string[][] => [[], ...ids.map((id) => [id])];
  const seen = new Set([keyOf(start)]);
  const queue: HeldByGroups[] = [start];
  for (let held = queue.shift(); held; held = queue.shift()) {
    yield held;
    const from = held;
    const changes = [
      ...atMostOne(roleIds.workspace).map((roles) => {
        return { place: here, roles, next: { ...from, here: roles } };
      }),
      ...atMostOne(roleIds.organization).map((roles) => {
        return { place: acme, roles, next: { ...from, above: roles } };
      }),
      ...Object.keys(groups).map((id) => {
        const isIn = from.groups.includes(id);
        const joined = isIn ? from.groups.filter((other) => other !== id) : [...from.groups, id];
        return { place: groupPlace('acme', id), roles: isIn ? [] : ['member'], next: { ...from, groups: joined } };
      }),
    ];
    for (const { place, roles, next } of changes) {
      if (seen.has(keyOf(next))) continue;
      const members = new RuntimeMembers(membersByGroups(from, policy));
      const change = { place, actor: subject, subject, assignments: roles.map((role) => ({ role })) };
      const before = members.get(place, subject.type, subject.id);
      if (findChangeFault({ policy, members, atMs: nowMs }, change, before)) continue;
      seen.add(keyOf(next));
      queue.push(next);
    }
  }
}

describe('what lint says of a way to more by groups', () => {
  it('is said of who holds something by groups and may come into others, whatever the run time lets them do', () => {
    const seen = { open: 0, closed: 0 };
    fc.assert(
      fc.property(gameArbitrary, fc.subarray(Object.keys(groups)), (game, start) => {
        const policy = policyOfGame(game);
        fc.pre(policy !== undefined);
        const first = { here: game.start.here.slice(0, 1), above: game.start.above.slice(0, 1), groups: start };
        const isOpen = [...reachableByGroups(policy, first)].some((end) => gains(policy, allOf(first), allOf(end)));
        const merged = withRuntimeMembers(new PolicyPlaces(policy), membersByGroups(first, policy));
        const paths = findEscalationPaths(merged, nowMs).filter(({ members }) => members.includes('walker'));
        if (isOpen) assert.isNotEmpty(paths);
        seen[isOpen ? 'open' : 'closed'] += 1;
      }),
      // Of six games about one is open: of so many hardly ever as few as would not do.
      { numRuns: numRuns / 2, maxSkipsPerRun: 1000 },
    );
    for (const [what, count] of Object.entries(seen)) assertReached(count, numRuns / 30, what);
  }).timeout(60_000);
});
