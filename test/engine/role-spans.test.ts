import { assert } from 'chai';
import { casbinRows, holdOthers } from '../../src/compile/casbin/casbin-rules.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { listPermissions } from '../../src/engine/permission-listing.ts';
import { describeRole, rolesOf } from '../../src/engine/role-listing.ts';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import type { Place, RuntimeAssignment } from '../../src/policy/runtime-member.ts';
import { ask, nowMs, policyOf } from '../support/compile-yaml.ts';

const acme: Place = { kind: 'organization', id: 'acme' };
const support: Place = { kind: 'workspace', id: 'support' };

const policy = policyOf({
  'roles.yaml': `
permissions: { Docs: { doc:read: Read, doc:edit: Edit, doc:share: Share } }
scopes: { same: { when: { resource.team: $subject.properties.team } }, rest: {} }
roles:
  member: { grants: [doc:read] }
  roamer: { spans: memberships, grants: [doc:edit], denies: [doc:share] }
  boss: { spans: organization, grants: [doc:share] }
  helper: { spans: everything, grants: [doc:share] }
staff:
  mia: helper
  sid: [{ role: helper, from: 2026-11-21, until: 2026-11-22 }]
`,
  'policies/acme/organization.yaml': `
organization: acme
roles:
  lead: { extends: member, grants: [doc:share] }
  rover: { spans: memberships, grants: [doc:share] }
members: { olu: roamer, pia: roamer, rex: rover, uli: [roamer, boss] }
`,
  'policies/acme/support.yaml': `
workspace: support
members: { olu: member, pia: [{ role: member, from: 2026-11-21, until: 2026-11-22 }], ana: lead, mia: member }
`,
  'policies/acme/sales.yaml': 'workspace: sales\nmembers: { rex: lead }\n',
  'policies/alone.yaml': 'workspace: alone\nmembers: { bo: member }\n',
});

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

async function allowed(subject: string, workspace: string, atMs = nowMs, engine?: CasbinEngine): Promise<string> {
  const one = engine ?? (await CasbinEngine.create(policy));
  const permissions = ['doc:read', 'doc:edit', 'doc:share'];
  return permissions.filter((id) => one.decide(ask(subject, id, { workspace }), atMs) === 'granted').join();
}

