import { assert } from 'chai';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { groupPlace, inGroup, type Place, type RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { parseSubject } from '../../../src/policy/subject.ts';
import type { MemberChange } from '../../../src/review/members/change-question.ts';
import { findChangeFault } from '../../../src/review/members/member-change-rules.ts';
import { nowMs, policyOf } from '../../support/compile-yaml.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { support } from '../../support/member-change-policy.ts';

const foreman = '  foreman: { grants: ["member:*"], assigns: [agent] }\n';
const texts = groupPolicyFiles();
const policy = policyOf({
  ...texts,
  'roles.yaml': (texts['roles.yaml'] ?? '').replace('roles:\n', `roles:\n${foreman}`),
});

function memberOf(place: Place, name: string, roles: readonly string[]): RuntimeMember {
  const assignments = roles.map((role) => ({ role }));
  return { place, subject: parseSubject(name, 'user'), assignments, sequence: 7, token: '' };
}

const fay = memberOf(support, 'fay', ['foreman']);

function codeOf(
  wanted: RuntimeMember,
  actor: string,
  more: Pick<MemberChange, 'inPlaceOf'> = {},
  given: readonly RuntimeMember[] = [],
): string {
  const members = new RuntimeMembers([fay, ...given]);
  const { place, subject, assignments } = wanted;
  const before = members.get(place, subject.type, subject.id);
  const change = { place, subject, assignments, actor: parseSubject(actor, 'user'), ...more };
  return findChangeFault({ policy, members, atMs: nowMs }, change, before)?.code ?? 'allowed';
}

describe('a group, by the hand of who hands out some roles alone', () => {
  const join = (group: string, actor: string): string =>
    codeOf({ ...memberOf(groupPlace('acme', group), 'kim', []), assignments: inGroup }, actor);
  const leave = (group: string, actor: string): string => {
    const gone = memberOf(groupPlace('acme', group), 'kim', []);
    return codeOf(gone, actor, {}, [{ ...gone, assignments: inGroup }]);
  };

  it('takes people in, and loses them, where it holds these roles and nothing else', () => {
    assert.equal(join('desk', 'mia'), 'allowed');
    assert.equal(join('desk', 'fay'), 'allowed');
    assert.equal(leave('desk', 'fay'), 'allowed');
    assert.equal(join('sellers', 'mia'), 'allowed');
    assert.equal(join('sellers', 'fay'), 'not-assignable');
    assert.equal(leave('sellers', 'fay'), 'not-assignable');
  });

  it('is given these roles, and no others', () => {
    const give = (...roles: readonly string[]): string => codeOf(memberOf(support, 'group:idle', roles), 'fay');
    assert.equal(give('agent'), 'allowed');
    for (const roles of [['seller'], ['agent', 'seller'], ['foreman']]) assert.equal(give(...roles), 'not-assignable');
  });
});

describe('a handover to a group', () => {
  it('is none, whoever asks for it', () => {
    const inPlaceOf = { subject: parseSubject('cat', 'user') };
    const handed = memberOf(support, 'group:idle', ['captain']);
    assert.equal(codeOf(handed, 'mia', { inPlaceOf }), 'wrong-holders');
    assert.equal(codeOf(handed, 'cat', { inPlaceOf }), 'actor-not-allowed');
  });
});
