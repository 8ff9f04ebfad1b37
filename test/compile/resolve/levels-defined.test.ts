import { assert } from 'chai';
import { codesOf } from '../../support/compile-yaml.ts';
import { levelsTexts } from '../../support/levels-policy.ts';

const roles = 'roles.yaml';
const acme = 'policies/acme/organization.yaml';
const support = 'policies/acme/support.yaml';

/** The policy with a line of a file replaced. */
function codes(file: string, line: string, by: string): string[] {
  const text = levelsTexts[file] ?? '';
  assert.include(text, line);
  return [...new Set(codesOf({ ...levelsTexts, [file]: text.replace(line, by) }))];
}

type Table = readonly (readonly [text: string, code: string])[];

function refuses(table: Table, found: (text: string) => readonly string[]): void {
  const said = table.map(([text, code]) => {
    const all = found(text);
    return `${text}: ${all.includes(code) ? code : all.join() || 'right'}`;
  });
  assert.deepEqual(
    said,
    table.map(([text, code]) => `${text}: ${code}`),
  );
}

describe('a role of the company', () => {
  const line = '  lead: { extends: member, grants: [doc:edit] }\n';
  const found = (text: string): string[] => codes(acme, line, `  ${text}\n`);

  it('is right with what it may say', () => {
    for (const text of [
      'lead: { title: Lead, description: Leads., extends: [member], grants: ["doc:*"], spans: workspace }',
      'lead: { extends: roamer, grants: [doc:edit], denies: [doc:read] }',
      'lead: { extends: helper, without: [doc:edit], grants: [doc:read] }',
    ])
      assert.deepEqual(found(text), [], text);
  });

  it('is refused with what it may not', () => {
    refuses(
      [
        ['member: { grants: [doc:edit] }', 'shadows-built-in'],
        ['helper: { grants: [doc:edit] }', 'shadows-built-in'],
        ['chief: { grants: [doc:edit] }', 'duplicate-key'],
        ['local: { grants: [doc:edit] }', 'shadows-organization'],
        ['old: { grants: [doc:edit] }', 'retired-role-used'],
        ['lead: { spans: everything, grants: [doc:edit] }', 'bad-value'],
        ['lead: { spans: company, grants: [doc:edit] }', 'bad-value'],
        ['lead: { spans: Organization, grants: [doc:edit] }', 'bad-value'],
        ['lead: { spans: true, grants: [doc:edit] }', 'bad-value'],
        ['lead: { spans: [workspace, organization], grants: [doc:edit] }', 'bad-value'],
        ['lead: { span: organization, grants: [doc:edit] }', 'unknown-key'],
        ['lead: { holders: 1, grants: [doc:edit] }', 'unknown-key'],
        ['lead: { extends: local }', 'unknown-role'],
        ['lead: { extends: bead }', 'unknown-role'],
        ['lead: { extends: lead }', 'extends-cycle'],
        ['lead: { extends: member, grants: [bill:view] }', 'wrong-span'],
        ['lead: { extends: member, grants: ["bill:*"] }', 'wrong-span'],
        ['lead: { spans: memberships, grants: [bill:view] }', 'wrong-span'],
        ['lead: { spans: memberships, denies: [bill:view] }', 'wrong-span'],
        ['lead: { extends: member, grants: [doc:edti] }', 'unknown-permission'],
        ['lead: { extends: member, without: [doc:edit] }', 'removes-nothing'],
        ['lead: member', 'wrong-type'],
        ['lead: [member]', 'wrong-type'],
        ['9lead: { grants: [doc:edit] }', 'bad-id'],
        ['acme/lead: { grants: [doc:edit] }', 'bad-id'],
        ['"organization:acme/lead": { grants: [doc:edit] }', 'bad-id'],
        ['"": { grants: [doc:edit] }', 'bad-id'],
        ['Chief: { grants: [doc:edit] }', 'case-only-difference'],
        ['Member: { grants: [doc:edit] }', 'case-only-difference'],
        ['mia: { grants: [doc:edit] }', 'person-role'],
        ['max: { grants: [doc:edit] }', 'person-role'],
      ],
      found,
    );
  });

  it('is retired to a role that takes its holders where they hold it', () => {
    const retired = (text: string): string[] => codes(acme, '  old: lead\n', `  old: ${text}\n`);
    for (const id of ['lead', 'member', 'chief', 'boss', 'rover', 'roamer']) assert.deepEqual(retired(id), [], id);
    refuses(
      [
        ['helper', 'wrong-span'],
        ['local', 'unknown-role'],
        ['bead', 'unknown-role'],
        ['old', 'unknown-role'],
        ['Lead', 'unknown-role'],
        ['nobody', 'unknown-role'],
        ['[lead]', 'wrong-type'],
        ['{ role: lead }', 'wrong-type'],
        ['7', 'wrong-type'],
        ['acme/lead', 'bad-id'],
      ],
      retired,
    );
  });

  it('is not defined anew in a workspace', () => {
    const here = (text: string): string[] => codes(support, '  local: { extends: lead }\n', `  ${text}\n`);
    assert.deepEqual(here('local: { extends: [lead, chief] }'), []);
    refuses(
      [
        ['lead: { grants: [doc:edit] }', 'shadows-organization'],
        ['chief: { grants: [doc:edit] }', 'shadows-organization'],
        ['rover: { grants: [doc:edit] }', 'shadows-organization'],
        ['old: { grants: [doc:edit] }', 'retired-role-used'],
        ['helper: { grants: [doc:edit] }', 'shadows-built-in'],
        ['Lead: { grants: [doc:edit] }', 'case-only-difference'],
        ['local: { spans: memberships, grants: [doc:edit] }', 'unknown-key'],
        ['local: { spans: workspace, grants: [doc:edit] }', 'unknown-key'],
        ['local: { extends: bead }', 'unknown-role'],
        ['local: { extends: acme/lead }', 'bad-id'],
        ['local: { extends: chief, grants: [bill:view] }', 'wrong-span'],
      ],
      here,
    );
  });
});

