import { assert } from 'chai';
import { PolicyPlaces } from '../../../src/policy/policy-places.ts';
import type { Place, RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { parseSubject } from '../../../src/policy/subject.ts';
import { withRuntimeMembers } from '../../../src/review/diff/matching/runtime-policy.ts';
import { findUnusedRoles } from '../../../src/review/members/role-problems.ts';
import { codesOf, policyOf } from '../../support/compile-yaml.ts';

const acme: Place = { kind: 'organization', id: 'acme' };
const support: Place = { kind: 'workspace', id: 'support' };

const files = (controls: string): Record<string, string> => ({
  'roles.yaml': `permissions:
  Docs: { doc:read: Read, doc:edit: { title: Edit${controls} } }
roles: { member: { grants: [doc:read] }, manager: { grants: ["*"] } }
`,
  'policies/acme/organization.yaml': `organization: acme
roles:
  bot: { grants: [doc:read] }
  rover: { spans: memberships, grants: [doc:read] }
  base: { grants: [doc:read] }
groups: { desk: [] }
`,
  'policies/acme/support.yaml': `workspace: support
roles: { helper: { extends: base } }
members: { max: manager }
`,
});

const policy = policyOf(files(', controls: members'));

/** The roles that nobody holds with these members at run time. */
function unused(...given: readonly (readonly [place: Place, subject: string, role: string])[]): string[] {
  const members = given.map(([place, subject, role], index): RuntimeMember => {
    const held = { assignments: [{ role }], sequence: index + 1, token: '' };
    return { place, subject: parseSubject(subject, 'user'), ...held };
  });
  const all = withRuntimeMembers(new PolicyPlaces(policy), members);
  return findUnusedRoles(all).map(({ message }) => message.replace(/^nobody holds role /, ''));
}

describe('custom roles that nobody holds', () => {
  it('are told by the files where no permission controls members, else when members are asked for', () => {
    assert.deepEqual(
      codesOf(files('')).filter((code) => code === 'unused-role'),
      Array(4).fill('unused-role'),
    );
    assert.notInclude(codesOf(files(', controls: members')), 'unused-role');
    assert.deepEqual(unused(), ['`bot`', '`rover`', '`base`', '`helper`']);
  });

  it('are not those of the company that somebody holds at run time in any of its workspaces, or in all of it', () => {
    assert.deepEqual(unused([support, 'kim', 'bot']), ['`rover`', '`base`', '`helper`']);
    assert.deepEqual(unused([acme, 'kim', 'rover']), ['`bot`', '`base`', '`helper`']);
    assert.deepEqual(unused([support, 'kim', 'helper']), ['`bot`', '`rover`']);
  });

  it('are not those that a group holds, be anybody in it or not', () => {
    assert.deepEqual(unused([support, 'group:desk', 'bot'], [acme, 'group:desk', 'rover']), ['`base`', '`helper`']);
  });
});
