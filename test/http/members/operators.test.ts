import { assert } from 'chai';
import { expectProblem } from '../../support/problem-reply.ts';
import { pageCall, runPages, signInAs, type RunningPages } from '../../support/running-pages.ts';
import { disposeSidecars } from '../../support/running-sidecar.ts';

const files = {
  'roles.yaml': `permissions:
  Docs: { doc:read: Read }
  Roles: { role:edit: { title: Edit roles, controls: roles, scopes: [own, rest] } }
scopes: { own: { when: { resource.owner: $subject.id } }, rest: {} }
roles:
  admin: { grants: ["*"] }
  owner: { grants: ["*"], spans: organization }
  operator: { spans: everything, grants: ["role:*"] }
  half: { spans: everything, grants: ["role:edit@own"] }
  helper: { spans: everything, grants: [doc:read] }
  muted: { spans: everything, denies: ["role:*"] }
staff:
  mia: operator
  hal: half
  hop: helper
  mut: [operator, muted]
  old: [{ role: operator, until: 2020-01-01 }]
  new: [{ role: operator, from: 2999-01-01 }]
`,
  'policies/acme/organization.yaml': 'organization: acme\nmembers: { olu: owner }\n',
  'policies/acme/support.yaml': 'workspace: support\nmembers: { ana: admin }\n',
};

describe('who looks after the product', () => {
  let pages: RunningPages;
  before(async () => {
    pages = await runPages({ files });
  });
  after(disposeSidecars);

  it('may see the sidecar itself on the pages; who has roles in companies, or helps, may not', async () => {
    for (const [actor, isOperator] of [
      ['mia', true],
      ...['hal', 'hop', 'mut', 'old', 'new', 'olu', 'ana', 'nobody'].map((id) => [id, false] as const),
    ] as const) {
      const cookie = await signInAs(pages, actor);
      const { json } = await pages.call('/v1/session', pageCall(pages, 'GET', undefined, cookie));
      assert.deepInclude(json as object, { isOperator, writes: ['files'] }, actor);
      const policy = await pages.call('/v1/policy', pageCall(pages, 'GET', undefined, cookie));
      if (isOperator) assert.strictEqual(policy.status, 200, policy.text);
      else expectProblem(policy, 403, 'forbidden');
      const fleet = await pages.call('/v1/fleet', pageCall(pages, 'GET', undefined, cookie));
      if (isOperator) expectProblem(fleet, 409, 'no-database');
      else expectProblem(fleet, 403, 'forbidden');
      const metrics = await pages.call('/metrics', pageCall(pages, 'GET', undefined, cookie));
      expectProblem(metrics, 403, 'forbidden');
    }
  });
});
