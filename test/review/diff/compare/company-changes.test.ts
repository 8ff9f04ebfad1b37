import { assert } from 'chai';
import { companyRoles, companyTexts } from '../../../support/company-policy.ts';
import { compare, linesOf, type Files } from '../../../support/edited-policy.ts';

const before: Files = { ...companyTexts };

function withRoles(from: string, to: string): Files {
  assert.include(companyRoles, from);
  return { ...before, 'roles.yaml': companyRoles.replace(from, to) };
}

async function told(after: Files): Promise<string[]> {
  return linesOf(await compare(before, after));
}

async function notices(after: Files): Promise<string[]> {
  return (await compare(before, after)).notices.map(({ kind, text, mayDecideOtherwise }) =>
    [kind, text, ...mayDecideOtherwise].join(': '),
  );
}

describe('who gains and who loses what belongs to the company', () => {
  it('is told once for each company, and not for each workspace', async () => {
    const lines = await told(withRoles('grants: [teammate:manage]', 'grants: [teammate:manage, billing:view]'));
    assert.deepEqual(lines, [
      '+ pat in organization:acme: billing:view: grant-added, role `people-lead` grants it, after roles.yaml:21',
    ]);
  });

  it('is told for a company without a workspace, and one that is gone', async () => {
    const newco = 'policies/newco/organization.yaml';
    assert.deepEqual(await told({ ...before, [newco]: 'organization: newco\nmembers: { nia: people-lead }\n' }), [
      '- nia in organization:newco: billing:view billing:pay seat:assign: role-taken, role `company-admin` is taken away, before policies/newco/organization.yaml:2',
    ]);
    const without = Object.fromEntries(Object.entries(before).filter(([path]) => path !== newco));
    assert.deepEqual(await told(without), [
      '- nia in organization:newco: billing:view billing:pay seat:assign: organization-removed, the organization `newco` is gone, before policies/newco/organization.yaml:1',
    ]);
  });

  it('is told in workspaces where it was theirs before, or is now', async () => {
    const after = withRoles(
      'billing:view: { title: View invoices, spans: organization }',
      'billing:view: { title: View invoices }',
    );
    assert.deepEqual(await told(after), [
      '+ lee in loose: billing:view: level-changed, `billing:view` belongs to workspaces now, after roles.yaml:15',
      '+ ana kim in support: billing:view: level-changed, `billing:view` belongs to workspaces now, after roles.yaml:15',
    ]);
    assert.deepEqual(linesOf(await compare(after, before)), [
      '- lee in loose: billing:view: level-changed, `billing:view` belongs to the company now, after roles.yaml:15',
      '- ana kim in support: billing:view: level-changed, `billing:view` belongs to the company now, after roles.yaml:15',
    ]);
    assert.include(
      await notices(after),
      'permission-changed: permission `billing:view` belonged to the company and belongs to workspaces',
    );
  });

  it('is told of what custom roles may not have any more, with the line that says so', async () => {
    const after = withRoles('without: ["role:*"]', 'without: ["role:*", "message:*"]');
    const lines = await told(after);
    assert.lengthOf(lines, 1);
    assert.match(
      lines[0] ?? '',
      /^- kim in support: message:send .*: custom-roles-changed, `customRoles` keeps it from custom roles now, after roles.yaml:25$/,
    );
    assert.include(
      await notices(after),
      'catalog-changed: `customRoles` was every plan, without `role:edit` and is every plan, without `message:delete`, `message:export`, `message:send`, `role:edit`',
    );
  });

  it('says what a company set otherwise, and what may be decided otherwise by that', async () => {
    const acme = 'policies/acme/organization.yaml';
    const relaxed = { ...before, [acme]: (before[acme] ?? '').replace('strictInboxes: true', 'strictInboxes: false') };
    assert.deepEqual(await told(relaxed), []);
    assert.deepEqual(await notices(relaxed), [
      'properties-changed: the property `strictInboxes` of `acme` was `true` and is `false`: message:delete@strict: message:delete@relaxed',
    ]);
    const unset = { ...before, [acme]: (before[acme] ?? '').replace('properties: { strictInboxes: true }\n', '') };
    assert.lengthOf(await notices(unset), 1);
    assert.deepEqual(await notices(withRoles('strictInboxes: false', 'strictInboxes: true')), [
      'catalog-changed: the property `strictInboxes` of organizations is `true` where none is set, and was `false`: message:delete@strict: message:delete@relaxed',
    ]);
  });
});
