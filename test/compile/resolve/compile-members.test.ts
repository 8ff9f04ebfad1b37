import { assert } from 'chai';
import { compileRight, compileTexts, findings, onlyWorkspace, type PolicyTexts } from '../../support/policy-texts.ts';
import { PlainMember } from '../../../src/policy/plain-member.ts';
import { findMember, type Member } from '../../../src/policy/policy-set.ts';

const rolesYaml = `subjectTypes: [user, service]
permissions: { C: { a:b: t } }
roles: { member: { grants: [a:b] }, lead: {}, boss: { spans: organization } }
`;
const texts = (members: string): PolicyTexts => ({
  'roles.yaml': rolesYaml,
  'policies/w.yaml': `workspace: w\nmembers:\n${members}\n`,
});
const faultsOf = (members: string): string[] =>
  findings(texts(members)).map((finding) => finding.replace('policies/w.yaml:', ''));

function memberOf(members: string, id: string, type = 'user'): Member {
  const found = findMember(onlyWorkspace(compileRight(texts(members))).members, { type, id });
  assert.isDefined(found, id);
  return found;
}

const ms = (text: string): number => Date.parse(text);

describe('members', () => {
  it('have a role, several, or roles and properties', () => {
    const rolesOf = (members: string): string[] => memberOf(members, 'ana').assignments.map(({ role }) => role.id);
    assert.deepEqual(rolesOf('  ana: member'), ['member']);
    assert.deepEqual(rolesOf('  ana: [member, lead]'), ['member', 'lead']);
    assert.deepEqual(rolesOf('  ana: [member, { role: lead }]'), ['member', 'lead']);
    assert.deepEqual(rolesOf('  ana: { roles: member }'), ['member']);
    assert.deepEqual(rolesOf('  ana: { roles: [{ role: lead }] }'), ['lead']);
    assert.deepEqual(
      memberOf('  ana: { roles: member, properties: { team: red, tags: [a, 1], boss: null } }', 'ana').properties,
      { team: 'red', tags: ['a', 1], boss: null },
    );
    assert.isUndefined(memberOf('  ana: member', 'ana').properties);
  });

  it('with one role for ever are plain, however that is written; with anything more they are not', () => {
    const isPlain = (members: string): boolean => memberOf(members, 'ana') instanceof PlainMember;
    for (const written of ['member', '[member]', '[{ role: member }]', '{ roles: member }', '{ roles: [member] }'])
      assert.isTrue(isPlain(`  ana: ${written}`), written);
    for (const written of [
      '[member, lead]',
      '[{ role: member, from: 2026-01-01 }]',
      '[{ role: member, until: 2099-01-01 }]',
      '[{ role: member, reason: cover }]',
      '{ roles: member, properties: { team: red } }',
    ])
      assert.isFalse(isPlain(`  ana: ${written}`), written);
  });

  it('remember where they stand, and where each role does', () => {
    const member = memberOf('  ana:\n    roles:\n      - member\n      - { role: lead }', 'ana');
    assert.deepInclude(member.position, { line: 3, column: 3 });
    assert.deepEqual(
      member.assignments.map(({ position }) => [position.line, position.column]),
      [
        [5, 9],
        [6, 17],
      ],
    );
  });

  it('are of the first subject type, or of the one before the colon', () => {
    assert.deepEqual(memberOf('  ana: member', 'ana').subject, { type: 'user', id: 'ana' });
    assert.deepEqual(memberOf('  service:billing: member', 'billing', 'service').subject, {
      type: 'service',
      id: 'billing',
    });
    assert.deepEqual(memberOf('  "user:urn:x:1": member', 'urn:x:1').subject, { type: 'user', id: 'urn:x:1' });
    assert.deepEqual(memberOf('  "12345678901234567890": member', '12345678901234567890').subject.type, 'user');
  });

  it('of a type that does not exist, or with an id that cannot be one, are mistakes', () => {
    assert.deepEqual(faultsOf('  bot:x: member'), ['3 unknown-subject-type bot:x']);
    assert.deepEqual(faultsOf('  role:member: member'), ['3 unknown-subject-type role:member']);
    assert.deepEqual(faultsOf('  "https://idp/x": member'), ['3 unknown-subject-type "https://idp/x"']);
    for (const id of ['" ana"', '"ana "', '"service:"', '"service: x"', `"${'x'.repeat(257)}"`, '"a\\u2028b"']) {
      assert.deepEqual(faultsOf(`  ${id}: member`), [`3 bad-subject ${id}`], id);
    }
    for (const id of ['""', '"a(b"', '"a\\"b"', '"a\\nb"', '"a\\u0000b"', `"${'x'.repeat(400)}"`]) {
      assert.isAbove(faultsOf(`  ${id}: member`).length, 0, id);
    }
  });

  it('stand there once, however they are written', () => {
    assert.deepEqual(faultsOf('  ana: member\n  user:ana: lead'), ['4 duplicate-member user:ana']);
    assert.deepEqual(faultsOf('  ana: member\n  "ana": lead'), ['4 duplicate-key "ana"']);
    assert.deepEqual(faultsOf('  ana: member\n  Ana: lead\n  service:ana: member'), []);
  });

  it('have roles that exist and belong in a workspace', () => {
    assert.deepEqual(faultsOf('  ana: membr'), ['3 unknown-role membr']);
    assert.deepEqual(faultsOf('  ana: [member, { role: constructor }]'), ['3 unknown-role constructor']);
    assert.deepEqual(faultsOf('  ana: boss'), ['3 wrong-span boss']);
    assert.deepEqual(faultsOf('  ana: { roles: [{ role: boss, until: 2099-12-31 }] }'), ['3 wrong-span boss']);
  });

  it('hold a role from and until a time', () => {
    const [assignment] = memberOf(
      '  ana: [{ role: member, from: 2027-01-01, until: 2027-03-31, reason: onboarding }]',
      'ana',
    ).assignments;
    assert.deepInclude(assignment, {
      fromMs: ms('2027-01-01T00:00:00Z'),
      untilMs: ms('2027-04-01T00:00:00Z'),
      reason: 'onboarding',
    });
    const [exact] = memberOf('  ana: [{ role: member, until: 2027-03-31T18:00:00+02:00 }]', 'ana').assignments;
    assert.deepInclude(exact, { fromMs: undefined, untilMs: ms('2027-03-31T16:00:00Z') });
  });

  it('hold it for a day where both are the same day', () => {
    const [assignment] = memberOf('  ana: [{ role: member, from: 2027-01-01, until: 2027-01-01 }]', 'ana').assignments;
    assert.equal(assignment!.untilMs! - assignment!.fromMs!, 86_400_000);
  });

  it('hold nothing at a time that does not exist, nor in a time that ends before it begins', () => {
    assert.deepEqual(faultsOf('  ana: [{ role: member, until: 2027-02-30 }]'), ['3 bad-time 2027-02-30']);
    assert.deepEqual(faultsOf('  ana: [{ role: member, from: 2027-01-01T24:00:00Z }]'), [
      '3 bad-time 2027-01-01T24:00:00Z',
    ]);
    assert.deepEqual(faultsOf('  ana: [{ role: member, from: soon }]'), ['3 bad-time soon']);
    assert.deepEqual(faultsOf('  ana: [{ role: member, from: 2027-01-02, until: 2027-01-01 }]'), [
      '3 inverted-period 2027-01-02',
    ]);
    const moment = '2027-01-01T10:00:00Z';
    assert.deepEqual(faultsOf(`  ana: [{ role: member, from: ${moment}, until: ${moment} }]`), [
      `3 inverted-period ${moment}`,
    ]);
  });

  it('hold one role twice only at different times', () => {
    assert.deepEqual(faultsOf('  ana: [member, member]'), ['3 duplicate-role member']);
    assert.deepEqual(
      faultsOf('  ana: [{ role: member, until: 2099-01-01 }, { role: member, from: 2099-01-01 }]').length,
      1,
    );
    assert.deepEqual(faultsOf('  ana: [member, { role: member, until: 2099-01-01 }]').length, 1);
    assert.deepEqual(faultsOf('  ana: [{ role: member, until: 2099-01-01 }, { role: member, from: 2099-01-02 }]'), []);
    assert.deepEqual(faultsOf('  ana: [{ role: member, until: 2099-01-01 }, { role: lead, until: 2099-01-01 }]'), []);
  });

  it('with a mistake are left out, and the others are still checked', () => {
    assert.deepEqual(faultsOf('  bot:x: membr\n  ana: membr'), [
      '3 unknown-subject-type bot:x',
      '4 unknown-role membr',
    ]);
    assert.isUndefined(compileTexts(texts('  bot:x: member')).policy);
  });
});
