import { assert } from 'chai';
import type { Waiver } from '../../../src/compile/file/compiled.ts';
import { FindingPlaces } from '../../../src/review/waivers/finding-place.ts';
import { showsAtRunTime, waiveFindings } from '../../../src/review/waivers/waive-findings.ts';
import { compileTexts, noonMs, sourceFiles, type PolicyTexts } from '../../support/policy-texts.ts';

const textsOf = (waivers: string, controls = ''): PolicyTexts => ({
  'roles.yaml': `permissions: { C: { a:b: { title: t${controls} }, a:c: u } }\nroles: { member: { grants: [a:b] } }\nwaive: [${waivers}]\n`,
  'policies/v.yaml': 'workspace: v\nroles: { lead: { grants: [a:c, a:c, a:c] } }\nmembers: { ana: member }\n',
  'policies/w.yaml': 'workspace: w\nroles: { lead: { grants: [a:c] } }\nmembers: { ana: member }\n',
});

/** What is told of a policy, and what is accepted. */
function told(waivers: string, couldFind = true): { left: string[]; ofWaivers: string[]; waived: string[] } {
  const texts = textsOf(waivers);
  const { policy, problems, waivers: compiled } = compileTexts(texts);
  const places = new FindingPlaces(sourceFiles(texts), policy, (path) => path);
  const found = waiveFindings(problems, { waivers: compiled, places, nowMs: noonMs, couldFind: () => couldFind });
  const name = ({ code, file }: { readonly code: string; readonly file: string }): string => `${code} ${file}`;
  return {
    left: found.left.map(name),
    ofWaivers: found.ofWaivers.map(({ message }) => message),
    waived: found.waived.map(({ problem }) => name(problem)),
  };
}

const end = 'reason: r, until: 2027-06-30';
const [unusedV, unusedW] = ['unused-role policies/v.yaml', 'unused-role policies/w.yaml'];
const twice = 'duplicate-grant policies/v.yaml';

describe('what waivers take out of the findings', () => {
  it('is nothing without them', () => {
    const { left, ofWaivers, waived } = told('');
    assert.sameMembers(left, [unusedV, twice, twice, unusedW]);
    assert.deepEqual([ofWaivers, waived], [[], []]);
  });

  it('is the finding of one thing, whichever words tell it from others', () => {
    for (const words of [
      'workspace: w',
      'workspace: w, role: lead',
      'file: policies/w.yaml',
      'file: policies/w.yaml, role: lead',
    ]) {
      const found = told(`{ check: unused-role, ${words}, ${end} }`);
      assert.deepEqual([found.waived, found.ofWaivers], [[unusedW], []], words);
      assert.sameMembers(found.left, [unusedV, twice, twice], words);
    }
  });

  it('is all that a check says of one thing', () => {
    assert.deepEqual(told(`{ check: duplicate-grant, role: lead, permission: a:c, ${end} }`).waived, [twice, twice]);
  });

  it('is nothing where several things are meant', () => {
    const found = told(`{ check: unused-role, role: lead, ${end} }`);
    assert.deepEqual(found.waived, []);
    assert.deepEqual(found.ofWaivers, ['the waiver of `unused-role` fits 2 findings, and accepts none of them']);
    // Nor is it, when one of them has a waiver of its own.
    const both = told(`{ check: unused-role, workspace: v, ${end} }, { check: unused-role, role: lead, ${end} }`);
    assert.deepEqual(both.waived, [unusedV]);
    assert.lengthOf(both.ofWaivers, 1);
  });

  it('is not said to be nothing by a run that could not have found it', () => {
    const waiver = `{ check: person-role, role: lead, ${end} }`;
    assert.deepEqual(told(waiver).ofWaivers, ['the waiver of `person-role` finds nothing']);
    assert.deepEqual(told(waiver, false).ofWaivers, []);
  });
});

describe('a waiver of what shows with members at run time', () => {
  const controlled = compileTexts(textsOf('', ', controls: members')).policy ?? assert.fail();
  const plain = compileTexts(textsOf('')).policy ?? assert.fail();
  const waiver = (check: string, about: Record<string, string>): Waiver => {
    const at = { file: 'roles.yaml', line: 1, column: 1, length: 1 };
    const named = new Map(Object.entries(about)) as Waiver['about'];
    return { check, about: named, reason: 'r', until: '', untilMs: 0, position: at, untilPosition: at };
  };

  it('is judged by the run that sees it', () => {
    const cases: readonly [check: string, about: Record<string, string>, alone: boolean, asked: boolean][] = [
      ['unused-role', { role: 'lead' }, false, true],
      ['self-lift', { role: 'lead' }, true, true],
      ['self-lift', { workspace: 'w' }, false, true],
      ['needs-another-role', { role: 'lead' }, true, false],
      ['missing-holders', { organization: 'acme' }, true, false],
      ['handed-over', { member: 'ana' }, false, true],
      ['person-role', { role: 'lead' }, true, true],
    ];
    for (const [check, about, alone, asked] of cases) {
      assert.equal(showsAtRunTime(waiver(check, about), controlled, 'files alone'), alone, check);
      assert.equal(showsAtRunTime(waiver(check, about), controlled, 'members asked'), asked, check);
      for (const how of ['files alone', 'members asked'] as const)
        assert.isTrue(showsAtRunTime(waiver(check, about), plain, how), check);
    }
  });
});
