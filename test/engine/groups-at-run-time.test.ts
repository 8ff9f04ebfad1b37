import { assert } from 'chai';
import * as fc from 'fast-check';
import { runtimeRows } from '../../src/compile/casbin/runtime-rows.ts';
import { casbinRows } from '../../src/compile/casbin/casbin-rules.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import { PolicyPlaces } from '../../src/policy/policy-places.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import { groupPlace, inGroup, type Place, type RuntimeMember } from '../../src/policy/runtime-member.ts';
import { withRuntimeMembers } from '../../src/review/diff/matching/runtime-policy.ts';
import { applyMoves, planRuntimeMoves } from '../../src/review/members/runtime-moves.ts';
import { ask, compileOrFail, nowMs, policyOf } from '../support/compile-yaml.ts';
import { groupPolicyFiles } from '../support/group-policy.ts';
import { acme, support } from '../support/member-change-policy.ts';
import { addGroups, randomGroups } from '../support/random-groups.ts';
import { fixedNowMs, hostileIds, policyFiles, randomPolicy } from '../support/random-policy.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';

const sales: Place = { kind: 'workspace', id: 'sales' };
const desk = groupPlace('acme', 'desk');

function memberOf(place: Place, id: string, roles: readonly string[], type = 'user'): RuntimeMember {
  const assignments = roles.map((role) => ({ role }));
  return { place, subject: { type, id }, assignments, sequence: 7, token: '' };
}

describe('a group at run time', () => {
  let engine: CasbinEngine;
  let members: RuntimeMembers;
  beforeEach(async () => {
    members = new RuntimeMembers();
    engine = await CasbinEngine.create(policyOf(groupPolicyFiles()), members);
  });

  const change = (...changed: readonly RuntimeMember[]): void => {
    for (const member of changed) {
      members.set(member);
      engine.memberChanged(member.place, member.subject);
    }
  };
  const code = (id: string, permission: string, workspace = 'support'): string =>
    engine.decide(ask(id, permission, { workspace }), nowMs);

  it('gives what it holds to whoever is put into it, until they are taken out', () => {
    assert.equal(code('kim', 'ticket:close'), 'not-a-member');
    change(memberOf(desk, 'kim', ['member']));
    assert.equal(code('kim', 'ticket:close'), 'granted');
    assert.equal(code('kim', 'ticket:close', 'sales'), 'not-a-member');
    assert.equal(code('kim', 'ticket:close', 'desk'), 'not-a-member');
    const { reason } = engine.explain(ask('kim', 'ticket:close'), nowMs);
    assert.equal(reason.group, 'desk');
    change(memberOf(desk, 'kim', []));
    assert.equal(code('kim', 'ticket:close'), 'not-a-member');
    assert.equal(members.groupsOf('acme', 'user', 'kim')?.size ?? 0, 0);
  });

  it('gives what it is given then to everybody in it, by YAML and since run time', () => {
    change(memberOf(desk, 'kim', ['member']));
    assert.equal(code('dan', 'invoice:create', 'sales'), 'not-a-member');
    change(memberOf(sales, 'desk', ['seller'], 'group'));
    for (const id of ['dan', 'dot', 'kim']) assert.equal(code(id, 'invoice:create', 'sales'), 'granted', id);
    assert.equal(code('lea', 'invoice:create', 'sales'), 'not-a-member');
    change(memberOf(sales, 'desk', [], 'group'));
    for (const id of ['dan', 'dot', 'kim']) assert.equal(code(id, 'invoice:create', 'sales'), 'not-a-member', id);
    change(memberOf(acme, 'desk', ['payer'], 'group'));
    for (const where of ['sales', 'support']) assert.equal(code('kim', 'invoice:approve', where), 'granted', where);
    change(memberOf(acme, 'desk', [], 'group'));
    for (const where of ['sales', 'support']) assert.notEqual(code('kim', 'invoice:approve', where), 'granted', where);
  });

  it('holds nothing that is of another organization, nor is it a subject', () => {
    change(
      memberOf(groupPlace('other', 'desk'), 'kim', ['member']),
      memberOf(groupPlace('acme', 'gone'), 'kim', ['member']),
    );
    change(memberOf(support, 'gone', ['agent'], 'group'));
    assert.equal(code('kim', 'ticket:close'), 'not-a-member');
    change(memberOf(sales, 'desk', ['seller'], 'group'));
    const asGroup = ask('desk', 'invoice:create', { subjectType: 'group', workspace: 'sales' });
    assert.equal(engine.decide(asGroup, nowMs), 'not-a-member');
  });

  it('is looked up again for everybody in it, however many they are', async () => {
    const many = 12_000;
    for (let index = 0; index < many; index += 1) members.set(memberOf(desk, `u${index}`, ['member']));
    engine = await CasbinEngine.create(policyOf(groupPolicyFiles()), members);
    for (let index = 0; index < many; index += 1)
      assert.equal(code(`u${index}`, 'ticket:close', 'sales'), 'not-a-member');
    for (let index = 0; index < many; index += 1) assert.equal(code(`u${index}`, 'ticket:close'), 'granted');
    change(memberOf(acme, 'desk', ['auditor'], 'group'));
    for (let index = 0; index < many; index += 500) assert.equal(code(`u${index}`, 'ticket:close', 'sales'), 'granted');
    change(memberOf(acme, 'desk', [], 'group'));
    for (let index = 0; index < many; index += 500)
      assert.equal(code(`u${index}`, 'ticket:close', 'sales'), 'not-a-member');
    assert.equal(code('mia', 'member:manage', 'support'), 'granted', 'and everybody else is found again');
  });
});

