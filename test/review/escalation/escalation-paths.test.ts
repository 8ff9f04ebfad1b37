import { assert } from 'chai';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import { escalationCatalog, pathsOf, shortOf, shortsOf, usual } from '../../support/escalation-texts.ts';

describe('the way from a role to more', () => {
  it('is none for a role that controls nothing, and none for a role that holds everything', () => {
    assert.deepEqual(shortsOf({ roles: 'editor: { grants: ["doc:*"] }', members: 'ana: editor, bo: admin' }), []);
  });

  it('is one step for who hands out roles: they hand themselves the largest of the workspace', () => {
    const lead = 'lead: { extends: member, grants: [team:manage] }';
    assert.deepEqual(shortsOf({ roles: lead }), ['support/lead: team:manage assign admin = everything']);
    assert.deepEqual(shortsOf({ roles: `${lead}, editor: { grants: ["doc:*"] }`, builtIns: 'member: {}' }), [
      'support/lead: team:manage assign editor = doc:read doc:edit@own doc:edit@rest',
    ]);
  });

  it('is none for them where the larger role spans the organization, however much it holds', () => {
    const builtIns = 'member: {}, owner: { grants: ["*"], spans: organization }';
    assert.deepEqual(shortsOf({ builtIns, roles: 'lead: { grants: [team:manage] }' }), []);
  });

  it('is one step for who edits roles and holds one that can be edited', () => {
    assert.deepEqual(shortsOf({ roles: 'keeper: { grants: [role:edit] }' }), [
      'support/keeper: role:edit edit-role keeper = everything',
    ]);
  });

  it('is longer for a built-in role, which nobody edits: it makes a role and hands it to itself', () => {
    const builtIns = 'member: {}, manager: { grants: [team:manage, role:create] }';
    assert.deepEqual(shortsOf({ builtIns }), [
      '*/manager: role:create create-role new, team:manage assign new = everything',
    ]);
  });

  it('needs help where a built-in role makes roles and hands out none', () => {
    assert.deepEqual(shortsOf({ builtIns: 'member: {}, keeper: { grants: [role:create] }' }), [
      '*/keeper: role:create create-role new, with help = everything',
    ]);
  });

  it('does not lead over roles where the company may not define any', () => {
    const builtIns = 'member: {}, keeper: { grants: [role:create] }, manager: { grants: [team:manage, role:create] }';
    const extra = 'customRoles: { plans: [scale] }\n';
    const members = 'ana: manager, bo: keeper';
    assert.deepEqual(
      pathsOf({ builtIns, extra, members }).map(({ members: who }) => who),
      [[], []],
    );
    const paths = pathsOf({ builtIns, extra, members, organization: 'plan: scale' });
    assert.deepEqual(
      paths.map(({ key, members: who }) => `${key} ${who.join()}`),
      ['*/keeper bo', '*/manager ana'],
    );
  });

  it('leads over another role that edits roles where none is large enough', () => {
    const roles = 'lead: { grants: [team:manage] }, keeper: { grants: [role:edit] }';
    assert.deepEqual(shortsOf({ builtIns: 'member: {}', roles }), [
      'support/keeper: role:edit edit-role keeper = everything',
      'support/lead: team:manage assign keeper, role:edit edit-role lead = everything',
    ]);
  });

  it('is by a controlling permission in whatever scope it is held, and from the baseline, too', () => {
    const builtIns = 'member: { grants: ["staff:hire@own"] }, admin: { grants: ["*"] }';
    const scoped = escalationCatalog.replace(
      'team:manage: { title: Manage teammates,',
      'staff:hire: { title: Hire, scopes: [own, rest],',
    );
    const policy = (roles: string, baseline: string): string[] =>
      findEscalationPaths(
        policyOf({
          'roles.yaml': `${scoped}baseline: [${baseline}]\nroles: { ${roles} }\n`,
          'policies/w.yaml': 'workspace: w\n',
        }),
      ).map(shortOf);
    assert.deepEqual(policy(builtIns, ''), ['*/member: staff:hire assign admin = everything']);
    assert.deepEqual(policy('member: {}, admin: { grants: ["*"] }', '"staff:hire@rest"'), [
      '*/member: staff:hire assign admin = everything',
    ]);
  });

  it('names the line that grants the controlling permission, and what else would do', () => {
    const policy = policyOf({
      'roles.yaml': `${escalationCatalog}roles: { member: {} }\n`,
      'policies/support.yaml':
        'workspace: support\nroles:\n  keeper:\n    grants:\n      - role:create\n      - role:edit\n',
    });
    const [path] = findEscalationPaths(policy);
    assert.deepEqual(path?.steps, [
      {
        by: 'role:edit',
        also: ['role:create'],
        does: 'edit-role',
        role: 'keeper',
        position: { file: 'policies/support.yaml', line: 6, column: 9 },
      },
    ]);
  });
});