describe('a built-in role of another level', () => {
  it('says of how many it is only where that has a place', () => {
    const spanning = (text: string): string[] =>
      codes(roles, '  roamer: { spans: memberships, grants: [doc:edit] }\n', `  roamer: ${text}\n`);
    assert.deepEqual(spanning('{ spans: memberships, grants: ["*"] }'), []);
    refuses(
      [
        ['{ spans: memberships, holders: 1 }', 'bad-value'],
        ['{ spans: memberships, holders: "1+" }', 'bad-value'],
        ['{ spans: everything, holders: 1 }', 'bad-value'],
        ['{ spans: everything, holders: "2+" }', 'bad-value'],
        ['{ spans: membership, grants: [doc:edit] }', 'bad-value'],
        ['{ spans: all, grants: [doc:edit] }', 'bad-value'],
        ['{ spans: "*", grants: [doc:edit] }', 'bad-value'],
        ['{ spans: null, grants: [doc:edit] }', 'bad-value'],
        ['{ spans: { organization: acme }, grants: [doc:edit] }', 'bad-value'],
        ['{ spans: memberships, grants: [bill:view] }', 'wrong-span'],
        ['{ spans: memberships, extends: lead }', 'unknown-role'],
      ],
      spanning,
    );
  });
});

describe('staff', () => {
  const staffed = (text: string): string[] => codes(roles, 'staff:\n  mia: helper\n', `staff: ${text}\n`);

  it('is people with roles that span everything', () => {
    for (const text of [
      '{}',
      '{ mia: helper }',
      '{ mia: [helper], sid: { roles: [{ role: helper, from: 2026-01-01 }] } }',
    ])
      assert.deepEqual(staffed(text), [], text);
  });

  it('is nobody else, and nothing else', () => {
    refuses(
      [
        ...['member', 'boss', 'roamer'].map((id) => [`{ mia: ${id} }`, 'wrong-span'] as const),
        ...['lead', 'chief', 'rover', 'local', 'bead', 'Helper', 'helpr'].map(
          (id) => [`{ mia: ${id} }`, 'unknown-role'] as const,
        ),
        ['{ mia: [helper, boss] }', 'wrong-span'],
        ['{ mia: [helper, helper] }', 'duplicate-role'],
        ['{ mia: acme/lead }', 'bad-id'],
        ['{ "group:desk": helper }', 'bad-subject'],
        ['{ "group:": helper }', 'bad-subject'],
        ['{ "robot:mia": helper }', 'unknown-subject-type'],
        ['{ "": helper }', 'bad-subject'],
        ['{ " mia": helper }', 'bad-subject'],
        ['{ mia: helper, "user:mia": helper }', 'duplicate-member'],
        ['{ mia: [{ role: helper, until: 2020-01-01 }] }', 'expired-membership'],
        ['{ mia: [{ role: helper, until: soon }] }', 'bad-time'],
        ['{ mia: [{ role: helper, from: 2027-01-01, until: 2026-12-01 }] }', 'inverted-period'],
        ['{ mia: { roles: [] } }', 'bad-value'],
        ['{ mia: [] }', 'bad-value'],
        ['{ mia: null }', 'wrong-type'],
        ['[mia]', 'wrong-type'],
        ['helper', 'wrong-type'],
        ['{ helper: [mia] }', 'unknown-role'],
      ],
      staffed,
    );
    assert.include(codes(acme, 'retired:\n', 'staff: { kim: helper }\nretired:\n'), 'unknown-key');
    assert.include(codes(support, 'members:\n', 'staff: { kim: helper }\nmembers:\n'), 'unknown-key');
    assert.include(codes(roles, 'staff:\n', 'members: { kim: helper }\nstaff:\n'), 'unknown-key');
  });
});
