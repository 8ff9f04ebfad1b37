import { assert } from 'chai';
import { RoleSets } from '../../src/engine/role-set.ts';
import { policyOf } from '../support/compile-yaml.ts';

const { catalog } = policyOf({
  'roles.yaml': `permissions: { A: { doc:read: Read, doc:edit: Edit, doc:share: Share } }
roles: { ${Array.from({ length: 12 }, (_, index) => `role-${index}: {}`).join(', ')} }
`,
});
const roles = [...catalog.roles.values()];

describe('role sets', () => {
  it('are one for the same roles, in whatever order and workspace, and none for no roles', () => {
    const sets = new RoleSets(catalog);
    const set = sets.get(roles.slice(0, 2), 'support', undefined);
    assert.strictEqual(sets.get([...roles.slice(0, 2).reverse(), ...roles.slice(0, 1)], 'sales', undefined), set);
    assert.notStrictEqual(sets.get(roles.slice(0, 3), 'support', undefined), set);
    assert.strictEqual(sets.get([], 'support', undefined), undefined);
  });

  it('remember each answer under its own set and cell, however many there are', () => {
    const sets = new RoleSets(catalog);
    const answers = ['granted', 'not-granted', 'denied-by-role'] as const;
    const subsets = Array.from({ length: 4095 }, (_, bits) =>
      roles.filter((_role, index) => ((bits + 1) >> index) & 1),
    );
    const all = subsets.flatMap((held) => {
      const { number } = sets.get(held, 'support', undefined)!;
      return catalog.cells.map((cell) => ({ number, cell, answer: answers[(number + cell.index) % 3]! }));
    });
    // The last cell of each set stays unasked.
    const [unasked, asked] = [all.filter(({ cell }) => cell.index === 2), all.filter(({ cell }) => cell.index < 2)];
    for (const { number, cell, answer } of asked) sets.remember(number, cell, answer);
    for (const { number, cell, answer } of asked) assert.strictEqual(sets.recall(number, cell), answer);
    for (const { number, cell } of unasked) assert.strictEqual(sets.recall(number, cell), undefined);
    assert.strictEqual(sets.recall(0, catalog.cells[2]!), undefined, 'before it was asked');
  });

  it('remember the answers of a set as soon as it is made, and when more are', () => {
    const sets = new RoleSets({ ...catalog, cells: Array.from({ length: 1024 }, () => catalog.cells[0]!) });
    for (const role of roles) {
      const { number } = sets.get([role], 'support', undefined)!;
      sets.remember(number, catalog.cells[2]!, 'granted');
      assert.strictEqual(sets.recall(number, catalog.cells[2]!), 'granted');
    }
    for (const number of roles.keys())
      assert.strictEqual(sets.recall(number, catalog.cells[2]!), 'granted', `${number}`);
  });
});