describe('a role that spans memberships', () => {
  it('holds in a workspace of the company where its holder is a member, and in no other', async () => {
    assert.equal(await allowed('olu', 'support'), 'doc:read,doc:edit');
    assert.equal(await allowed('olu', 'sales'), '');
    assert.equal(await allowed('olu', 'alone'), '');
    assert.equal(await allowed('rex', 'sales'), 'doc:read,doc:share');
    assert.equal(await allowed('rex', 'support'), '');
  });

  it('begins and ends with the membership, to the instant', async () => {
    const [from, until] = [day('2026-11-21'), day('2026-11-23')];
    const engine = await CasbinEngine.create(policy);
    for (const [atMs, may] of [
      [from - 1, ''],
      [from, 'doc:read,doc:edit'],
      [until - 1, 'doc:read,doc:edit'],
      [until, ''],
      [from, 'doc:read,doc:edit'],
    ] as const) {
      assert.equal(await allowed('pia', 'support', atMs, engine), may, String(atMs));
    }
    assert.equal(engine.decide(ask('pia', 'doc:edit'), from - 1), 'grant-not-started');
    assert.equal(engine.decide(ask('pia', 'doc:edit'), until), 'grant-expired');
    assert.equal(engine.decide(ask('olu', 'doc:edit', { workspace: 'sales' }), nowMs), 'not-a-member');
  });

  it('is not opened by a role that spans the organization, by the staff or by another that waits', async () => {
    assert.equal(await allowed('uli', 'support'), 'doc:share');
    const files = {
      'roles.yaml': `permissions: { A: { a:b: t } }
roles: { one: { spans: memberships, grants: [a:b] }, two: { spans: memberships }, helper: { spans: everything } }
staff: { olu: helper }
`,
      'policies/organization.yaml': 'organization: acme\nmembers: { olu: [one, two] }\n',
      'policies/w.yaml': 'workspace: w\n',
    };
    const engine = await CasbinEngine.create(policyOf(files));
    assert.equal(engine.decide(ask('olu', 'a:b', { workspace: 'w' }), nowMs), 'not-granted');
  });

  it('denies where it holds, and nowhere else', async () => {
    const files = (member: string): PolicySet =>
      policyOf({
        'roles.yaml': `permissions: { A: { a:b: t } }
roles: { all: { spans: organization, grants: [a:b] }, none: { spans: memberships, denies: [a:b] }, member: {} }
`,
        'policies/organization.yaml': 'organization: acme\nmembers: { olu: [all, none] }\n',
        'policies/w.yaml': `workspace: w\nmembers: { ${member} }\n`,
      });
    const code = async (member: string): Promise<string> =>
      (await CasbinEngine.create(files(member))).decide(ask('olu', 'a:b', { workspace: 'w' }), nowMs);
    assert.equal(await code('bo: member'), 'granted');
    assert.equal(await code('olu: member'), 'denied-by-role');
  });

  it('follows a membership that is given and taken at run time, and is given and taken so itself', async () => {
    const runtime = new RuntimeMembers();
    const engine = await CasbinEngine.create(policy, runtime);
    const put = (place: Place, id: string, assignments: RuntimeAssignment[]): void => {
      const subject = { type: 'user', id };
      runtime.set({ place, subject, assignments, sequence: 1, token: '' });
      engine.memberChanged(place, subject);
    };
    const may = (id: string, workspace = 'support'): Promise<string> => allowed(id, workspace, nowMs, engine);
    assert.equal(await may('rex'), '');
    put(support, 'rex', [{ role: 'lead' }]);
    assert.equal(await may('rex'), 'doc:read,doc:share');
    put(support, 'rex', [{ role: 'member', until: '2026-11-20T09:00:00Z' }]);
    assert.equal(await may('rex'), '');
    put(support, 'rex', []);
    assert.equal(await may('rex'), '');
    put(acme, 'ana', [{ role: 'roamer' }]);
    assert.equal(await may('ana'), 'doc:read,doc:edit');
    assert.equal(await may('ana', 'sales'), '');
    put(acme, 'ana', []);
    assert.equal(await may('ana'), 'doc:read,doc:share');
    // Given where it does not belong, or to nobody's workspace, it gives nothing.
    put(support, 'bo', [{ role: 'roamer' }, { role: 'rover' }, { role: 'helper' }]);
    put(acme, 'dee', [{ role: 'helper' }, { role: 'lead' }, { role: 'member' }]);
    assert.equal(await may('bo'), '');
    assert.equal(await may('dee'), '');
  });

  it('is listed where it holds', async () => {
    const engine = await CasbinEngine.create(policy);
    const roles = (id: string, workspace: string): string[] =>
      listPermissions(engine, policy.workspaces.get(workspace)!, { type: 'user', id }, nowMs).roles.map(
        ({ role }) => role,
      );
    assert.deepEqual(roles('olu', 'support'), ['member', 'roamer']);
    assert.deepEqual(roles('olu', 'sales'), []);
    assert.deepEqual(roles('mia', 'support'), ['member', 'helper']);
    assert.deepEqual(roles('mia', 'alone'), ['helper']);
  });

  it('is a row for Casbin where it holds, and other rows are due when a membership begins', () => {
    const rows = (atMs: number): string[] =>
      casbinRows(policy, atMs)
        .g.filter(([, role]) => role === 'role:roamer' || role === 'role:organization:acme/rover')
        .map(([subject, role, domain]) => `${subject} ${role} ${domain}`);
    const always = ['user:olu role:roamer support', 'user:rex role:organization:acme/rover sales'];
    assert.deepEqual(rows(nowMs), always);
    assert.deepEqual(rows(day('2026-11-21')), [always[0], 'user:pia role:roamer support', always[1]]);
    assert.isTrue(holdOthers(policy, nowMs, day('2026-11-21')));
    assert.isFalse(holdOthers(policy, nowMs, nowMs + 1));
  });
});

