import { assert } from 'chai';
import { PolicyPlaces } from '../../../../src/policy/policy-places.ts';
import { groupPlace, inGroup, type Place, type RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import { findRuntimeNotices } from '../../../../src/review/diff/notices/runtime-notices.ts';
import { planRuntimeMoves } from '../../../../src/review/members/runtime-moves.ts';
import { policyOf } from '../../../support/compile-yaml.ts';
import { groupPolicyFiles } from '../../../support/group-policy.ts';

const sales: Place = { kind: 'workspace', id: 'sales' };

function memberOf(place: Place, type: string, id: string, role = 'member'): RuntimeMember {
  return { place, subject: { type, id }, assignments: [{ role }], sequence: 7, token: '' };
}

function noticesOf(members: readonly RuntimeMember[], from: string, to: string): string[] {
  const files = groupPolicyFiles();
  const changed = Object.entries(files).map(([path, text]) => [path, text.replace(from, to)] as const);
  const policy = policyOf(Object.fromEntries(changed));
  const moves = planRuntimeMoves(new PolicyPlaces(policy), members);
  return findRuntimeNotices(moves, policy).map(({ kind, text }) => `${kind}: ${text}`);
}

describe('what becomes of groups at run time', () => {
  const kim = { ...memberOf(groupPlace('acme', 'idle'), 'user', 'kim'), assignments: inGroup };
  const desk = memberOf(sales, 'group', 'idle', 'agent');

  it('is nothing while YAML has the group', () => {
    assert.deepEqual(noticesOf([kim, desk], 'nothing', 'nothing'), []);
  });

  it('is told of who was in a group that is gone, and of what it was given', () => {
    assert.deepEqual(noticesOf([kim, desk], '  idle: []\n', ''), [
      'runtime-ended: `kim`, who is in group `idle` since run time: group `acme/idle` is gone',
      'runtime-ended: `group:idle`, who holds roles of workspace `sales` since run time: group `idle` is gone',
    ]);
  });

  it('is told of who is listed in YAML now, and of groups that are given something there', () => {
    assert.deepEqual(noticesOf([kim], 'idle: []', 'idle: [kim]'), [
      'runtime-taken-over: `kim`, who is in group `idle` since run time: git takes over',
    ]);
    assert.deepEqual(noticesOf([desk], 'mia: agent, cyd', 'mia: agent, "group:idle": seller, cyd'), [
      'runtime-taken-over: `group:idle`, who holds roles of workspace `sales` since run time: git takes over',
    ]);
  });

  it('is told of a role that is gone, and of one of which there must be a number since', () => {
    assert.deepEqual(noticesOf([memberOf(sales, 'group', 'idle', 'closer')], 'closer: {', 'opener: {'), [
      'runtime-ended: `group:idle`, who holds roles of workspace `sales` since run time: role `closer` is gone, and nothing takes its place',
    ]);
    assert.deepEqual(noticesOf([memberOf(sales, 'group', 'idle', 'captain')], 'nothing', 'nothing'), [
      'runtime-ended: `group:idle`, who holds roles of workspace `sales` since run time: role `captain` is gone, and nothing takes its place',
    ]);
  });
});
