import { assert } from 'chai';
import { listPermissions } from '../../src/engine/permission-listing.ts';
import { ask, engineOf, nowMs } from '../support/compile-yaml.ts';

const rolesYaml = `permissions:
  Work:
    doc:read: Read
    doc:export: { title: Export, plans: [scale, enterprise] }
    audit:read: { title: Read the audit log, plans: [enterprise] }
baseline: [doc:read, audit:read]
roles:
  member: { grants: [doc:read] }
  admin: { grants: ["*"] }
  quiet: { denies: [doc:export] }
`;
const on = (plan: string) =>
  engineOf({
    'roles.yaml': rolesYaml,
    'policies/organization.yaml': `organization: acme\n${plan}`,
    'policies/support.yaml': `workspace: support
roles:
  exporter: { grants: [doc:export] }
members:
  ana: admin
  bo: exporter
  cy: member
  di: [admin, quiet]
  ed: [{ role: admin, until: 2026-01-01 }, member]
`,
  });
const codesOn = async (plan: string, permission: string): Promise<Record<string, string>> => {
  const engine = await on(plan);
  return Object.fromEntries(
    ['ana', 'bo', 'cy', 'di', 'ed', 'fy'].map((who) => [who, engine.decide(ask(who, permission), nowMs)]),
  );
};

describe('a permission that is part of some plans', () => {
  it('is decided by the roles where the company is on one of them', async () => {
    const codes = {
      ana: 'granted',
      bo: 'granted',
      cy: 'not-granted',
      di: 'denied-by-role',
      ed: 'grant-expired',
      fy: 'not-a-member',
    };
    assert.deepEqual(await codesOn('plan: scale\n', 'doc:export'), codes);
    assert.deepEqual(await codesOn('plan: enterprise\n', 'doc:export'), codes);
  });

  it('is held by nobody on another plan, one that nothing names, or none', async () => {
    const none = 'not-in-plan';
    const codes = { ana: none, bo: none, cy: none, di: 'denied-by-role', ed: none, fy: 'not-a-member' };
    for (const plan of ['plan: free\n', 'plan: scales\n', 'plan: scale2\n', '']) {
      assert.deepEqual(await codesOn(plan, 'doc:export'), codes, plan);
    }
  });

  it('is not even the baseline’s to give there', async () => {
    assert.equal((await codesOn('plan: enterprise\n', 'audit:read'))['cy'], 'granted');
    assert.equal((await codesOn('plan: scale\n', 'audit:read'))['cy'], 'not-in-plan');
  });

  it('is told from one that no role grants, with the plans that have it', async () => {
    const told = async (plan: string): Promise<string> => {
      const engine = await on(plan);
      // The second time is from memory.
      engine.explain(ask('ana', 'doc:export'), nowMs);
      return engine.explain(ask('ana', 'doc:export'), nowMs).reason.message;
    };
    assert.equal(
      await told('plan: free\n'),
      '`doc:export` is part of the plans `scale`, `enterprise`, and `acme` is on the plan `free`',
    );
    assert.equal(await told(''), '`doc:export` is part of the plans `scale`, `enterprise`, and `acme` has no plan');
  });

  it('is told of one plan as of one', async () => {
    const engine = await on('plan: free\n');
    const { reason } = engine.explain(ask('ana', 'audit:read'), nowMs);
    assert.equal(reason.message, '`audit:read` is part of the plan `enterprise`, and `acme` is on the plan `free`');
  });

  it('is asked the same again, of all workspaces of all plans, from one memory', async () => {
    const engine = await engineOf({
      'roles.yaml': rolesYaml,
      ...Object.fromEntries(
        ['free', 'scale', 'enterprise'].flatMap((plan) => [
          [`policies/${plan}/organization.yaml`, `organization: company-${plan}\nplan: ${plan}\n`],
          [`policies/${plan}/w.yaml`, `workspace: ${plan}\nmembers: { ana: admin }\n`],
        ]),
      ),
      'policies/alone.yaml': 'workspace: alone\nmembers: { ana: admin }\n',
    });
    const found = ['free', 'scale', 'enterprise', 'alone', 'free', 'enterprise'].map((workspace) =>
      ['doc:export', 'audit:read'].map((permission) => engine.decide(ask('ana', permission, { workspace }), nowMs)),
    );
    const [no, yes] = ['not-in-plan', 'granted'];
    assert.deepEqual(found, [
      [no, no],
      [yes, no],
      [yes, yes],
      [no, no],
      [no, no],
      [yes, yes],
    ]);
  });

  it('is greyed out in the listing of who holds a role that has it', async () => {
    const engine = await on('plan: free\n');
    const workspace = engine.policy.workspaces.get('support')!;
    const { permissions } = listPermissions(engine, workspace, { type: 'user', id: 'ana' }, nowMs);
    assert.deepEqual(
      permissions.map(({ permission, decision }) => [permission, decision]),
      [
        ['doc:read', true],
        ['doc:export', false],
        ['audit:read', false],
      ],
    );
  });
});
