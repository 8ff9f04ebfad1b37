import { assert } from 'chai';
import { compare, linesOf, type Files } from '../../../support/edited-policy.ts';

const files = (plan: string, plans = '[scale]', lead = '[doc:wipe]'): Files => ({
  'roles.yaml': `permissions:
  Docs: { doc:read: Read, doc:wipe: Wipe }
  Money:
    bill:view: { title: View bills, plans: ${plans} }
plans: [free, scale, large]
customRoles: { plans: [scale, large] }
roles: { member: { grants: [doc:read] }, admin: { grants: ["*"] } }
defaultRole: member
`,
  'policies/acme/organization.yaml': `organization: acme\nplan: ${plan}\n`,
  'policies/acme/w.yaml': `workspace: w\nroles: { lead: { grants: ${lead} } }\nmembers: { ana: admin, bo: lead, cy: member }\n`,
  'policies/other/organization.yaml': 'organization: other\nplan: scale\n',
  'policies/other/v.yaml': 'workspace: v\nmembers: { ana: admin, di: member }\n',
});
const linesBetween = async (before: Files, after: Files): Promise<readonly string[]> =>
  linesOf(await compare(before, after));

describe('what another plan does to people', () => {
  it('is told with what each loses: what the plan lacks, and what a frozen role gave', async () => {
    assert.deepEqual(await linesBetween(files('scale'), files('free')), [
      '- ana in w: bill:view: plan-changed, `acme` is now on the plan `free`, which does not have it, after policies/acme/organization.yaml:1',
      '- bo in w: doc:wipe: plan-changed, `acme` is now on the plan `free`, where custom roles are frozen, after policies/acme/organization.yaml:1',
    ]);
  });

  it('is told with what each gains when the plan is back', async () => {
    assert.deepEqual(await linesBetween(files('free'), files('scale')), [
      '+ ana in w: bill:view: plan-changed, `acme` is now on the plan `scale`, which has it, after policies/acme/organization.yaml:1',
      '+ bo in w: doc:wipe: plan-changed, `acme` is now on the plan `scale`, which has custom roles, after policies/acme/organization.yaml:1',
    ]);
  });

  it('is nothing between plans that have the same', async () => {
    assert.deepEqual(await linesBetween(files('scale', '[scale, large]'), files('large', '[scale, large]')), []);
  });

  it('is told at the permission where the product gives it to other plans', async () => {
    assert.deepEqual(await linesBetween(files('scale'), files('scale', '[large]')), [
      '- ana in v: bill:view: plan-changed, the plan `scale` no longer has `bill:view`, after roles.yaml:4',
      '- ana in w: bill:view: plan-changed, the plan `scale` no longer has `bill:view`, after roles.yaml:4',
    ]);
    assert.deepEqual(await linesBetween(files('scale', '[large]'), files('scale')), [
      '+ ana in v: bill:view: plan-changed, the plan `scale` now has `bill:view`, after roles.yaml:4',
      '+ ana in w: bill:view: plan-changed, the plan `scale` now has `bill:view`, after roles.yaml:4',
    ]);
  });

  it('and a change of a role are told each with its own cause', async () => {
    const lines = await linesBetween(files('scale'), files('scale', '[scale]', '[doc:read]'));
    assert.include(lines.join('\n'), '- bo in w: doc:wipe: grant-removed');
  });
});
