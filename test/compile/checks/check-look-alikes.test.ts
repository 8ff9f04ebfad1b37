import { assert } from 'chai';
import { findings, compileTexts, type PolicyTexts } from '../../support/policy-texts.ts';

const roles =
  'subjectTypes: [user, service]\npermissions: { C: { a:b: t } }\nroles:\n  member: { grants: [a:b] }\n  boss: { grants: [a:b], spans: organization }\n';
const cyrillic = '\u0441\u043e\u0441\u043e';
const greek = '\u03bf\u03bf';

function lookAlikes(texts: PolicyTexts): string[] {
  return findings({ 'roles.yaml': roles, ...texts }).filter((finding) => finding.includes('look-alike'));
}

describe('ids of one policy that look alike', () => {
  it('are told where the one that is not of ASCII stands, whichever comes first', () => {
    assert.deepEqual(
      lookAlikes({ 'policies/a.yaml': `workspace: a\nmembers:\n  coco: member\n  ${cyrillic}: member\n` }),
      [`policies/a.yaml:4 look-alike ${cyrillic}`],
    );
    assert.deepEqual(
      lookAlikes({ 'policies/a.yaml': `workspace: a\nmembers:\n  ${cyrillic}: member\n  coco: member\n` }),
      [`policies/a.yaml:3 look-alike ${cyrillic}`],
    );
  });

  it('are found across files, and told once each', () => {
    const found = lookAlikes({
      'policies/organization.yaml': 'organization: acme\nmembers:\n  coco: boss\n',
      'policies/a.yaml': `workspace: a\nmembers:\n  ${cyrillic}: member\n`,
      'policies/b.yaml': `workspace: b\nmembers:\n  ${cyrillic}: member\n  coco: member\n`,
    });
    assert.deepEqual(found, [`policies/a.yaml:3 look-alike ${cyrillic}`]);
  });

  it('are found where neither is of ASCII: the second by place is told', () => {
    const found = lookAlikes({
      'policies/a.yaml': `workspace: a\nmembers:\n  ${greek}: member\n`,
      'policies/b.yaml': 'workspace: b\nmembers:\n  \u043e\u043e: member\n',
    });
    assert.deepEqual(found, ['policies/b.yaml:3 look-alike \u043e\u043e']);
  });

  it('say by which letter they differ', () => {
    const { problems } = compileTexts({
      'roles.yaml': roles,
      'policies/a.yaml': 'workspace: a\nmembers: { ana: member, "\u0251na": member }\n',
    });
    assert.include(problems[0]?.help, 'letter 1 is `\u0251` (U+0251) here and `a` (U+0061) there');
  });

  it('are one person where they are written alike, and two of two types', () => {
    assert.isEmpty(
      lookAlikes({
        'policies/a.yaml': `workspace: a\nmembers:\n  ${cyrillic}: member\n  service:coco: member\n`,
        'policies/b.yaml': `workspace: b\nmembers:\n  ${cyrillic}: member\n  ivan: member\n  \u0438\u0432\u0430\u043d: member\n`,
      }),
    );
  });

  it('are found among many, in a moment', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `  u${index}: member\n  \u0436${index}: member\n`).join(
      '',
    );
    const started = performance.now();
    const found = lookAlikes({
      'policies/a.yaml': `workspace: a\nmembers:\n${many}  coco: member\n  ${cyrillic}: member\n`,
    });
    assert.lengthOf(found, 1);
    assert.isBelow(performance.now() - started, 20_000);
  });
});
