import { assert } from 'chai';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

const files = {
  'roles.yaml': `permissions: { Docs: { doc:read: Read, doc:edit: Edit } }
roles:
  member: { grants: [doc:read] }
  roamer: { spans: memberships, grants: [doc:edit] }
  helper: { spans: everything, grants: [doc:edit] }
staff: { mia@vendor.example: helper }
`,
  'policies/acme/organization.yaml':
    'organization: acme\nroles: { lead: { extends: member, grants: [doc:edit] } }\nmembers: { olu@acme.example: roamer }\n',
  'policies/acme/support.yaml': 'workspace: support\nmembers: { olu@acme.example: member }\n',
  'policies/acme/sales.yaml': 'workspace: sales\n',
  'policies/alone.yaml': 'workspace: alone\n',
};

interface Roles {
  readonly roles: readonly { readonly role: string; readonly builtIn: boolean; readonly spans: string }[];
}

describe('roles of other levels over HTTP', () => {
  let running: RunningSidecar;
  before(async () => {
    running = await runSidecar({ files });
  });
  after(disposeSidecars);

  it('are all told of a company, also those that are given in its workspaces alone, where that is asked', async () => {
    const ids = async (query: string): Promise<string[]> => {
      const { json } = await running.call(`/v1/organizations/acme/roles${query}`);
      assert.deepInclude(json as object, { customRoles: true });
      return (json as Roles).roles.map(({ role }) => role);
    };
    assert.deepEqual(await ids(''), ['roamer']);
    assert.deepEqual(await ids('?seen'), ['member', 'roamer', 'helper', 'lead']);
    expectProblem(await running.call('/v1/organizations/acme/roles?seen=no'), 400, 'invalid-request');
    expectProblem(await running.call('/v1/workspaces/support/roles?seen'), 400, 'unknown-parameter');
  });

  it('are listed with what they span, and with the organization that defines them', async () => {
    const { json } = await running.call('/v1/workspaces/support/roles');
    assert.deepEqual(
      (json as Roles).roles.map((role) => [
        role.role,
        role.builtIn,
        role.spans,
        (role as { organization?: string }).organization,
      ]),
      [
        ['member', true, 'workspace', undefined],
        ['roamer', true, 'memberships', undefined],
        ['helper', true, 'everything', undefined],
        ['lead', false, 'workspace', 'acme'],
      ],
    );
    const alone = await running.call('/v1/workspaces/alone/roles');
    assert.deepEqual(
      (alone.json as Roles).roles.map(({ role }) => role),
      ['member', 'roamer', 'helper'],
    );
  });

  it('decide where they hold', async () => {
    const decide = async (subject: string, workspace: string): Promise<unknown> => {
      const body = { subject, workspace, permission: 'doc:edit' };
      return ((await running.call('/v1/enforce', { method: 'POST', body })).json as { decision: boolean }).decision;
    };
    assert.isTrue(await decide('olu@acme.example', 'support'));
    assert.isFalse(await decide('olu@acme.example', 'sales'));
    for (const workspace of ['support', 'sales', 'alone']) assert.isTrue(await decide('mia@vendor.example', workspace));
    assert.isFalse(await decide('mia@vendor.example', 'nowhere'));
  });

  it('are counted', async () => {
    const { json } = await running.call('/v1/policy');
    assert.deepInclude((json as { counts: object }).counts, { builtInRoles: 3, customRoles: 1, members: 3 });
  });
});
