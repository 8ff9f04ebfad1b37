import { assert } from 'chai';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
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

  it('ends where the company begins, for who cannot be given a role that spans it', () => {
    const catalog = '  Company:\n    bill:pay: { title: Pay, spans: organization }\n';
    const files = (more: string): PolicySet =>
      policyOf({
        'roles.yaml': `${escalationCatalog}${catalog}roles: { ${usual}, boss: { grants: ["*"], spans: organization }${more} }\n`,
        'policies/organization.yaml': 'organization: acme\n',
        'policies/support.yaml': 'workspace: support\n',
      });
    const shorts = (more: string): string[] => findEscalationPaths(files(more)).map(shortOf);
    // An admin of a workspace holds all that there is in it, and makes no role with what the company has.
    assert.deepEqual(shorts(''), []);
    assert.deepEqual(shorts(', lead: { grants: [team:manage] }'), ['*/lead: team:manage assign admin = everything']);
    assert.deepEqual(shorts(', chief: { grants: [team:manage], spans: organization }'), [
      '*/chief: team:manage assign boss = everything',
    ]);
  });

  it('leads over no new role to what custom roles may not have', () => {
    const builtIns = 'member: {}, manager: { grants: [team:manage, role:create, "doc:*"] }';
    const all = { builtIns, extra: 'customRoles: { without: ["invoice:*", role:edit] }\n' };
    assert.deepEqual(shortsOf(all), []);
    assert.deepEqual(shortsOf({ builtIns, extra: 'customRoles: { without: ["invoice:*"] }\n' }), [
      '*/manager: role:create create-role new, team:manage assign new = role:edit',
    ]);
    const keeper = { roles: 'keeper: { grants: [role:create, "doc:*", team:manage] }', builtIns: 'member: {}' };
    assert.deepEqual(shortsOf({ ...keeper, extra: all.extra }), []);
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

  it('is by a controlling permission in all its scopes, by several roles together, and from the baseline, too', () => {
    const admin = 'admin: { grants: ["*"] }';
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
    const way = ['*/member: staff:hire assign admin = everything'];
    assert.deepEqual(policy(`member: { grants: [staff:hire] }, ${admin}`, ''), way);
    assert.deepEqual(policy(`member: { grants: ["staff:hire@own"] }, ${admin}`, ''), []);
    assert.deepEqual(policy(`member: { grants: [staff:hire], denies: ["staff:hire@own"] }, ${admin}`, ''), []);
    assert.deepEqual(policy(`member: { grants: ["staff:hire@own"] }, ${admin}`, '"staff:hire@rest"'), way);
    assert.deepEqual(policy(`member: {}, ${admin}`, 'staff:hire'), way);
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

  it('goes with a role of the organization, too: who gains nothing by giving it up may do so, and then takes another', () => {
    const texts = {
      builtIns: `${usual}, outsider: { denies: ["invoice:*"], spans: organization }`,
      organization: 'members: { ana: outsider }',
      roles: 'lead: { grants: [team:manage] }',
    };
    const path = pathsOf({ ...texts, members: 'ana: lead, bo: lead' }).find(
      ({ key }) => key === 'support/lead+outsider',
    );
    assert.isUndefined(path, 'all that lead reaches by itself is told there');
    const [told] = pathsOf({ ...texts, members: 'ana: lead, bo: lead' });
    assert.sameMembers([...(told?.members ?? [])], ['ana', 'bo']);
  });

  it('stays where giving it up would gain something at once, be it one that somebody must hold: it can be handed over', () => {
    const builtIns = `member: { grants: [doc:read] }, payer: { grants: [invoice:approve] }, outsider: { denies: ["invoice:*"], spans: organization }`;
    const texts = { builtIns, organization: 'members: { ana: outsider }', roles: 'lead: { grants: [team:manage] }' };
    const ways = (members: string, edited = texts): string[] =>
      pathsOf({ ...edited, members })
        .filter(({ members: who }) => who.includes('ana'))
        .map(shortOf);
    assert.deepEqual(ways('ana: [lead, payer, member]'), [
      'support/lead+member+outsider+payer: team:manage unassign payer, undefined leave outsider, team:manage assign payer = invoice:approve',
    ]);
    const needed = { ...texts, builtIns: builtIns.replace('spans: organization', 'spans: organization, holders: 1') };
    assert.deepEqual(ways('ana: [lead, payer, member]', needed), ways('ana: [lead, payer, member]'));
  });
});

describe('a role that spans the organization', () => {
  const builtIns =
    'member: {}, owner: { grants: ["*"], spans: organization }, manager: { grants: [team:manage], spans: organization }';

  it('is handed out by who controls members through such a role', () => {
    assert.deepEqual(shortsOf({ builtIns }), ['*/manager: team:manage assign owner = everything']);
    assert.deepEqual(shortsOf({ builtIns, roles: 'lead: { grants: [team:manage] }' }), [
      '*/manager: team:manage assign owner = everything',
    ]);
    const [path] = pathsOf({ builtIns, organization: 'members: { max: manager, olu: owner }' });
    assert.deepEqual([path?.members, path?.workspaces], [['max'], ['support']]);
  });

  it('is none to take where the permission is denied or held in one scope', () => {
    const denied = builtIns.replace('[team:manage], spans', '[team:manage], denies: [team:manage], spans');
    assert.deepEqual(shortsOf({ builtIns: denied }), []);
    const scoped = escalationCatalog.replace(
      'title: Manage teammates,',
      'title: Manage teammates, scopes: [own, rest],',
    );
    const half = builtIns.replace('[team:manage]', '["team:manage@own"]');
    const policy = policyOf({
      'roles.yaml': `${scoped}roles: { ${half} }\n`,
      'policies/organization.yaml': 'organization: acme\n',
      'policies/w.yaml': 'workspace: w\n',
    });
    assert.deepEqual(findEscalationPaths(policy), []);
  });

  it('denies nothing for long to who hands such roles out', () => {
    const roles =
      'member: {}, boss: { grants: ["*"], spans: organization }, mute: { denies: [doc:read], spans: organization }';
    assert.deepEqual(shortsOf({ builtIns: roles, organization: 'members: { ana: [boss, mute] }' }), [
      'support/boss+mute: team:manage unassign mute = everything',
    ]);
  });

  it('is given nowhere without an organization', () => {
    const policy = policyOf({
      'roles.yaml': `${escalationCatalog}roles: { ${builtIns} }\n`,
      'policies/w.yaml': 'workspace: w\n',
    });
    assert.deepEqual(findEscalationPaths(policy), []);
  });
});

describe('`escalation: prevent`', () => {
  const extra = 'escalation: prevent\n';

  it('closes every way of a role by itself', () => {
    const roles = 'lead: { grants: [team:manage] }, keeper: { grants: [role:edit], denies: [doc:read] }';
    assert.lengthOf(pathsOf({ roles }), 2);
    assert.deepEqual(pathsOf({ roles, extra }), []);
  });

  it('closes the way of who would give up a role that denies, or edit it', () => {
    const builtIns = `${usual}, no-bills: { denies: ["invoice:*"] }`;
    const members = 'ana: [admin, no-bills], bo: admin, cy: [member, no-bills]';
    assert.deepEqual(shortsOf({ builtIns, members }), [
      'support/admin+no-bills: team:manage unassign no-bills = everything',
    ]);
    assert.deepEqual(shortsOf({ builtIns, members, extra }), []);
    const roles = 'keeper: { grants: [role:edit, doc:read] }, no-reading: { denies: [doc:read] }';
    assert.deepEqual(shortsOf({ roles, extra, members: 'ana: [keeper, no-reading]' }), []);
  });
});
