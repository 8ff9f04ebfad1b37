import { assert } from 'chai';
import { companyTexts } from '../../support/company-policy.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

const billing = { subject: 'nia', organization: 'newco', permission: 'billing:view' };

describe('POST /v1/enforce about a company', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar({ files: { ...companyTexts } })));
  after(disposeSidecars);

  const decide = async (body: object): Promise<unknown> =>
    ((await running.enforce(body)).json as { decision: unknown }).decision;

  it('decides, alone and in a batch with questions to workspaces', async () => {
    assert.strictEqual(await decide(billing), true);
    assert.strictEqual(await decide({ ...billing, subject: 'olu' }), false);
    const requests = [
      billing,
      { subject: 'bo', workspace: 'support', permission: 'message:send' },
      { ...billing, organization: 'acme' },
      { subject: 'olu', workspace: 'sales', permission: 'billing:view' },
    ];
    const reply = await running.call('/v1/enforce/batch', { method: 'POST', body: { requests } });
    const { decisions } = reply.json as { decisions: { decision: boolean }[] };
    assert.deepEqual(
      decisions.map(({ decision }) => decision),
      [true, true, false, true],
    );
  });

  it('says why, and tells apart what is not there from what is asked elsewhere', async () => {
    const explain = async (body: object): Promise<string> => {
      const reply = await running.call('/v1/enforce?explain', { method: 'POST', body });
      return (reply.json as { reason: { code: string } }).reason.code;
    };
    assert.strictEqual(await explain(billing), 'granted');
    assert.strictEqual(await explain({ ...billing, organization: 'nowhere' }), 'unknown-organization');
    assert.strictEqual(await explain({ ...billing, permission: 'message:send' }), 'wrong-span');
    assert.strictEqual(await explain({ ...billing, subject: 'olu' }), 'not-a-member');
  });

  it('points at what is wrong: a question has one place', async () => {
    const wrong: [object, string][] = [
      [{ ...billing, workspace: 'support' }, '/organization'],
      [{ subject: 'nia', permission: 'billing:view' }, ''],
      [{ ...billing, organization: '' }, '/organization'],
      [{ ...billing, organization: null }, '/organization'],
      [{ ...billing, organization: 7 }, '/organization'],
      [{ ...billing, organization: ['newco'] }, '/organization'],
      [{ ...billing, organization: { id: 'newco' } }, '/organization'],
      [{ ...billing, organization: 'x'.repeat(65) }, '/organization'],
      [{ ...billing, organisation: 'newco' }, '/organisation'],
      [{ ...billing, organizationProperties: { strictInboxes: false } }, '/organizationProperties'],
      [{ ...billing, organization: '\ud800' }, ''],
    ];
    for (const [body, pointer] of wrong) {
      const text = JSON.stringify(body);
      const alone = expectProblem(
        await running.call('/v1/enforce', { method: 'POST', body: text }),
        400,
        'invalid-request',
      );
      assert.strictEqual(alone['pointer'], pointer, text.slice(0, 80));
      const batch = `{"requests":[${JSON.stringify(billing)},${text}]}`;
      const many = expectProblem(
        await running.call('/v1/enforce/batch', { method: 'POST', body: batch }),
        400,
        'invalid-request',
      );
      assert.strictEqual(many['pointer'], `/requests/1${pointer}`, text.slice(0, 80));
    }
  });

  it('lists what somebody may at a company, one without a workspace too, and the roles that can be given there', async () => {
    const listed = await running.call('/v1/organizations/newco/members/nia/permissions');
    assert.strictEqual(listed.status, 200);
    const { organization, permissions, roles } = listed.json as {
      organization: string;
      permissions: { permission: string; decision: boolean }[];
      roles: { role: string }[];
    };
    assert.strictEqual(organization, 'newco');
    assert.deepEqual(
      permissions.map(({ permission, decision }) => `${permission} ${decision}`),
      ['billing:view true', 'billing:pay true', 'seat:assign true'],
    );
    assert.deepEqual(
      roles.map(({ role }) => role),
      ['company-admin'],
    );
    const given = (await running.call('/v1/organizations/newco/roles')).json as {
      roles: { role: string; spans: string }[];
    };
    assert.deepEqual(
      given.roles.map(({ role }) => role),
      ['people-lead', 'accountant', 'company-admin', 'frozen'],
    );
    const page = (await running.call('/v1/organizations/newco/roles?limit=1&after=people-lead')).json as object;
    assert.deepInclude(page, { organization: 'newco', next: 'accountant' });
  });

  it('lists nothing of a company that there is not', async () => {
    for (const path of ['/v1/organizations/nowhere/roles', '/v1/organizations/nowhere/members/nia/permissions']) {
      expectProblem(await running.call(path), 404, 'unknown-organization');
    }
    expectProblem(await running.call('/v1/organizations/newco/roles?x'), 400, 'unknown-parameter');
    expectProblem(await running.call('/v1/organizations/support/roles'), 404, 'unknown-organization');
  });

  it('waits for a revision that a question names', async () => {
    const { revision } = (await running.enforce(billing)).json as { revision: string };
    assert.strictEqual(await decide({ ...billing, minRevision: revision }), true);
    const path = `/v1/organizations/newco/members/nia/permissions?minRevision=${revision}`;
    assert.strictEqual((await running.call(path)).status, 200);
    expectProblem(await running.enforce({ ...billing, minRevision: '000000000000' }), 409, 'unknown-revision');
  });
});
