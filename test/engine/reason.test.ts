import { assert } from 'chai';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { listPermissions } from '../../src/engine/permission-listing.ts';
import { describeRole, rolesOf } from '../../src/engine/role-listing.ts';
import type { Reason } from '../../src/policy/decision.ts';
import { ask, engineOf, nowMs } from '../support/compile-yaml.ts';

const files = {
  'roles.yaml': `scopes: { own: { when: { resource.owner: $subject.id } }, all: {} }
permissions:
  A:
    doc:read: Read
    doc:edit: { title: Edit, scopes: [own, all] }
    doc:mine: { title: Mine, scopes: [own] }
baseline: ["doc:edit@own"]
roles:
  member: { title: Standard, grants: [doc:read] }
  admin: { grants: ["*"] }
  boss: { grants: ["*"], spans: organization, holders: 1 }
`,
  'policies/organization.yaml': 'organization: acme\nmembers: { olu: boss }\n',
  'policies/support.yaml': `workspace: support
roles:
  editor:
    description: Edits.
    extends: member
    grants: [doc:edit]
  mute: { denies: [doc:read] }
members:
  ana: editor
  mia: member
  mute: [member, mute]
  tia: [member, { role: editor, until: 2026-01-31 }]
  lea: [{ role: editor, from: 2027-01-01, until: 2027-12-31 }]
`,
};

describe('a reason', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await engineOf(files)));

  const why = (...request: Parameters<typeof ask>): Reason => engine.explain(ask(...request), nowMs).reason;

  it('names the role and the line that granted', () => {
    assert.include(why('ana', 'doc:edit', { scopes: ['all'] }), {
      code: 'granted',
      role: 'editor',
      file: 'policies/support.yaml',
      line: 6,
      column: 14,
    });
    assert.include(
      why('ana', 'doc:read'),
      {
        role: 'editor',
        file: 'roles.yaml',
        line: 9,
      },
      'granted where it was written',
    );
    assert.include(why('mia', 'doc:edit', { scopes: ['own'] }), {
      code: 'granted',
      role: 'member',
      file: 'roles.yaml',
      line: 7,
    });
  });

  it('names the role and the line that denied', () => {
    assert.include(why('mute', 'doc:read'), {
      code: 'denied-by-role',
      role: 'mute',
      file: 'policies/support.yaml',
      line: 7,
    });
  });

  it('names the roles that would allow it, when none that is held does', () => {
    const reason = why('mia', 'doc:edit', { scopes: ['all'] });
    assert.deepInclude(reason, { code: 'not-granted', rolesThatAllow: ['admin', 'boss', 'editor'] });
    assert.include(reason.message, '`doc:edit@all`');
  });

  it('names the roles of the workspace asked about, though the same built-in role does not grant it in another', async () => {
    const other = {
      'policies/other.yaml': 'workspace: other\nroles:\n  keeper: { grants: [doc:edit] }\nmembers: { mia: member }\n',
    };
    const both = await engineOf({ ...files, ...other });
    const rolesIn = (workspace: string): unknown =>
      both.explain(ask('mia', 'doc:edit', { scopes: ['all'], workspace }), nowMs).reason.rolesThatAllow;
    for (let round = 0; round < 2; round += 1) {
      assert.deepEqual(rolesIn('support'), ['admin', 'boss', 'editor']);
      assert.deepEqual(rolesIn('other'), ['admin', 'boss', 'keeper']);
    }
  });

  it('names the role that is over or to come, with its line', () => {
    assert.include(why('tia', 'doc:edit', { scopes: ['all'] }), { code: 'grant-expired', role: 'editor', line: 12 });
    assert.include(why('tia', 'doc:edit', { scopes: ['all'] }).message, '2026-02-01T00:00:00Z');
    assert.include(why('lea', 'doc:read'), { code: 'grant-not-started', role: 'editor', line: 13 });
  });

  it('suggests the name that was meant', () => {
    assert.include(why('ana', 'doc:reed'), { code: 'unknown-permission', didYouMean: 'doc:read' });
    assert.include(why('ana', 'doc:edit', { scopes: ['alll'] }), { code: 'unknown-scope', didYouMean: 'all' });
    assert.notProperty(why('ana', 'zzzzzz:zzzzzz'), 'didYouMean');
    assert.include(why('ana', 'doc:read', { scopes: ['own'] }).message, 'has no scopes');
    assert.include(why('ana', 'doc:mine', { resource: { owner: 'bo' } }), { code: 'not-in-scope' });
    assert.include(why('ana', 'doc:mine', { resource: { owner: 'bo' } }).message, '`own`');
  });

  it('never tells of anybody but the one who asks', () => {
    const everybody = ['ana', 'mia', 'mute', 'tia', 'lea', 'olu'];
    for (const subject of [...everybody, 'stranger']) {
      for (const permission of ['doc:read', 'doc:edit', 'doc:mine', 'doc:none']) {
        const { message } = why(subject, permission);
        for (const other of everybody.filter((name) => name !== subject && name !== 'mute')) {
          assert.notMatch(message, new RegExp(`\\b${other}\\b`));
        }
      }
    }
  });

  it('stays short, whatever the request says', () => {
    const long = 'x'.repeat(100_000);
    for (const reason of [
      why('ana', long),
      why('ana', 'doc:edit', { scopes: [long] }),
      why('ana', 'doc:read', { workspace: long }),
    ]) {
      assert.isBelow(reason.message.length, 400);
    }
  });
});

