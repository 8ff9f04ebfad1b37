import { assert } from 'chai';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import { escalationCatalog, pathsOf, shortsOf } from '../../support/escalation-texts.ts';

describe('a way from above', () => {
  const builtIns = `member: {}, editor: { grants: ["doc:*"] }`;

  it('is told of a role that spans memberships as of somebody who is a member, and hands nothing out above', () => {
    const roamer = 'roamer: { spans: memberships, grants: [team:manage] }';
    const wide = 'boss: { spans: organization, grants: ["*"] }';
    assert.deepEqual(shortsOf({ builtIns: `${builtIns}, ${roamer}, ${wide}` }), [
      '*/roamer: team:manage assign editor = doc:read doc:edit@own doc:edit@rest',
    ]);
  });

  it('is open to those who hold such a role where they are members', () => {
    const texts = {
      builtIns: `${builtIns}, roamer: { spans: memberships, grants: [team:manage] }`,
      organization: 'members: { olu: roamer, pia: roamer }\n',
      members: 'olu: member',
    };
    const [path, ...others] = pathsOf(texts).filter(({ members }) => members.length > 0);
    assert.lengthOf(others, 0);
    assert.deepEqual(path?.members, ['olu']);
  });

  it('leads over a membership, where what waits for one holds more', () => {
    const texts = {
      builtIns: `member: {}, roamer: { spans: memberships, grants: ["doc:*"] }, boss: { spans: organization, grants: [team:manage] }`,
    };
    assert.deepEqual(shortsOf(texts), [
      '*/boss: team:manage assign member, team:manage assign roamer = doc:read doc:edit@own doc:edit@rest',
    ]);
  });

  it('is one for all workspaces of an organization that defines roles', () => {
    const policy = policyOf({
      'roles.yaml': `${escalationCatalog}roles: { member: {}, boss: { spans: organization, grants: [team:manage] } }\n`,
      'policies/organization.yaml':
        'organization: acme\nroles: { lead: { grants: [team:manage] }, editor: { grants: ["doc:*"] } }\nmembers: { olu: boss }\n',
      'policies/one.yaml': 'workspace: one\nmembers: { ana: lead }\n',
      'policies/two.yaml': 'workspace: two\nmembers: { ana: lead, bo: lead }\n',
    });
    const paths = findEscalationPaths(policy);
    assert.deepEqual(
      paths.map(({ organization, roles, members, workspaces }) => [organization, roles, members, workspaces]),
      [
        ['acme', ['boss'], ['olu'], ['one', 'two']],
        ['acme', ['lead'], ['ana', 'bo'], ['one', 'two']],
      ],
    );
  });

  it('edits a role of the organization only through a role that spans it', () => {
    const organization = (spans: string): string =>
      `roles: { keeper: { grants: [role:edit], spans: ${spans} } }\nmembers: ${spans === 'workspace' ? '{}' : '{ olu: keeper }'}\n`;
    const ways = (spans: string): string[] => shortsOf({ builtIns: 'member: {}', organization: organization(spans) });
    assert.deepEqual(ways('organization'), ['organization:acme/keeper: role:edit edit-role keeper = everything']);
    assert.deepEqual(ways('workspace'), [
      'organization:acme/keeper: role:edit create-role new, with help = everything',
    ]);
    assert.deepEqual(ways('memberships'), [
      'organization:acme/keeper: role:edit create-role new, with help = everything',
    ]);
  });

  it('is open to staff, who hold their roles everywhere and never give them up', () => {
    const policy = policyOf({
      'roles.yaml': `${escalationCatalog}roles:
  member: {}
  editor: { grants: ["doc:*"] }
  helper: { spans: everything, grants: [team:manage] }
  watcher: { spans: everything, grants: [team:manage], denies: [doc:edit] }
staff: { mia: helper, sid: watcher }
`,
      'policies/one.yaml': 'workspace: one\nmembers: { ana: member }\n',
      'policies/two.yaml': 'workspace: two\nmembers: { mia: member }\n',
    });
    const told = findEscalationPaths(policy).map(({ roles, gained, members, workspaces }) => [
      roles.join('+'),
      gained.join(' '),
      members.join(),
      workspaces.join(),
    ]);
    assert.deepEqual(told, [
      ['helper', 'doc:read doc:edit@own doc:edit@rest', 'mia', 'one,two'],
      ['watcher', 'doc:read', 'sid', 'one,two'],
    ]);
  });
});