const groupIds = ['emea', '42', 'On_call.2'];
const places: readonly Place[] = [
  { kind: 'workspace', id: 'one' },
  { kind: 'workspace', id: '2' },
  { kind: 'organization', id: 'acme' },
];

const randomChange: fc.Arbitrary<RuntimeMember> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...groupIds), fc.constantFrom(...hostileIds.slice(0, 8)), fc.boolean())
    .map(([group, id, isIn]) => ({ ...memberOf(groupPlace('acme', group), id, []), assignments: isIn ? inGroup : [] })),
  fc
    .tuple(
      fc.constantFrom(...places),
      fc.constantFrom(...groupIds),
      fc.constantFrom(
        ...[[], ['member'], ['admin', 'lead'], ['boss'], ['roamer'], ['rover', 'chief']],
        ...[
          ['member', 'boss'],
          ['member', 'roamer'],
        ],
      ),
    )
    .map(([place, group, roles]) => memberOf(place, group, roles, 'group')),
  fc
    .tuple(
      fc.constantFrom(...places),
      fc.constantFrom(...hostileIds.slice(0, 8)),
      fc.constantFrom([], ['member'], ['lead'], ['boss'], ['roamer'], ['member', 'rover']),
    )
    .map(([place, id, roles]) => memberOf(place, id, roles)),
);

/** What would be published, with what YAML takes over gone. */
function settled(policy: PolicySet, members: RuntimeMembers): { places: PolicyPlaces; given: RuntimeMembers } {
  const there = new PolicyPlaces(policy);
  const all = [...members.all()];
  return { places: there, given: new RuntimeMembers(applyMoves(all, planRuntimeMoves(there, all))) };
}

describe('groups at run time, by law', () => {
  it('are decided as the same in YAML, after every change, and by the rows for Casbin that each membership has', async () => {
    let granted = 0;
    await fc.assert(
      fc.asyncProperty(
        randomPolicy,
        randomGroups,
        fc.array(randomChange, { minLength: 1, maxLength: 12 }),
        async (drawn, groups, changes) => {
          const policy = compileOrFail(policyFiles(addGroups(drawn, groups)));
          const members = new RuntimeMembers();
          const engine = await CasbinEngine.create(policy, members);
          const decisions = (asked: CasbinEngine): string[] =>
            ['one', '2'].flatMap((workspace) =>
              hostileIds.slice(0, 8).flatMap((id) =>
                ['doc:read', 'tag:edit'].map((permission) => {
                  const found = asked.decide(ask(id, permission, { workspace }), fixedNowMs);
                  if (found === 'granted') granted += 1;
                  return found;
                }),
              ),
            );
          for (const member of changes) {
            decisions(engine);
            members.set(member);
            engine.memberChanged(member.place, member.subject);
          }
          const { places: there, given } = settled(policy, members);
          const settledEngine = await CasbinEngine.create(policy, given);
          const written = withRuntimeMembers(there, given.all());
          assert.deepEqual(decisions(settledEngine), decisions(await CasbinEngine.create(written)));
          assert.deepEqual(decisions(engine), decisions(await CasbinEngine.create(policy, members)));
          const ofRows = [...given.all()].flatMap((member) => runtimeRows(there, member, fixedNowMs, given));
          const rows = [...casbinRows(policy, fixedNowMs).g, ...ofRows].map((row) => row.join(' '));
          const wanted = casbinRows(written, fixedNowMs).g.map((row) => row.join(' '));
          assert.deepEqual([...new Set(rows)].sort(), [...new Set(wanted)].sort());
        },
      ),
      { numRuns: lawRuns(150) },
    );
    assertReached(granted, 1000);
  }).timeout(60_000);
});
