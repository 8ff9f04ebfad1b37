import { assert } from 'chai';
import type { Catalog, Role } from '../../packages/console/src/api/types.ts';
import { columnOf, isGivenBy, signOf } from '../../packages/console/src/matrix/sign.ts';
import { Cells } from '../../packages/console/src/api/cells.ts';

const permission = (id: string, scopes: readonly string[] = []) => ({
  permission: id,
  title: id,
  spans: 'workspace' as const,
  scopes,
  requires: [],
});

const permissions = [
  permission('doc:read'),
  permission('doc:edit'),
  permission('view:see', ['own', 'all']),
  permission('note:write'),
];
const catalog: Catalog = {
  categories: [{ category: 'Things', permissions }],
  baseline: ['note:write'],
  escalation: 'allow',
  customRoles: {},
  subjectTypes: ['user'],
};
const cells = new Cells(catalog);

const role = (
  id: string,
  grants: readonly string[],
  { follows = [], denies = [] }: { follows?: string[]; denies?: string[] } = {},
): Role => ({
  role: id,
  title: id,
  builtIn: false,
  spans: 'workspace',
  extends: follows,
  grants,
  denies,
});

describe('a cell of the matrix', () => {
  const member = role('member', ['doc:read', 'view:see']);
  const kindOf = (id: string, one: Role): string => {
    const found = permissions.find((other) => other.permission === id) ?? assert.fail(id);
    return signOf(found, cells, columnOf(one, cells, new Map([['member', member.grants]]))).kind;
  };

  it('tells what a role gives itself from what it has of a role that it follows', () => {
    const lead = role('lead', ['doc:read', 'doc:edit', 'view:see'], { follows: ['member'] });
    assert.strictEqual(kindOf('doc:read', member), 'yes');
    assert.strictEqual(kindOf('doc:read', lead), 'inherited');
    assert.strictEqual(kindOf('doc:edit', lead), 'yes');
    assert.strictEqual(kindOf('doc:edit', member), 'no');
  });

  it('tells what was taken out of what a role follows from what it never had, and what is denied from both', () => {
    const trainee = role('trainee', ['view:see@own'], { follows: ['member'] });
    assert.strictEqual(kindOf('doc:read', trainee), 'out');
    assert.strictEqual(kindOf('doc:edit', trainee), 'no');
    assert.strictEqual(kindOf('view:see', trainee), 'part');
    assert.strictEqual(kindOf('doc:read', role('auditor', [], { denies: ['doc:read'] })), 'denied');
    assert.strictEqual(kindOf('note:write', trainee), 'everybody');
  });

  it('differs by what is given alone: what comes from a followed role is given like the rest', () => {
    const sign = (kind: 'yes' | 'inherited' | 'no' | 'out', text: string) => isGivenBy({ kind, text });
    assert.strictEqual(sign('inherited', 'from a role it follows'), sign('yes', 'yes'));
    assert.strictEqual(sign('out', 'taken out'), sign('no', 'no'));
    assert.notStrictEqual(sign('yes', 'yes'), sign('no', 'no'));
  });
});
