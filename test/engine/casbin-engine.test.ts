import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import type { Role } from '../../src/policy/role.ts';
import { ask, engineOf, nowMs } from '../support/compile-yaml.ts';

function heapUsedAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
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
    expect(decide(ask('ana', 'invoice:pay'))).to.equal('granted');
    expect(decide(ask('ana', 'invoice:delete'))).to.equal('not-granted');
  });

  it('gives every member the baseline, and nobody else', () => {
    expect(decide(ask('mia', 'doc:read'))).to.equal('granted');
    expect(decide(ask('stranger', 'doc:read'))).to.equal('not-a-member');
  });

  it('keeps the roles of one workspace out of every other', () => {
    expect(decide(ask('ana', 'invoice:pay', { workspace: 'sales' }))).to.equal('not-granted');
    expect(decide(ask('pit', 'invoice:pay', { workspace: 'lab' }))).to.equal('not-granted');
    expect(decide(ask('pit', 'doc:read', { workspace: 'support' }))).to.equal('not-a-member');
  });

  it('lets organization-wide roles reach every workspace of the organization, and none of another', () => {
    expect(decide(ask('olu', 'invoice:pay'))).to.equal('granted');
    expect(decide(ask('olu', 'invoice:pay', { workspace: 'sales' }))).to.equal('granted');
    expect(decide(ask('olu', 'invoice:pay', { workspace: 'lab' }))).to.equal('not-a-member');
    expect(decide(ask('both', 'invoice:pay'))).to.equal('granted');
    expect(decide(ask('both', 'invoice:delete'))).to.equal('not-granted');
  });

  it('lets a deny win over every other role, but not over the baseline', () => {
    expect(decide(ask('adi', 'invoice:pay'))).to.equal('denied-by-role');
    expect(decide(ask('adi', 'doc:read'))).to.equal('granted');
    expect(decide(ask('adi', 'doc:edit', { scopes: ['self', 'team'] }))).to.equal('granted');
    expect(decide(ask('adi', 'doc:edit', { scopes: ['team'] }))).to.equal('denied-by-role');
  });

  it("lets nobody approve their own leave, not even one who may approve the team's", () => {
    expect(decide(ask('mia', 'leave:approve', { scopes: ['team'] }))).to.equal('granted');
    expect(decide(ask('mia', 'leave:approve', { scopes: ['self'] }))).to.equal('denied-by-role');
    expect(decide(ask('mia', 'leave:approve', { scopes: ['team', 'self'] }))).to.equal('denied-by-role');
  });

  it('tells subject types apart', () => {
    expect(decide(ask('robot', 'invoice:pay', { subjectType: 'service' }))).to.equal('granted');
    expect(decide(ask('robot', 'invoice:pay'))).to.equal('not-a-member');
    expect(decide(ask('ana', 'invoice:pay', { subjectType: 'service' }))).to.equal('not-a-member');
    expect(decide(ask('service:robot', 'invoice:pay'))).to.equal('not-a-member');
  });

  it('ends a role at its instant and begins one at its instant, without a reload', () => {
    const midnight = Date.UTC(2026, 10, 21);
    expect(decide(ask('tia', 'invoice:pay'), midnight - 1)).to.equal('granted');
    expect(decide(ask('tia', 'invoice:pay'), midnight)).to.equal('grant-expired');
    expect(decide(ask('tia', 'invoice:pay'), midnight - 1), 'clocks may go back').to.equal('granted');
    expect(decide(ask('lea', 'invoice:pay'), midnight - 1)).to.equal('grant-not-started');
    expect(decide(ask('lea', 'invoice:pay'), midnight)).to.equal('granted');
  });

  it('keeps what other roles give when one ends', () => {
    expect(decide(ask('tia', 'doc:read'), Date.UTC(2027, 0, 1))).to.equal('granted');
    expect(decide(ask('tia', 'invoice:delete'), Date.UTC(2027, 0, 1))).to.equal('not-granted');
  });

  it('gives no baseline to somebody whose roles are all over or to come', () => {
    expect(decide(ask('old', 'doc:read'))).to.equal('grant-expired');
    expect(decide(ask('later', 'doc:read'))).to.equal('grant-not-started');
    expect(decide(ask('gap', 'doc:read'))).to.equal('grant-not-started');
    expect(decide(ask('gap', 'doc:read'), Date.UTC(2027, 0, 2))).to.equal('granted');
    expect(decide(ask('gap', 'doc:read'), Date.UTC(2027, 0, 3))).to.equal('grant-expired');
  });

  it('denies what it does not know', () => {
    expect(decide(ask('ana', 'invoice:pay', { workspace: 'nowhere' }))).to.equal('unknown-workspace');
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
      expect(decide(ask('ana', permission)), permission).to.equal('unknown-permission');
    }
    for (const workspace of ['', '*', 'Support', 'support ', '__proto__', 'toString']) {
      expect(decide(ask('ana', 'doc:read', { workspace })), workspace).to.equal('unknown-workspace');
    }
  });

  it('denies and never throws when the request is not even a request', () => {
    const odd = [undefined, null, 7, {}, [], ['ana'], { toString: () => 'ana' }, Symbol('ana')];
    for (const value of odd) {
      for (const key of ['subjectType', 'subjectId', 'workspace', 'permission', 'scopes']) {
        const request = { ...ask('ana', 'doc:edit'), [key]: value };
        if (key === 'scopes' && value === undefined) continue;
        expect(decide(request), `${key} ${String(value)}`).not.to.equal('granted');
        expect(engine.explain(request, nowMs).decision).to.equal(false);
      }
    }
    expect(engine.decide(undefined as unknown as EnforceRequest, nowMs)).to.equal('error');
  });

  it('denies everything by an empty policy', async () => {
    const empty = await engineOf({ 'roles.yaml': 'permissions: { A: { doc:read: Read } }\nroles: { member: {} }\n' });
    expect(empty.decide(ask('', ''), nowMs)).to.equal('unknown-workspace');
    expect(empty.decide(ask('ana', 'doc:read'), nowMs)).to.equal('unknown-workspace');
  });

  it('answers by role alone, for tests and previews', () => {
    const own = engine.policy.workspaces.get('support')!.roles.get('payer')!;
    const byRole = (given: readonly Role[], permission: string, more = {}): string =>
      engine.explainRoles(given, { ...ask('', permission), ...more }).reason.code;
    expect(byRole([own], 'invoice:pay')).to.equal('granted');
    expect(byRole([own], 'invoice:delete')).to.equal('not-granted');
    expect(byRole([], 'doc:read')).to.equal('not-granted');
    expect(byRole([own], 'invoice:pay', { workspace: 'nowhere' })).to.equal('unknown-workspace');
    expect(byRole([own], 'invoice:nothing')).to.equal('unknown-permission');
    expect(byRole([own], 'doc:edit', { scopes: ['nowhere'] })).to.equal('unknown-scope');
    expect(byRole([own], 'doc:edit', { resource: { owner: '' } }), 'nobody owns nothing').to.equal('not-granted');
  });

  it('remembers nothing of names that are not in the policy', () => {
    const before = heapUsedAfterCollection();
    for (let index = 0; index < 200_000; index += 1) {
      decide(ask(`stranger-${index}`, `doc:${index}`, { workspace: `nowhere-${index}` }));
      decide(ask(`stranger-${index}`, 'doc:read'));
    }
    // 400,000 remembered names would take 40 MB and more.
    expect(heapUsedAfterCollection() - before).to.be.lessThan(5 * 1024 * 1024);
  });
});
