import { assert } from 'chai';
import * as fc from 'fast-check';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { listPermissions } from '../../src/engine/permission-listing.ts';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../src/policy/runtime-member.ts';
import { ask, nowMs, policyOf } from '../support/compile-yaml.ts';
import { smallPolicy } from '../support/policy-folder.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';

const files = {
  ...smallPolicy(),
  'policies/sales.yaml': 'workspace: sales\ntitle: Sales\n',
  'policies/other/organization.yaml': 'organization: other\n',
  'policies/other/bakery.yaml': 'workspace: bakery\ntitle: Bakery\n',
};
const policy = policyOf(files);
const support: Place = { kind: 'workspace', id: 'support' };
const sales: Place = { kind: 'workspace', id: 'sales' };
const acme: Place = { kind: 'organization', id: 'acme' };

function member(place: Place, id: string, assignments: readonly RuntimeAssignment[], type = 'user'): RuntimeMember {
  return { place, subject: { type, id }, assignments, sequence: 1, token: '' };
}

describe('an engine with memberships given at run time', () => {
  let members: RuntimeMembers;
  let engine: CasbinEngine;

  beforeEach(async () => {
    members = new RuntimeMembers();
    engine = await CasbinEngine.create(policy, members);
  });

  const give = (place: Place, id: string, ...roles: (string | RuntimeAssignment)[]): void => {
    const assignments = roles.map((role) => (typeof role === 'string' ? { role } : role));
    members.set(member(place, id, assignments));
    engine.memberChanged(place, { type: 'user', id });
  };
  const decide = (id: string, permission: string, workspace = 'support', atMs = nowMs): string =>
    engine.decide(ask(id, permission, { workspace }), atMs);

  it('lets a new member do what its role allows, from the next decision on, and nothing else', () => {
    assert.strictEqual(decide('eve', 'conversation:assign'), 'not-a-member');
    give(support, 'eve', 'team-lead');
    assert.strictEqual(decide('eve', 'conversation:assign'), 'granted');
    assert.strictEqual(decide('eve', 'analytics:view'), 'not-granted');
    assert.strictEqual(decide('eve', 'conversation:assign', 'sales'), 'not-a-member');
    assert.strictEqual(decide('dan', 'conversation:assign'), 'not-a-member');
  });

  it('takes it away from the next decision on', () => {
    give(support, 'eve', 'team-lead');
    assert.strictEqual(decide('eve', 'conversation:assign'), 'granted');
    give(support, 'eve', 'member');
    assert.strictEqual(decide('eve', 'conversation:assign'), 'not-granted');
    assert.strictEqual(decide('eve', 'comment:send'), 'granted');
    give(support, 'eve');
    assert.strictEqual(decide('eve', 'comment:send'), 'not-a-member');
    give(support, 'eve', 'member');
    assert.strictEqual(decide('eve', 'comment:send'), 'granted');
  });

  it('gives an organization-wide role in every workspace of the organization, and in no other', () => {
    give(acme, 'eve', 'company-admin');
    assert.strictEqual(decide('eve', 'analytics:view', 'support'), 'granted');
    assert.strictEqual(decide('eve', 'analytics:view', 'sales'), 'granted');
    assert.strictEqual(decide('eve', 'analytics:view', 'bakery'), 'not-a-member');
    give(acme, 'eve');
    assert.strictEqual(decide('eve', 'analytics:view', 'support'), 'not-a-member');
    assert.strictEqual(decide('eve', 'analytics:view', 'sales'), 'not-a-member');
  });

  it('adds what was given at run time to what YAML gives elsewhere', () => {
    // olu holds company-admin of acme in YAML.
    give(support, 'olu@acme.example', 'trainee');
    assert.strictEqual(decide('olu@acme.example', 'analytics:view'), 'granted');
    give(acme, 'ana@acme.example', 'company-admin');
    assert.strictEqual(decide('ana@acme.example', 'analytics:view'), 'granted');
    give(acme, 'ana@acme.example');
    assert.strictEqual(decide('ana@acme.example', 'analytics:view'), 'not-granted');
    assert.strictEqual(decide('ana@acme.example', 'conversation:assign'), 'granted');
  });

  it('gives nothing by a role that is unknown, of another workspace, or of the other kind of place', () => {
    give(support, 'a', 'gone');
    give(sales, 'b', 'team-lead');
    give(support, 'c', 'company-admin');
    give(acme, 'd', 'workspace-admin');
    give(support, 'e', 'gone', 'member');
    assert.strictEqual(decide('a', 'comment:send'), 'not-a-member');
    assert.strictEqual(decide('b', 'comment:send', 'sales'), 'not-a-member');
    assert.strictEqual(decide('c', 'comment:send'), 'not-a-member');
    assert.strictEqual(decide('d', 'comment:send'), 'not-a-member');
    assert.strictEqual(decide('e', 'comment:send'), 'granted');
  });

  it('gives nothing to subjects of a type that the policy does not know', () => {
    members.set(member(support, 'bot', [{ role: 'member' }], 'service'));
    const request = ask('bot', 'comment:send', { subjectType: 'service' });
    assert.strictEqual(engine.decide(request, nowMs), 'not-a-member');
  });

  it('knows when a role begins and ends, and says so without a line of YAML', () => {
    give(support, 'eve', { role: 'team-lead', from: '2026-11-21T00:00:00Z', until: '2026-11-22T00:00:00Z' });
    const [begins, ends] = [Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 22)];
    assert.strictEqual(decide('eve', 'comment:send', 'support', begins - 1), 'grant-not-started');
    assert.strictEqual(decide('eve', 'comment:send', 'support', begins), 'granted');
    assert.strictEqual(decide('eve', 'comment:send', 'support', ends - 1), 'granted');
    assert.strictEqual(decide('eve', 'comment:send', 'support', ends), 'grant-expired');
    assert.deepEqual(engine.explain(ask('eve', 'comment:send'), ends).reason, {
      code: 'grant-expired',
      message: 'role `team-lead` ended at 2026-11-22T00:00:00Z',
      role: 'team-lead',
    });
  });

  it('gives nothing for a time that is none', () => {
    give(support, 'a', { role: 'member', from: 'soon' });
    give(support, 'b', { role: 'member', until: '' });
    assert.strictEqual(decide('a', 'comment:send'), 'grant-not-started');
    assert.strictEqual(decide('b', 'comment:send'), 'grant-expired');
  });

  it('lists what somebody holds, from YAML and from run time', () => {
    const workspace = policy.workspaces.get('support');
    if (!workspace) assert.fail('there is no workspace');
    give(support, 'eve', { role: 'trainee', until: '2026-12-01T00:00:00Z' }, 'gone');
    give(acme, 'eve', 'company-admin');
    const listing = listPermissions(engine, workspace, { type: 'user', id: 'eve' }, nowMs);
    assert.deepEqual(listing.roles, [
      { role: 'trainee', title: 'Trainee', until: '2026-12-01T00:00:00Z' },
      { role: 'company-admin', title: 'Company admin' },
    ]);
    assert.strictEqual(listing.permissions.find(({ permission }) => permission === 'tag:create')?.decision, true);
    const nobody = listPermissions(engine, workspace, { type: 'user', id: 'dan' }, nowMs);
    assert.deepEqual(nobody.roles, []);
    assert.strictEqual(
      nobody.permissions.some(({ decision }) => decision),
      false,
    );
  });

  it('answers after any changes as an engine that never knew anything else', async () => {
    const ids = ['eve', 'ana@acme.example', 'olu@acme.example', 'x'.repeat(60), 'ключ'];
    const anyTime = fc.constantFrom(undefined, '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z');
    const anyAssignment = fc.record({
      role: fc.constantFrom('member', 'trainee', 'team-lead', 'workspace-admin', 'company-admin', 'gone'),
      from: anyTime,
      until: anyTime,
    });
    const anyChange = fc.record({
      place: fc.constantFrom(support, sales, acme, { kind: 'organization' as const, id: 'other' }),
      id: fc.constantFrom(...ids),
      assignments: fc.array(anyAssignment, { maxLength: 3 }),
      // Who was asked about before is remembered, and is what a change could miss.
      asked: fc.constantFrom(...ids),
    });
    const questions = ids.flatMap((id) =>
      ['support', 'sales', 'bakery'].flatMap((workspace) =>
        ['comment:send', 'tag:create', 'analytics:view'].map((permission) => ask(id, permission, { workspace })),
      ),
    );
    let granted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyChange, { maxLength: 12 }), async (changes) => {
        const held = new RuntimeMembers();
        const patched = await CasbinEngine.create(policy, held);
        for (const { place, id, assignments, asked } of changes) {
          for (const request of questions) if (request.subjectId === asked) patched.decide(request, nowMs);
          held.set(member(place, id, assignments as RuntimeAssignment[]));
          patched.memberChanged(place, { type: 'user', id });
        }
        const anew = await CasbinEngine.create(policy, new RuntimeMembers(held.all()));
        for (const request of questions) {
          for (const atMs of [nowMs, Date.UTC(2026, 10, 21)]) {
            const answer = patched.decide(request, atMs);
            if (answer === 'granted') granted += 1;
            assert.strictEqual(answer, anew.decide(request, atMs));
          }
        }
      }),
      { numRuns: lawRuns(150) },
    );
    assertReached(granted, 100);
  });
});
