import { assert } from 'chai';
import {
  allMembers,
  countMembers,
  findMember,
  findRole,
  type Member,
  type Members,
  type PolicySet,
  type Workspace,
} from '../../src/policy/policy-set.ts';
import type { Role } from '../../src/policy/role.ts';

const member = (type: string, id: string): Member => ({ subject: { type, id } }) as Member;
const ana = member('user', 'ana');
const bot = member('service', 'ana');
const members: Members = new Map([
  ['user', new Map([['ana', ana]])],
  ['service', new Map([['ana', bot]])],
]);

describe('members', () => {
  it('are found by type and id: a service is not the user of the same id', () => {
    assert.equal(findMember(members, { type: 'user', id: 'ana' }), ana);
    assert.equal(findMember(members, { type: 'service', id: 'ana' }), bot);
  });

  it('nobody is found by a joined key, another case or a name of JavaScript', () => {
    for (const [type, id] of [
      ['user', 'service:ana'],
      ['user', 'Ana'],
      ['user', ''],
      ['', 'ana'],
      ['role', 'ana'],
      ['constructor', 'ana'],
      ['user', '__proto__'],
    ] as const) {
      assert.isUndefined(findMember(members, { type, id }), `${type}:${id}`);
    }
  });

  it('are listed and counted over all types', () => {
    assert.deepEqual([...allMembers(members)], [ana, bot]);
    assert.equal(countMembers(members), 2);
    assert.equal(countMembers(new Map()), 0);
  });
});

describe('roles as a workspace sees them', () => {
  const role = (id: string): Role => ({ id }) as Role;
  const [builtIn, shared, own] = [role('member'), role('regional-lead'), role('trainee')];
  const policy = { catalog: { roles: new Map([['member', builtIn]]) } } as unknown as PolicySet;
  const workspace = {
    organization: { roles: new Map([['regional-lead', shared]]) },
    roles: new Map([
      ['trainee', own],
      ['member', role('impostor')],
    ]),
  } as unknown as Workspace;

  it('are the built-in ones, those of its organization and its own, and no other', () => {
    assert.equal(findRole(policy, workspace, 'trainee'), own);
    assert.equal(findRole(policy, workspace, 'regional-lead'), shared);
    for (const id of ['auditor', '', 'Member', 'constructor', '__proto__'])
      assert.isUndefined(findRole(policy, workspace, id), id);
  });

  it('a built-in role goes before one of the workspace', () => {
    assert.equal(findRole(policy, workspace, 'member'), builtIn);
  });
});
