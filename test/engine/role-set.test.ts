import { expect } from 'chai';
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
    const sets = new RoleSets(catalog.cells.length);
    const set = sets.get(roles.slice(0, 2), 'support');
    expect(sets.get([...roles.slice(0, 2).reverse(), ...roles.slice(0, 1)], 'sales')).to.equal(set);
    expect(sets.get(roles.slice(0, 3), 'support')).not.to.equal(set);
    expect(sets.get([], 'support')).to.equal(undefined);
  });

  it('remember each answer under its own set and cell, however many there are', () => {
    const sets = new RoleSets(catalog.cells.length);
    const answers = ['granted', 'not-granted', 'denied-by-role'] as const;
    const subsets = Array.from({ length: 4095 }, (_, bits) =>
      roles.filter((_role, index) => ((bits + 1) >> index) & 1),
    );
    const all = subsets.flatMap((held) => {
      const { number } = sets.get(held, 'support')!;
      return catalog.cells.map((cell) => ({ number, cell, answer: answers[(number + cell.index) % 3]! }));
    });
    // The last cell of each set stays unasked.
    const [unasked, asked] = [all.filter(({ cell }) => cell.index === 2), all.filter(({ cell }) => cell.index < 2)];
    for (const { number, cell, answer } of asked) sets.remember(number, cell, answer);
    for (const { number, cell, answer } of asked) expect(sets.recall(number, cell)).to.equal(answer);
    for (const { number, cell } of unasked) expect(sets.recall(number, cell)).to.equal(undefined);
    expect(sets.recall(0, catalog.cells[2]!), 'before it was asked').to.equal(undefined);
  });

  it('remember the answers of a set as soon as it is made, and when more are', () => {
    const sets = new RoleSets(1024);
    for (const role of roles) {
      const { number } = sets.get([role], 'support')!;
      sets.remember(number, catalog.cells[2]!, 'granted');
      expect(sets.recall(number, catalog.cells[2]!)).to.equal('granted');
    }
    for (const number of roles.keys()) expect(sets.recall(number, catalog.cells[2]!), `${number}`).to.equal('granted');
  });
});
