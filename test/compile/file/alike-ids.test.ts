import { assert } from 'chai';
import { compileTexts, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const catalog = 'permissions: { C: { a:b: t } }\nroles: { member: { grants: [a:b] } }\n';
const workspace = (text: string): PolicyTexts => ({ 'roles.yaml': catalog, 'policies/w.yaml': text });

describe('ids that are numbers', () => {
  const files = (order: readonly string[]): PolicyTexts => ({
    'roles.yaml': catalog,
    ...Object.fromEntries(
      order.map((id) => [`policies/${id}.yaml`, `workspace: "${id}"\nmembers: { "${id}": ghost }\n`]),
    ),
  });

  it('are told in the order of the files, whatever JavaScript makes of numbers', () => {
    const told = findings(files(['10', '9', '2', '100']));
    assert.deepEqual(told, findings(files(['100', '2', '9', '10'])));
    assert.deepEqual(told, [
      'policies/10.yaml:2 unknown-role ghost',
      'policies/100.yaml:2 unknown-role ghost',
      'policies/2.yaml:2 unknown-role ghost',
      'policies/9.yaml:2 unknown-role ghost',
    ]);
  });

  it('as members stay in the order in which they are written, and each at its place', () => {
    const texts = workspace('workspace: w\nmembers:\n  "10": ghost\n  b: member\n  "9": ghost\n  "2": member\n');
    assert.deepEqual(findings(texts), ['policies/w.yaml:3 unknown-role ghost', 'policies/w.yaml:5 unknown-role ghost']);
    const right = compileTexts(workspace('workspace: w\nmembers:\n  "10": member\n  b: member\n  "9": member\n'));
    const members = [...(right.policy?.workspaces.get('w')?.members.get('user')?.values() ?? [])];
    assert.deepEqual(
      members.map(({ subject, position }) => `${subject.id}:${position.line}`),
      ['10:3', 'b:4', '9:5'],
    );
  });
});

describe('ids that differ in case alone', () => {
  it('are two, everywhere', () => {
    const { policy, problems } = compileTexts({
      'roles.yaml': catalog,
      'policies/a.yaml':
        'workspace: acme\nroles: { Lead: { grants: [a:b] }, lead: { grants: [] } }\nmembers: { ana: Lead }\n',
      'policies/b.yaml': 'workspace: ACME\nmembers: { ana: member }\n',
    });
    assert.deepEqual([...(policy?.workspaces.keys() ?? [])], ['acme', 'ACME']);
    assert.sameMembers([...(policy?.workspaces.get('acme')?.roles.keys() ?? [])], ['Lead', 'lead']);
    assert.deepEqual(
      problems
        .filter(({ code }) => code !== 'unused-role')
        .map(({ code, severity, file }) => `${code} ${severity} ${file}`),
      ['case-only-difference warning policies/a.yaml', 'case-only-difference warning policies/b.yaml'],
    );
  });

  it('are told once each, of however many', () => {
    const workspaces = Object.fromEntries(
      ['Acme', 'acme', 'ACME', 'aCME', 'other', 'Other2'].map((id, index) => [
        `policies/${index}.yaml`,
        `workspace: ${id}\n`,
      ]),
    );
    assert.deepEqual(findings({ 'roles.yaml': catalog, ...workspaces }), [
      'policies/1.yaml:1 case-only-difference acme',
      'policies/2.yaml:1 case-only-difference ACME',
      'policies/3.yaml:1 case-only-difference aCME',
    ]);
  });

  it('are no matter between workspaces, or of scopes, titles and members', () => {
    assert.deepEqual(
      findings({
        'roles.yaml': catalog,
        'policies/a.yaml':
          'workspace: a\ntitle: W\nroles: { Lead: { grants: [a:b] } }\nmembers: { ana: Lead, Ana: Lead }\n',
        'policies/b.yaml': 'workspace: b\ntitle: w\nroles: { lead: { grants: [a:b] } }\nmembers: { ana: lead }\n',
      }),
      [],
    );
  });

  it('of a retired role and a new one are told', () => {
    assert.deepEqual(
      findings(
        workspace(
          'workspace: w\nroles: { Lead: { grants: [a:b] } }\nretired: { lead: member }\nmembers: { ana: Lead }\n',
        ),
      ),
      ['policies/w.yaml:3 case-only-difference lead'],
    );
  });
});
