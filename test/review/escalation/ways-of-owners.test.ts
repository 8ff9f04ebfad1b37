import { assert } from 'chai';
import { pathsOf, shortsOf } from '../../support/escalation-texts.ts';

describe('a role with `holders`', () => {
  it('is taken in the place of who holds it, and given up by handing it over: the run time lets both be done', () => {
    const owner = 'member: {}, owner: { grants: ["*"], holders: 1 }, admin: { grants: [team:manage] }';
    assert.deepEqual(shortsOf({ builtIns: owner, members: 'olu: owner, ada: admin' }), [
      '*/admin: team:manage assign owner = everything',
    ]);
    const some = owner.replace('holders: 1', 'holders: "1+"');
    assert.deepEqual(shortsOf({ builtIns: some, members: 'olu: owner, ada: admin' }), [
      '*/admin: team:manage assign owner = everything',
    ]);
    const mute = 'admin: { grants: ["*"] }, mute: { denies: [doc:read], holders: 1 }';
    assert.deepEqual(shortsOf({ builtIns: mute, members: 'ana: [admin, mute]' }), [
      'support/admin+mute: team:manage unassign mute = everything',
    ]);
  });

  it('is out of reach of who hands out others alone', () => {
    const owner =
      'member: {}, owner: { grants: ["*"], holders: 1 }, admin: { grants: [team:manage], assigns: [member] }';
    assert.deepEqual(shortsOf({ builtIns: owner, members: 'olu: owner, ada: admin' }), []);
  });
});

describe('a role with `assigns`', () => {
  const lead = (assigns: string, more = ''): string =>
    `member: {}, editor: { grants: [doc:read] }, lead: { grants: [team:manage], assigns: [${assigns}] }${more}`;

  it('leads to what it names, and by that to more', () => {
    assert.deepEqual(shortsOf({ builtIns: lead('member') }), []);
    assert.deepEqual(shortsOf({ builtIns: lead('member, editor') }), ['*/lead: team:manage assign editor = doc:read']);
    const admin = ', admin: { grants: [team:manage] }, boss: { grants: ["*"] }';
    assert.deepEqual(shortsOf({ builtIns: lead('admin', admin) }), [
      '*/admin: team:manage assign boss = everything',
      '*/lead: team:manage assign admin, team:manage assign boss = everything',
    ]);
  });

  it('does not limit who controls members by another role, too', () => {
    const builtIns = lead('member', ', admin: { grants: [team:manage] }, boss: { grants: ["*"] }');
    const ways = shortsOf({ builtIns, members: 'ana: [lead, admin]' });
    assert.deepEqual(ways, ['*/admin: team:manage assign boss = everything']);
  });

  it('names no role that is made on the way', () => {
    const builtIns = lead('member').replace('[team:manage]', '[team:manage, role:edit]');
    const paths = pathsOf({ builtIns });
    assert.deepEqual(
      paths.map(({ help }) => help),
      ['assigning'],
    );
  });

  it('limits what extends it, which gains nothing by that', () => {
    const builtIns = lead('member', ', chief: { extends: lead, grants: [doc:read] }, boss: { grants: ["*"] }');
    assert.deepEqual(shortsOf({ builtIns }), []);
    assert.deepEqual(shortsOf({ builtIns, roles: 'deputy: { extends: [chief, lead] }' }), []);
  });
});
