import { assert } from 'chai';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import type { Role } from '../../src/policy/role.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { ask, engineOf, nowMs } from '../support/compile-yaml.ts';

function heapUsedAfterCollection(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const rolesYaml = `
subjectTypes: [user, service]
scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: $subject.properties.team } }
  shared: {}
permissions:
  Work:
    doc:read: Read documents
    doc:edit: { title: Edit, scopes: [self, team, shared] }
    leave:approve: { title: Approve leave, scopes: [self, team] }
    invoice:pay: Pay
    invoice:delete: Delete
baseline: [doc:read, "doc:edit@self"]
roles:
  member: {}
  manager: { grants: ["leave:approve"], denies: ["leave:approve@self"] }
  locked: { denies: ["*"] }
  admin: { grants: ["*"] }
  boss: { grants: ["invoice:pay"], spans: organization }
`;

const files = {
  'roles.yaml': rolesYaml,
  'policies/acme/organization.yaml': 'organization: acme\nmembers: { olu: boss, both: boss }\n',
  'policies/acme/support.yaml': `
workspace: support
roles:
  payer: { extends: member, grants: [invoice:pay] }
members:
  ana: payer
  mia: manager
  adi: [admin, locked]
  both: member
  tia:
    roles: [member, { role: payer, until: 2026-11-20 }]
  lea: { roles: [{ role: payer, from: 2026-11-21T00:00:00Z }], properties: { team: red } }
  old: [{ role: payer, until: 2026-01-31 }]
  later: [{ role: payer, from: 2027-01-01 }]
  gap: [{ role: payer, until: 2026-01-31 }, { role: payer, from: 2027-01-01, until: 2027-01-02 }]
  service:robot: payer
`,
  'policies/acme/sales.yaml': 'workspace: sales\nmembers: { ana: member, nia: member }\n',
  'policies/other/organization.yaml': 'organization: other\n',
  'policies/other/lab.yaml': 'workspace: lab\nroles: { payer: { grants: [doc:read] } }\nmembers: { pit: payer }\n',
};

describe('a decision', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await engineOf(files)));

  const decide = (request: EnforceRequest, atMs = nowMs): string => engine.decide(request, atMs);

  it('allows what a role grants, and denies what none does', () => {
    assert.strictEqual(decide(ask('ana', 'invoice:pay')), 'granted');
    assert.strictEqual(decide(ask('ana', 'invoice:delete')), 'not-granted');
  });

  it('gives every member the baseline, and nobody else', () => {
    assert.strictEqual(decide(ask('mia', 'doc:read')), 'granted');
    assert.strictEqual(decide(ask('stranger', 'doc:read')), 'not-a-member');
  });

  it('keeps the roles of one workspace out of every other', () => {
    assert.strictEqual(decide(ask('ana', 'invoice:pay', { workspace: 'sales' })), 'not-granted');
    assert.strictEqual(decide(ask('pit', 'invoice:pay', { workspace: 'lab' })), 'not-granted');
    assert.strictEqual(decide(ask('pit', 'doc:read', { workspace: 'support' })), 'not-a-member');
  });

  it('lets organization-wide roles reach every workspace of the organization, and none of another', () => {
    assert.strictEqual(decide(ask('olu', 'invoice:pay')), 'granted');
    assert.strictEqual(decide(ask('olu', 'invoice:pay', { workspace: 'sales' })), 'granted');
    assert.strictEqual(decide(ask('olu', 'invoice:pay', { workspace: 'lab' })), 'not-a-member');
    assert.strictEqual(decide(ask('both', 'invoice:pay')), 'granted');
    assert.strictEqual(decide(ask('both', 'invoice:delete')), 'not-granted');
  });

  it('lets a deny win over every other role, but not over the baseline', () => {
    assert.strictEqual(decide(ask('adi', 'invoice:pay')), 'denied-by-role');
    assert.strictEqual(decide(ask('adi', 'doc:read')), 'granted');
    assert.strictEqual(decide(ask('adi', 'doc:edit', { scopes: ['self', 'team'] })), 'granted');
    assert.strictEqual(decide(ask('adi', 'doc:edit', { scopes: ['team'] })), 'denied-by-role');
  });

  it("lets nobody approve their own leave, not even one who may approve the team's", () => {
    assert.strictEqual(decide(ask('mia', 'leave:approve', { scopes: ['team'] })), 'granted');
    assert.strictEqual(decide(ask('mia', 'leave:approve', { scopes: ['self'] })), 'denied-by-role');
    assert.strictEqual(decide(ask('mia', 'leave:approve', { scopes: ['team', 'self'] })), 'denied-by-role');
  });

  it('tells subject types apart', () => {
    assert.strictEqual(decide(ask('robot', 'invoice:pay', { subjectType: 'service' })), 'granted');
    assert.strictEqual(decide(ask('robot', 'invoice:pay')), 'not-a-member');
    assert.strictEqual(decide(ask('ana', 'invoice:pay', { subjectType: 'service' })), 'not-a-member');
    assert.strictEqual(decide(ask('service:robot', 'invoice:pay')), 'not-a-member');
  });

  it('ends a role at its instant and begins one at its instant, without a reload', () => {
    const midnight = Date.UTC(2026, 10, 21);
    assert.strictEqual(decide(ask('tia', 'invoice:pay'), midnight - 1), 'granted');
    assert.strictEqual(decide(ask('tia', 'invoice:pay'), midnight), 'grant-expired');
    assert.strictEqual(decide(ask('tia', 'invoice:pay'), midnight - 1), 'granted', 'clocks may go back');
    assert.strictEqual(decide(ask('lea', 'invoice:pay'), midnight - 1), 'grant-not-started');
    assert.strictEqual(decide(ask('lea', 'invoice:pay'), midnight), 'granted');
  });

  it('keeps what other roles give when one ends', () => {
    assert.strictEqual(decide(ask('tia', 'doc:read'), Date.UTC(2027, 0, 1)), 'granted');
    assert.strictEqual(decide(ask('tia', 'invoice:delete'), Date.UTC(2027, 0, 1)), 'not-granted');
  });

  it('gives no baseline to somebody whose roles are all over or to come', () => {
    assert.strictEqual(decide(ask('old', 'doc:read')), 'grant-expired');
    assert.strictEqual(decide(ask('later', 'doc:read')), 'grant-not-started');
    assert.strictEqual(decide(ask('gap', 'doc:read')), 'grant-not-started');
    assert.strictEqual(decide(ask('gap', 'doc:read'), Date.UTC(2027, 0, 2)), 'granted');
    assert.strictEqual(decide(ask('gap', 'doc:read'), Date.UTC(2027, 0, 3)), 'grant-expired');
  });

  it('denies what it does not know', () => {
    assert.strictEqual(decide(ask('ana', 'invoice:pay', { workspace: 'nowhere' })), 'unknown-workspace');
    for (const permission of [
      'invoice:*',
      '*',
      'invoice',
      'Invoice:pay',
      'invoice:pay ',
      '',
      '__proto__',
      'constructor',
      'doc:read:x',
    ]) {
      assert.strictEqual(decide(ask('ana', permission)), 'unknown-permission', permission);
    }
    for (const workspace of ['', '*', 'Support', 'support ', '__proto__', 'toString']) {
      assert.strictEqual(decide(ask('ana', 'doc:read', { workspace })), 'unknown-workspace', workspace);
    }
  });

  it('denies and never throws when the request is not even a request', () => {
    const odd = [undefined, null, 7, {}, [], ['ana'], { toString: () => 'ana' }, Symbol('ana')];
    for (const value of odd) {
      for (const key of ['subjectType', 'subjectId', 'workspace', 'permission', 'scopes']) {
        const request = { ...ask('ana', 'doc:edit'), [key]: value };
        if (key === 'scopes' && value === undefined) continue;
        assert.notStrictEqual(decide(request), 'granted', `${key} ${String(value)}`);
        assert.strictEqual(engine.explain(request, nowMs).decision, false);
      }
    }
    assert.strictEqual(engine.decide(undefined as unknown as EnforceRequest, nowMs), 'error');
  });

  it('denies everything by an empty policy', async () => {
    const empty = await engineOf({ 'roles.yaml': 'permissions: { A: { doc:read: Read } }\nroles: { member: {} }\n' });
    assert.strictEqual(empty.decide(ask('', ''), nowMs), 'unknown-workspace');
    assert.strictEqual(empty.decide(ask('ana', 'doc:read'), nowMs), 'unknown-workspace');
  });

  it('answers by role alone, for tests and previews', () => {
    const own = engine.policy.workspaces.get('support')!.roles.get('payer')!;
    const byRole = (given: readonly Role[], permission: string, more = {}): string =>
      engine.explainRoles(given, { ...ask('', permission), ...more }).reason.code;
    assert.strictEqual(byRole([own], 'invoice:pay'), 'granted');
    assert.strictEqual(byRole([own], 'invoice:delete'), 'not-granted');
    assert.strictEqual(byRole([], 'doc:read'), 'not-granted');
    assert.strictEqual(byRole([own], 'invoice:pay', { workspace: 'nowhere' }), 'unknown-workspace');
    assert.strictEqual(byRole([own], 'invoice:nothing'), 'unknown-permission');
    assert.strictEqual(byRole([own], 'doc:edit', { scopes: ['nowhere'] }), 'unknown-scope');
    assert.strictEqual(byRole([own], 'doc:edit', { resource: { owner: '' } }), 'missing-attribute', 'nobody has no id');
    assert.strictEqual(byRole([own], 'doc:edit', { resource: { owner: null } }), 'not-granted', 'nobody owns nothing');
  });

  it('remembers nothing of names that are not in the policy', () => {
    const before = heapUsedAfterCollection();
    for (let index = 0; index < 200_000; index += 1) {
      decide(ask(`stranger-${index}`, `doc:${index}`, { workspace: `nowhere-${index}` }));
      decide(ask(`stranger-${index}`, 'doc:read'));
    }
    // 400,000 remembered names would take 40 MB and more.
    assert.isBelow(heapUsedAfterCollection() - before, 5 * 1024 * 1024);
  });
});