describe('what a role denies', () => {
  it('stays denied when its holder takes another role, until they give the denying one up', () => {
    const roles = 'lead: { grants: [team:manage], denies: [doc:read] }';
    assert.deepEqual(shortsOf({ roles }), [
      'support/lead: team:manage assign admin, team:manage unassign lead = everything',
    ]);
  });

  it('goes when its holder edits the role', () => {
    const roles = 'keeper: { grants: ["*"], denies: [doc:read] }';
    assert.deepEqual(shortsOf({ builtIns: 'member: {}', roles }), [
      'support/keeper: role:edit edit-role keeper = everything',
    ]);
  });

  it('can be the controlling permission, and then nothing leads anywhere', () => {
    assert.deepEqual(shortsOf({ roles: 'lead: { grants: [team:manage], denies: [team:manage] }' }), []);
    assert.deepEqual(shortsOf({ roles: 'keeper: { grants: [role:edit], denies: ["role:*"] }' }), []);
  });

  it('stays for ever where a role of the organization denies it', () => {
    const texts = {
      builtIns: `${usual}, outsider: { denies: ["invoice:*"], spans: organization }`,
      organization: 'members: { ana: outsider }',
      roles: 'lead: { grants: [team:manage] }',
    };
    const [, path] = pathsOf({ ...texts, members: 'ana: lead, bo: lead' });
    assert.equal(path?.key, 'support/lead+outsider');
    assert.deepEqual(path?.members, ['ana']);
    assert.deepEqual(
      path?.gained.filter((cell) => !cell.endsWith('@own')),
      ['doc:read', 'doc:edit@rest', 'role:edit', 'role:create'],
    );
    assert.isFalse(path?.reachesEverything);
  });
});

describe('`escalation: prevent`', () => {
  const extra = 'escalation: prevent\n';

  it('closes every way of a role by itself', () => {
    const roles = 'lead: { grants: [team:manage] }, keeper: { grants: [role:edit], denies: [doc:read] }';
    assert.lengthOf(pathsOf({ roles }), 2);
    assert.deepEqual(pathsOf({ roles, extra }), []);
  });

  it('leaves one open: giving up a role that denies', () => {
    const builtIns = `${usual}, no-bills: { denies: ["invoice:*"] }`;
    const members = 'ana: [admin, no-bills], bo: admin, cy: [member, no-bills]';
    const paths = pathsOf({ builtIns, members, extra });
    assert.deepEqual(paths.map(shortOf), ['support/admin+no-bills: team:manage unassign no-bills = everything']);
    assert.deepEqual(paths[0]?.members, ['ana']);
  });

  it('leaves the same open by editing: a role that denies is emptied', () => {
    const roles = 'keeper: { grants: [role:edit, doc:read] }, no-reading: { denies: [doc:read] }';
    assert.deepEqual(shortsOf({ roles, extra, members: 'ana: [keeper, no-reading]' }), [
      'support/keeper+no-reading: role:edit edit-role no-reading = doc:read',
    ]);
  });
});
