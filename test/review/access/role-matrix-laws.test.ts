import { assert } from 'chai';
import * as fc from 'fast-check';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { listPermission } from '../../../src/engine/permission-listing.ts';
import type { Permission } from '../../../src/policy/permission.ts';
import { isAtOrganization, type Workspace } from '../../../src/policy/policy-set.ts';
import { roleKey, type Role } from '../../../src/policy/role.ts';
import { accessPlaces } from '../../../src/review/access/access-places.ts';
import { RoleMatrix, type CellState } from '../../../src/review/access/role-matrix.ts';
import { anyPolicy } from '../../support/any-policy.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { policyFiles } from '../../support/random-policy.ts';

const policies = lawRuns(25);

describe('the matrix of roles, by law', () => {
  it('shows in the matrix what each role by itself decides', async () => {
    const states = new Map<CellState, number>();
    await fc.assert(
      fc.asyncProperty(anyPolicy, async (policy) => {
        const engine = await CasbinEngine.create(compileOrFail(policyFiles(policy)));
        for (const workspace of engine.policy.workspaces.values()) {
          const { roles, cells } = readMatrix(engine, workspace);
          for (const { role, permission, scope, state } of cells) {
            states.set(state, (states.get(state) ?? 0) + 1);
            const question = `${workspace.id} ${role.id} ${permission.id}@${scope ?? ''}: ${state}`;
            const isAllowed = ['own', 'inherited', 'everybody'].includes(state);
            const roleSet = engine.setOfRoles([role], workspace.id, workspace.organization.plan);
            const listed = listPermission(engine, workspace, roleSet, { id: permission.id, permissions: [permission] });
            assert.strictEqual(isAllowed, scope === undefined ? listed.decision : listed.scopes?.[scope], question);
            if (permission.readsOrganization) continue;
            const asked = {
              workspace: workspace.id,
              permission: permission.id,
              scopes: scope === undefined ? undefined : [scope],
            };
            const { reason } = engine.explainRoles([role], { subjectType: 'user', subjectId: 'x', ...asked });
            assert.strictEqual(isAllowed, reason.code === 'granted', question);
            assert.strictEqual(state === 'denied', reason.code === 'denied-by-role', question);
            if (state === 'off-plan') assert.strictEqual(reason.code, 'not-in-plan', question);
          }
          assert.includeMembers([...roles], [...engine.policy.catalog.roles.values()]);
        }
      }),
      { numRuns: policies },
    );
    const expected = ['own', 'inherited', 'everybody', 'none', 'taken-out', 'denied', 'cannot', 'no-request'];
    // One policy in six has a role that gives what its plan does not have.
    const rare = policies >= 100 ? ['off-plan'] : [];
    for (const state of [...expected, ...rare] as CellState[]) assertReached(states.get(state) ?? 0, 0, state);
  }).timeout(60_000);

  it('shows a role of the company, or a built-in one, alike wherever it is shown', async () => {
    const seen = { ofCompany: 0, builtIn: 0 };
    await fc.assert(
      fc.asyncProperty(anyPolicy, async (policy) => {
        const engine = await CasbinEngine.create(compileOrFail(policyFiles(policy)));
        const company = [...accessPlaces(engine.policy)].find(isAtOrganization);
        const ofCompany = stateByName(readMatrix(engine, company).cells);
        const builtIn = stateByName(readMatrix(engine).cells);
        for (const workspace of engine.policy.workspaces.values()) {
          for (const [name, state] of stateByName(readMatrix(engine, workspace).cells)) {
            const above = ofCompany.get(name);
            if (above !== undefined) assert.strictEqual(above, state, name);
            const anywhere = builtIn.get(name);
            // What a company has set, and the plan that it is on, are known only there.
            if (anywhere !== undefined && state !== 'off-plan' && !name.startsWith('reads'))
              assert.strictEqual(anywhere, state, name);
            if (above !== undefined) seen.ofCompany += 1;
            if (anywhere !== undefined) seen.builtIn += 1;
          }
        }
      }),
      { numRuns: policies },
    );
    assertReached(seen.ofCompany, seen.builtIn);
  }).timeout(60_000);
});

interface ReadCell {
  readonly role: Role;
  readonly permission: Permission;
  readonly scope: string | undefined;
  readonly state: CellState;
}

function readMatrix(
  engine: CasbinEngine,
  place?: Workspace,
): { readonly roles: readonly Role[]; readonly cells: readonly ReadCell[] } {
  const matrix = new RoleMatrix(engine, place);
  const cells = [...matrix.rows()].flatMap((row) =>
    matrix.roles.map((role, index): ReadCell => {
      const { permission, scope } = row;
      return { role, permission, scope: scope?.id, state: row.cells[index]?.state ?? 'none' };
    }),
  );
  return { roles: matrix.roles, cells };
}

function stateByName(cells: readonly ReadCell[]): ReadonlyMap<string, CellState> {
  return new Map(
    cells.map(({ role, permission, scope, state }) => {
      const reads = permission.readsOrganization ? 'reads ' : '';
      return [`${reads}${roleKey(role)} ${permission.id}@${scope ?? ''}`, state];
    }),
  );
}
