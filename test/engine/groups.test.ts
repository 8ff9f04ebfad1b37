import { assert } from 'chai';
import { casbinRows } from '../../src/compile/casbin/casbin-rules.ts';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { listPermissions } from '../../src/engine/permission-listing.ts';
import type { Reason } from '../../src/policy/decision.ts';
import { ask, engineOf, nowMs, policyOf } from '../support/compile-yaml.ts';

const files = {
  'roles.yaml': `subjectTypes: [user, service]
permissions:
  A:
    doc:read: Read
    doc:edit: Edit
    invoice:pay: Pay
roles:
  reader: { title: Reader, grants: [doc:read] }
  editor: { title: Editor, extends: reader, grants: [doc:edit] }
  locked: { title: Locked, denies: [doc:edit] }
  boss: { title: Boss, grants: ["*"], spans: organization }
`,
  'policies/acme/organization.yaml': `organization: acme
groups:
  emea: [ana, bo, cy, service:robot]
  bosses: [cy, olu]
  "7": [bo]
  nobody: []
members:
  group:bosses: { roles: [{ role: boss, from: 2026-11-21, until: 2026-11-30, reason: on call }] }
`,
  'policies/acme/support.yaml': `workspace: support
members:
  bo: reader
  dan: editor
  group:emea: editor
  group:7: locked
  group:nobody: reader
`,
  'policies/acme/sales.yaml': `workspace: sales
members:
  group:emea: { roles: [{ role: reader, until: 2026-11-19 }] }
`,
  'policies/globex/organization.yaml': 'organization: globex\ngroups: { emea: [gil] }\n',
  'policies/globex/lab.yaml': 'workspace: lab\nmembers: { group:emea: reader }\n',
};

describe('a member by a group', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await engineOf(files)));

  const why = (...request: Parameters<typeof ask>): Reason => engine.explain(ask(...request), nowMs).reason;
  const code = (...request: Parameters<typeof ask>): string => engine.decide(ask(...request), nowMs);

  it('may what the group may, in the workspaces where the group is a member', () => {
    assert.equal(code('ana', 'doc:edit'), 'granted');
    assert.equal(code('ana', 'doc:edit', { workspace: 'sales' }), 'grant-expired');
    assert.equal(code('ana', 'doc:read', { workspace: 'lab' }), 'not-a-member', 'another company has such a group');
    assert.equal(code('gil', 'doc:read', { workspace: 'lab' }), 'granted');
    assert.equal(code('gil', 'doc:read'), 'not-a-member');
    assert.equal(code('robot', 'doc:edit', { subjectType: 'service' }), 'granted');
    assert.equal(code('robot', 'doc:edit'), 'not-a-member', 'the user of that id');
    assert.equal(code('nia', 'doc:read'), 'not-a-member');
  });

  it('holds what all their groups and they themselves were given together', () => {
    assert.equal(code('bo', 'doc:edit'), 'denied-by-role');
    assert.equal(code('bo', 'doc:read'), 'granted');
    assert.equal(code('dan', 'doc:edit'), 'granted');
  });

  it('is told by which group in the reason, unless they hold the role themselves', () => {
    assert.deepEqual(why('ana', 'doc:edit'), {
      code: 'granted',
      message: 'role `editor`, held by group `emea`, grants it (roles.yaml:9:54)',
      role: 'editor',
      group: 'emea',
      file: 'roles.yaml',
      line: 9,
      column: 54,
    });
    assert.include(why('bo', 'doc:edit'), {
      code: 'denied-by-role',
      group: '7',
      message: 'role `locked`, held by group `7`, denies it (roles.yaml:10:37)',
    });
    assert.notProperty(why('dan', 'doc:edit'), 'group');
    assert.notProperty(why('bo', 'doc:read'), 'group', 'their own role grants it');
  });

  it('is told once for all who hold the same, each with their own group', () => {
    assert.notProperty(why('dan', 'doc:edit'), 'group');
    assert.equal(why('ana', 'doc:edit').group, 'emea');
    assert.notProperty(why('dan', 'doc:edit'), 'group');
  });

  it('holds it from and until the group does, at the very instant', () => {
    const may = (at: string): string => engine.decide(ask('olu', 'invoice:pay'), Date.parse(at));
    assert.equal(may('2026-11-20T23:59:59.999Z'), 'grant-not-started');
    assert.equal(may('2026-11-21T00:00:00Z'), 'granted');
    assert.equal(may('2026-11-30T23:59:59.999Z'), 'granted');
    assert.equal(may('2026-12-01T00:00:00Z'), 'grant-expired');
    assert.deepEqual(why('olu', 'invoice:pay'), {
      code: 'grant-not-started',
      message: 'role `boss` of group `bosses` begins at 2026-11-21T00:00:00Z',
      role: 'boss',
      group: 'bosses',
      file: 'policies/acme/organization.yaml',
      line: 8,
      column: 35,
    });
  });

  it('is found in the list of what a subject may, with the group of each role', () => {
    const workspace = engine.policy.workspaces.get('support');
    assert(workspace);
    const { roles } = listPermissions(engine, workspace, { type: 'user', id: 'bo' }, nowMs);
    assert.deepEqual(roles, [
      { role: 'reader', title: 'Reader' },
      { role: 'locked', title: 'Locked', group: '7' },
      { role: 'editor', title: 'Editor', group: 'emea' },
    ]);
  });

  it('is a plain row for Casbin, each once', () => {
    const { g } = casbinRows(policyOf(files), Date.parse('2026-11-21'));
    assert.deepEqual(
      g.map((row) => row.join(' ')),
      [
        'service:robot role:editor support',
        'user:ana role:editor support',
        'user:bo role:editor support',
        'user:bo role:locked support',
        'user:bo role:reader support',
        'user:cy role:boss sales',
        'user:cy role:boss support',
        'user:cy role:editor support',
        'user:dan role:editor support',
        'user:gil role:reader lab',
        'user:olu role:boss sales',
        'user:olu role:boss support',
      ],
    );
  });

  it('is no subject that asks: neither the group nor an id that looks like one', () => {
    for (const [subjectType, id] of [
      ['group', 'emea'],
      ['user', 'group:emea'],
      ['group', 'nobody'],
      ['user', 'emea'],
    ] as const)
      assert.equal(code(id, 'doc:read', { subjectType }), 'not-a-member', `${subjectType}:${id}`);
  });

  it('keeps its meaning where `group` is a subject type, as it was before there were groups', async () => {
    const typed = await engineOf({
      'roles.yaml':
        'subjectTypes: [user, group]\npermissions: { A: { doc:read: Read } }\nroles: { reader: { title: R, grants: [doc:read] } }\n',
      'policies/support.yaml': 'workspace: support\nmembers: { group:emea: reader }\n',
    });
    const request = ask('emea', 'doc:read', { subjectType: 'group' });
    assert.equal(typed.decide(request, nowMs), 'granted');
    assert.notProperty(typed.explain(request, nowMs).reason, 'group');
  });
});