describe('staff', () => {
  it('may in every workspace of every company, and of none', async () => {
    assert.equal(await allowed('mia', 'support'), 'doc:read,doc:share');
    for (const workspace of ['sales', 'alone']) assert.equal(await allowed('mia', workspace), 'doc:share', workspace);
    assert.equal(await allowed('nobody', 'support'), '');
    const engine = await CasbinEngine.create(policy);
    assert.equal(engine.decide(ask('mia', 'doc:share', { workspace: 'none' }), nowMs), 'unknown-workspace');
    const service = ask('mia', 'doc:share', { subjectType: 'service' });
    assert.equal(engine.decide(service, nowMs), 'not-a-member');
  });

  it('has its times', async () => {
    const engine = await CasbinEngine.create(policy);
    assert.equal(await allowed('sid', 'alone', day('2026-11-21'), engine), 'doc:share');
    assert.equal(engine.decide(ask('sid', 'doc:share', { workspace: 'alone' }), nowMs), 'grant-not-started');
    assert.equal(engine.decide(ask('sid', 'doc:share', { workspace: 'alone' }), day('2026-11-23')), 'grant-expired');
    assert.isTrue(holdOthers(policy, nowMs, day('2026-11-21')));
  });

  it('is told with the line that granted', async () => {
    const engine = await CasbinEngine.create(policy);
    const { reason } = engine.explain(ask('mia', 'doc:share', { workspace: 'alone' }), nowMs);
    assert.deepInclude(reason, { code: 'granted', role: 'helper', file: 'roles.yaml', line: 8 });
  });

  it('has properties, which those of an organization and of a workspace go before', async () => {
    const of = (team: string): string => `{ roles: ROLE, properties: { team: ${team} } }`;
    const files = (organization: string, workspace: string): Record<string, string> => ({
      'roles.yaml': `permissions: { A: { a:b: { title: t, scopes: [same] } } }
scopes: { same: { when: { resource.team: $subject.properties.team } } }
roles: { member: {}, boss: { spans: organization }, helper: { spans: everything, grants: [a:b] } }
staff: { mia: ${of('staff').replace('ROLE', 'helper')} }
`,
      'policies/organization.yaml': `organization: acme\nmembers: { ${organization} }\n`,
      'policies/w.yaml': `workspace: w\nmembers: { ${workspace} }\n`,
    });
    const may = async (team: string, organization = '', workspace = ''): Promise<boolean> => {
      const engine = await CasbinEngine.create(policyOf(files(organization, workspace)));
      const request = ask('mia', 'a:b', { workspace: 'w', resource: { team } });
      return engine.decide(request, nowMs) === 'granted';
    };
    assert.isTrue(await may('staff'));
    assert.isFalse(await may('company'));
    const above = `mia: ${of('company').replace('ROLE', 'boss')}`;
    assert.isTrue(await may('company', above));
    assert.isFalse(await may('staff', above));
    assert.isTrue(await may('here', above, `mia: ${of('here').replace('ROLE', 'member')}`));
  });

  it('is one row for Casbin in each workspace', () => {
    const rows = casbinRows(policy, nowMs).g.filter(([, role]) => role === 'role:helper');
    assert.deepEqual(
      rows.map((row) => row.join(' ')),
      ['alone', 'sales', 'support'].map((id) => `user:mia role:helper ${id}`),
    );
  });
});

describe('roles that a workspace sees', () => {
  it('are built-in, of its organization and its own, and say whose they are', () => {
    const listed = rolesOf(policy, policy.workspaces.get('support')!).map(describeRole);
    assert.deepEqual(
      listed.map(({ role, builtIn, spans, organization }) => [role, builtIn, spans, organization]),
      [
        ['member', true, 'workspace', undefined],
        ['roamer', true, 'memberships', undefined],
        ['boss', true, 'organization', undefined],
        ['helper', true, 'everything', undefined],
        ['lead', false, 'workspace', 'acme'],
        ['rover', false, 'memberships', 'acme'],
      ],
    );
    assert.lengthOf(rolesOf(policy, policy.workspaces.get('alone')!), 4);
  });

  it('are named where they would allow what is denied', async () => {
    const engine = await CasbinEngine.create(policy);
    const would = (workspace: string, id: string): readonly string[] | undefined =>
      engine.explain(ask(id, 'doc:share', { workspace }), nowMs).reason.rolesThatAllow;
    assert.deepEqual(would('support', 'pia'), undefined);
    assert.deepEqual(would('alone', 'bo'), ['boss', 'helper']);
  });
});
