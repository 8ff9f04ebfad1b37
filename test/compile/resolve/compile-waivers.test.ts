import { assert } from 'chai';
import * as fc from 'fast-check';
import { casbinRows } from '../../../src/compile/casbin/casbin-rules.ts';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { loadSchema } from '../../../src/compile/schema/policy-schemas.ts';
import { findingWords } from '../../../src/compile/file/entries.ts';
import { limits } from '../../../src/policy/limits.ts';
import { reviewOnlyKinds } from '../../../src/policy/review/review-kinds.ts';
import { problemSeverities } from '../../../src/policy/problem.ts';
import { compileTexts, findings } from '../../support/policy-texts.ts';
import { fixedNowMs, policyFiles, randomPolicy } from '../../support/random-policy.ts';
import { lawRuns } from '../../support/law-runs.ts';

const waive = (text: string): Record<string, string> => ({
  'roles.yaml': `permissions: { C: { a:b: t } }\nroles: { member: { grants: [a:b] } }\nwaive:\n  - ${text}\n`,
  'policies/w.yaml': 'workspace: w\nmembers: { ana: member }\n',
});
const right = 'check: self-lift, role: member, reason: r, until: 2027-06-30';

describe('a waiver', () => {
  it('says its check, what it is about, why and until when', () => {
    const about =
      'organization: "42", workspace: "01", role: Lead, member: "service:x", permission: "tag:*", scope: own, file: roles.yaml';
    for (const text of [
      `{ ${right} }`,
      `{ check: self-lift, ${about}, reason: r, until: 2027-06-30T10:00:00+02:00 }`,
      '{ check: of-a-newer-version, role: member, reason: r, until: 2027-06-30 }',
      '{ check: unused-role, workspace: not-there, reason: r, until: 2000-01-01 }',
    ]) {
      assert.deepEqual(findings(waive(text)), [], text);
      assert.lengthOf(compileTexts(waive(text)).waivers, 1, text);
    }
  });

  it('that is written wrong is told at its place', () => {
    const wrong: Readonly<Record<string, string>> = {
      'self-lift': 'roles.yaml:4 wrong-type self-lift',
      '{ role: member, reason: r, until: 2027-06-30 }': 'roles.yaml:4 missing-key {',
      '{ check: self-lift, role: member, until: 2027-06-30 }': 'roles.yaml:4 missing-key {',
      '{ check: self-lift, role: member, reason: r }': 'roles.yaml:4 missing-key {',
      '{ check: self-lift, reason: r, until: 2027-06-30 }': 'roles.yaml:4 missing-key {',
      '{ check: "", role: member, reason: r, until: 2027-06-30 }': 'roles.yaml:4 bad-value ""',
      '{ check: [self-lift], role: member, reason: r, until: 2027-06-30 }': 'roles.yaml:4 wrong-type [',
      '{ check: self-lift, role: member, reason: "", until: 2027-06-30 }': 'roles.yaml:4 bad-value ""',
      '{ check: self-lift, role: member, reason: r, until: 2027-02-30 }': 'roles.yaml:4 bad-time 2027-02-30',
      '{ check: self-lift, role: member, reason: r, until: never }': 'roles.yaml:4 bad-time never',
      '{ check: self-lift, role: member, reason: r, until: 2027 }': 'roles.yaml:4 wrong-type 2027',
      '{ check: self-lift, role: 1member, reason: r, until: 2027-06-30 }': 'roles.yaml:4 bad-id 1member',
      '{ check: self-lift, workspace: 01, reason: r, until: 2027-06-30 }': 'roles.yaml:4 wrong-type 01',
      '{ check: self-lift, scope: Own, reason: r, until: 2027-06-30 }': 'roles.yaml:4 bad-id Own',
      '{ check: self-lift, permission: tag, reason: r, until: 2027-06-30 }': 'roles.yaml:4 bad-grant tag',
      '{ check: self-lift, rule: member, reason: r, until: 2027-06-30 }': 'roles.yaml:4 unknown-key rule',
      '{ check: unknown-role, role: member, reason: r, until: 2027-06-30 }': 'roles.yaml:4 bad-value unknown-role',
      '{ check: wrong-holders, role: member, reason: r, until: 2027-06-30 }': 'roles.yaml:4 bad-value wrong-holders',
      '{ check: unused-waiver, file: roles.yaml, reason: r, until: 2027-06-30 }':
        'roles.yaml:4 bad-value unused-waiver',
      '{ check: waiver-over, file: roles.yaml, reason: r, until: 2027-06-30 }': 'roles.yaml:4 bad-value waiver-over',
    };
    for (const [text, told] of Object.entries(wrong)) {
      const [first] = findings(waive(text));
      assert.equal(first, told, text);
      assert.isUndefined(compileTexts(waive(text)).policy, text);
    }
  });

  it('can be for each check that warns, and editors propose these', () => {
    const schema = loadSchema('roles') as {
      properties: { waive: { maxItems: number } };
      $defs: { waiver: { properties: Record<string, { examples?: string[] }> } };
    };
    const { check, reason, until, ...words } = schema.$defs.waiver.properties;
    const ofWaivers = ['unused-waiver', 'waiver-over'];
    const warnings = Object.entries(problemSeverities).flatMap(([code, severity]) =>
      severity === 'warning' && !ofWaivers.includes(code) ? [code] : [],
    );
    assert.sameMembers(check?.examples ?? [], [...warnings, ...reviewOnlyKinds]);
    assert.isDefined(reason ?? until);
    assert.sameMembers(Object.keys(words), [...findingWords]);
    assert.equal(schema.properties.waive.maxItems, limits.waivers);
    for (const code of Object.keys(problemSeverities)) {
      const found = findings(waive(`{ check: ${code}, role: member, reason: r, until: 2027-06-30 }`));
      assert.equal(found.length === 0, warnings.includes(code), code);
    }
  });

  it('changes no decision of any policy, and nothing else that is wrong', () => {
    const word = fc.constantFrom(...findingWords.filter((one) => one !== 'permission' && one !== 'scope'));
    const waiver = fc.record({
      check: fc.constantFrom(
        'self-lift',
        'unused-role',
        'duplicate-grant',
        'case-only-difference',
        'expired-membership',
        'x',
      ),
      word,
      about: fc.constantFrom('member', 'admin', 'boss', 'one', 'acme', 'toString', 'Custom-A'),
      until: fc.constantFrom('2000-01-01', '2026-11-20', '2030-01-01'),
    });
    fc.assert(
      fc.property(randomPolicy, fc.array(waiver, { minLength: 1, maxLength: 5 }), (drawn, waivers) => {
        const list = waivers.map(({ check, word: named, about, until }) => ({
          check,
          [named]: about,
          reason: 'r',
          until,
        }));
        const plain = compilePolicy(policyFiles(drawn), fixedNowMs);
        const waived = compilePolicy(policyFiles({ ...drawn, roles: { ...drawn.roles, waive: list } }), fixedNowMs);
        const [before, after] = [plain.policy, waived.policy];
        if (!before || !after) assert.fail('it has errors');
        const withoutLines = (rows: readonly (readonly string[])[]): unknown =>
          rows.map((row) => row.map((value) => value.replace(/^(roles\.yaml):\d+:\d+$/, '$1'))).sort();
        assert.deepEqual(withoutLines(casbinRows(after, fixedNowMs).p), withoutLines(casbinRows(before, fixedNowMs).p));
        assert.deepEqual(casbinRows(after, fixedNowMs).g, casbinRows(before, fixedNowMs).g);
        assert.deepEqual(waived.problemCounts, plain.problemCounts);
        assert.lengthOf(waived.waivers, waivers.length);
        assert.notEqual(after.revision, before.revision);
      }),
      { numRuns: lawRuns(200) },
    );
  });
});