describe('listings', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await engineOf(files)));

  it('show every permission of a subject, scope by scope', () => {
    const workspace = engine.policy.workspaces.get('support')!;
    const listing = listPermissions(engine, workspace, { type: 'user', id: 'mia' }, nowMs);
    assert.deepEqual(listing.roles, [{ role: 'member', title: 'Standard' }]);
    assert.deepEqual(listing.permissions, [
      { permission: 'doc:read', title: 'Read', category: 'A', decision: true },
      { permission: 'doc:edit', title: 'Edit', category: 'A', decision: true, scopes: { own: true, all: false } },
      { permission: 'doc:mine', title: 'Mine', category: 'A', decision: false, scopes: { own: false } },
    ]);
  });

  it('show nothing allowed to a stranger, nor to one whose role is to come', () => {
    const workspace = engine.policy.workspaces.get('support')!;
    for (const id of ['stranger', 'lea', '__proto__']) {
      const listing = listPermissions(engine, workspace, { type: 'user', id }, nowMs);
      assert.deepEqual(listing.roles, []);
      assert.strictEqual(
        listing.permissions.some(({ decision }) => decision),
        false,
      );
    }
    const later = listPermissions(engine, workspace, { type: 'user', id: 'lea' }, Date.UTC(2027, 5, 1));
    assert.deepEqual(later.roles, [
      { role: 'editor', title: 'editor', from: '2027-01-01T00:00:00Z', until: '2028-01-01T00:00:00Z' },
    ]);
    const spanning = listPermissions(engine, workspace, { type: 'user', id: 'olu' }, nowMs);
    assert.strictEqual(
      spanning.permissions.every(({ decision }) => decision),
      true,
    );
  });

  it('say how many must hold them and which alone they hand out, and nothing of it where that is not said', async () => {
    const own = await engineOf({
      ...files,
      'roles.yaml': files['roles.yaml'].replace('holders: 1', 'holders: "2+", assigns: [member, admin]'),
    });
    const [member, , boss] = rolesOf(own.policy, own.policy.workspaces.get('support')!).map(describeRole);
    assert.deepInclude(boss as object, { holders: '2+', assigns: ['member', 'admin'] });
    assert.notProperty(member, 'holders');
    assert.notProperty(member, 'assigns');
  });

  it("show built-in roles and the workspace's own", () => {
    const roles = rolesOf(engine.policy, engine.policy.workspaces.get('support')!).map(describeRole);
    assert.deepEqual(
      roles.map(({ role, builtIn }) => [role, builtIn]),
      [
        ['member', true],
        ['admin', true],
        ['boss', true],
        ['editor', false],
        ['mute', false],
      ],
    );
    assert.deepInclude(roles[2] as object, {
      spans: 'organization',
      holders: 1,
      grants: ['doc:read', 'doc:edit', 'doc:mine'],
    });
    assert.deepInclude(roles[3] as object, {
      description: 'Edits.',
      extends: ['member'],
      grants: ['doc:read', 'doc:edit'],
      denies: [],
    });
    assert.deepInclude(roles[4] as object, { grants: ['doc:edit@own'], denies: ['doc:read'] });
  });
});
