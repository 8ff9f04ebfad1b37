import { assert } from 'chai';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import {
  escalationCatalog,
  pathsOf,
  shortOf,
  shortsOf,
  usual,
  type EscalationTexts,
} from '../../support/escalation-texts.ts';

describe('roles that a member holds together', () => {
  const builtIns = 'member: {}, keeper: { grants: [role:edit] }';

  it('lead where neither leads alone: the one edits what the other is', () => {
    const texts = { builtIns, roles: 'editor: { grants: [doc:read] }' };
    assert.deepEqual(shortsOf({ ...texts, members: 'ana: keeper, bo: editor' }), [
      '*/keeper: role:edit create-role new, with help = everything',
    ]);
    const together = pathsOf({ ...texts, members: 'ana: [keeper, editor], bo: editor' })[1];
    assert.equal(shortOf(together!), 'support/editor+keeper: role:edit edit-role editor = everything');
    assert.deepEqual(together?.members, ['ana']);
  });

  it('are told once, with everybody who holds them', () => {
    const texts = { builtIns, roles: 'editor: { grants: [doc:read] }' };
    const members = 'ana: [keeper, editor], bo: [editor, keeper], service:bot: [editor, keeper], cy: editor';
    const paths = pathsOf({ ...texts, members }).filter(({ roles }) => roles.length > 1);
    assert.deepEqual(paths[0]?.members, ['ana', 'bo', 'service:bot']);
    assert.lengthOf(paths, 1);
  });

  it('are no news where one of them leads as far alone; their holders are counted there', () => {
    const roles = 'lead: { extends: member, grants: [team:manage] }, editor: { grants: ["doc:*"] }';
    const paths = pathsOf({ roles, members: 'ana: lead, bo: [lead, editor], cy: editor, dee: [lead, admin]' });
    assert.deepEqual(
      paths.map(({ key, members }) => `${key} ${members.join()}`),
      ['support/lead ana,bo'],
    );
  });

  it('count when they are held at one instant, and not when one follows the other', () => {
    const texts = (from: string): EscalationTexts => ({
      builtIns,
      roles: 'editor: { grants: [doc:read] }',
      members: `ana: [{ role: keeper, until: 2026-12-31 }, { role: editor, from: ${from} }]`,
    });
    assert.lengthOf(pathsOf(texts('2026-12-31')), 2);
    assert.lengthOf(pathsOf(texts('2027-01-01')), 1);
  });

  it('count from a given instant on', () => {
    const texts = {
      roles: 'lead: { grants: [team:manage] }',
      members: 'ana: { roles: [{ role: lead, until: 2026-12-31 }] }',
    };
    const at = (time: string): readonly string[] | undefined => pathsOf(texts, Date.parse(time))[0]?.members;
    assert.deepEqual(at('2026-12-31T23:59:59Z'), ['ana']);
    assert.deepEqual(at('2027-01-01T00:00:00Z'), []);
  });

  it('include those of the organization, in each of its workspaces', () => {
    const texts = { builtIns: `${usual}, regional: { grants: [team:manage], spans: organization }` };
    const [path] = pathsOf({
      ...texts,
      organization: 'members: { ana: regional, bo: regional }',
      members: 'bo: admin',
    });
    assert.equal(shortOf(path!), '*/regional: team:manage assign admin = everything');
    assert.deepEqual([path?.members, path?.workspaces], [['ana'], ['support']]);
  });
});

describe('a built-in role', () => {
  const builtIns = 'member: {}, manager: { grants: [team:manage] }';

  it('leads in a workspace where that workspace has a larger role of its own', () => {
    const texts = { builtIns, members: 'ana: manager' };
    assert.deepEqual(shortsOf(texts), []);
    const [path] = pathsOf({ ...texts, roles: 'clerk: { grants: ["invoice:*"] }' });
    assert.equal(shortOf(path!), 'support/manager: team:manage assign clerk = invoice:create invoice:approve');
    assert.deepEqual(path?.members, ['ana']);
  });

  it('is told once for every workspace where built-in roles are enough', () => {
    const [path, ...others] = findEscalationPaths(
      policyOf({
        'roles.yaml': `${escalationCatalog}roles: { ${usual}, manager: { grants: [team:manage] } }`,
        'policies/one.yaml': 'workspace: one\nmembers: { ana: manager, bo: member }\n',
        'policies/two.yaml':
          'workspace: two\nroles: { clerk: { grants: ["invoice:*"] } }\nmembers: { ana: manager, cy: manager }\n',
        'policies/three.yaml': 'workspace: three\nmembers: { bo: member }\n',
      }),
    );
    assert.deepEqual(others, []);
    assert.deepInclude(path, { key: '*/manager', members: ['ana', 'cy'], workspaces: ['one', 'two'] });
  });
});
