import { assert } from 'chai';
import * as fc from 'fast-check';
import { casbinRows, formatPolicyCsv } from '../../src/compile/casbin/casbin-rules.ts';
import { CasbinDecider } from '../../src/engine/casbin-decider.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { findDecisiveRule } from '../../src/engine/decided-by.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import type { SubjectId } from '../../src/policy/subject.ts';
import { compileOrFail } from '../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';
import { everybodyOf, randomGroupedPolicy } from '../support/random-groups.ts';
import { fixedNowMs, hostileIds, policyFiles, type RandomPolicy } from '../support/random-policy.ts';

const instants = [
  fixedNowMs,
  Date.UTC(2026, 10, 21),
  Date.UTC(2026, 10, 21) - 1,
  Date.UTC(2027, 6, 1),
  Date.UTC(2025, 0, 1),
];

const places = [
  ...['one', '2', 'one', '2', 'one', '2', 'One'].map((workspace) => ({ workspace, organization: undefined })),
  ...['acme', 'acme', 'one'].map((organization) => ({ workspace: undefined, organization })),
];

function subjectsOf(policy: PolicySet): SubjectId[] {
  const outsiders = hostileIds.slice(0, 8).map((id) => ({ type: 'user', id }));
  return [...everybodyOf(policy), ...outsiders, { type: 'role', id: 'member' }, { type: 'role', id: 'one/custom-a' }];
}

describe('remembered answers', () => {
  it('are what an engine finds that remembers nothing, however the scopes of a request are found', async () => {
    const codes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(randomGroupedPolicy, fc.infiniteStream(fc.nat(999)), async (drawn, stream) => {
        const policy = compileOrFail(policyFiles(withProperties(drawn)));
        const engine = await CasbinEngine.create(policy);
        const subjects = subjectsOf(policy);
        const workspaceIds = [...policy.workspaces.keys()];
        const pick = <Item>(items: readonly Item[]): Item =>
          items[(stream.next().value as number) % items.length] as Item;
        for (let asked = 0; asked < 80; asked += 1) {
          const subject = pick(subjects);
          const cell = pick(policy.catalog.cells);
          const request: EnforceRequest = {
            subjectType: subject.type,
            subjectId: subject.id,
            subjectProperties: pick([undefined, undefined, { team: 'red' }, { team: 'blue' }]),
            // What is refused at once is asked less often than what has to be looked at.
            ...(pick([true, false, false]) ? pick(places) : { workspace: pick(workspaceIds) }),
            organizationProperties: pick([undefined, undefined, { strict: true }]),
            permission: pick([...Array<string>(7).fill(cell.permission.id), 'doc:none']),
            scopes: pick([undefined, undefined, undefined, undefined, cell.scopes, ['self'], ['nowhere']]),
            resource: pick([
              {},
              { team: 'red' },
              { team: 'red' },
              { owner: subject.id, kind: 'personal' },
              { team: 'blue' },
              { owner: 'nobody', team: 'green', kind: 'shared' },
              { owner: 7, team: null, kind: ['personal'] },
            ]),
          };
          // The first time, from memory, at another time of the same engine, and from memory again.
          const atMs = pick(instants);
          const given = [atMs, atMs, pick(instants), atMs].map((at) => engine.decide(request, at));
          const { reason } = (await CasbinEngine.create(policy)).explain(request, atMs);
          assert.deepEqual([given[0], given[1], given[3]], Array(3).fill(reason.code), JSON.stringify(request));
          assert.deepEqual(engine.explain(request, atMs).reason, reason, JSON.stringify(request));
          codes.set(reason.code, (codes.get(reason.code) ?? 0) + 1);
        }
      }),
      { numRuns: lawRuns(150) },
    );
    for (const code of [
      'granted',
      'not-granted',
      'denied-by-role',
      'not-a-member',
      'not-in-scope',
      'unknown-scope',
      'missing-attribute',
      'unknown-organization',
      'wrong-span',
    ])
      assertReached(codes.get(code) as number, 5, code);
  }).timeout(60_000);

  it('are explained by the very rule that Casbin names', async () => {
    const decider = await CasbinDecider.shared();
    let explained = 0;
    fc.assert(
      fc.property(randomGroupedPolicy, fc.infiniteStream(fc.nat(999)), (drawn, stream) => {
        const policy = compileOrFail(policyFiles(drawn));
        const owners = [policy.catalog, ...policy.organizations, policy.workspaces.get('one')];
        const roles = owners.flatMap((owner) => [...(owner?.roles.values() ?? [])]);
        for (let asked = 0; asked < 40; asked += 1) {
          const held = roles.filter(() => (stream.next().value as number) % 2 === 0);
          const cell = policy.catalog.cells[(stream.next().value as number) % policy.catalog.cells.length];
          if (!cell || held.length === 0) continue;
          const found = findDecisiveRule(held, cell);
          const { by } = decider.ask({ roles: held, domain: 'one', offPlan: new Set() }, cell);
          assert.strictEqual(found?.rule, by?.rule);
          assert.strictEqual(found?.role, by?.role);
          if (by) explained += 1;
        }
      }),
      { numRuns: lawRuns(60) },
    );
    assertReached(explained, 100);
  }).timeout(60_000);

  it('grant nothing to an id that only looks like a role, a prefix, a row or a pattern', async () => {
    await fc.assert(
      fc.asyncProperty(randomGroupedPolicy, async (drawn) => {
        const policy = compileOrFail(policyFiles(drawn));
        const engine = await CasbinEngine.create(policy);
        const members = new Set(
          subjectsOf(policy)
            .slice(0, -10)
            .map(({ type, id }) => `${type} ${id}`),
        );
        const lookalikes = [
          ...[...policy.catalog.roles.keys()].flatMap((id) => [id, `role:${id}`, `user:${id}`]),
          'role:one/custom-a',
          'one/custom-a',
          'user:bo',
          'user:*',
          '',
          ' ',
          '*',
          '.*',
          'bo\n',
          'bo ',
          'BO',
          'bo, role:admin',
          'g, user:bo, role:admin, one',
          '"bo"',
          '__proto__',
          'constructor',
          'asking',
          '\ud800',
        ];
        for (const id of lookalikes) {
          for (const type of ['user', 'service', 'role', 'USER', '', '__proto__', 'constructor']) {
            if (members.has(`${type} ${id}`)) continue;
            for (const permission of policy.catalog.permissions.keys()) {
              const code = engine.decide(
                { subjectType: type, subjectId: id, workspace: 'one', permission },
                fixedNowMs,
              );
              assert.strictEqual(code, 'not-a-member', `${type}:${id} ${permission}`);
            }
          }
        }
      }),
      { numRuns: lawRuns(30) },
    );
  }).timeout(60_000);

  it('do not depend on the order of files and keys, nor on how the YAML is laid out', () => {
    fc.assert(
      fc.property(randomGroupedPolicy, (drawn) => {
        const plain = compileOrFail(policyFiles(drawn));
        const other = compileOrFail(
          policyFiles(drawn, (value) => `# another layout\n${JSON.stringify(reverseKeys(value))}\n`).reverse(),
        );
        const sameFiles = compileOrFail(policyFiles(drawn).reverse());
        assert.strictEqual(sameFiles.revision, plain.revision);
        assert.strictEqual(
          formatPolicyCsv(casbinRows(sameFiles, fixedNowMs)),
          formatPolicyCsv(casbinRows(plain, fixedNowMs)),
        );
        assert.deepEqual(rowsWithoutLines(other), rowsWithoutLines(plain));
      }),
      { numRuns: lawRuns(60) },
    );
  }).timeout(60_000);
});

/** Every other member is of the red team. */
function withProperties(drawn: RandomPolicy): RandomPolicy {
  const workspaces = drawn.workspaces.map((workspace) => {
    const members = Object.entries(workspace['members'] as object).map(([id, roles], index) => [
      id,
      index % 2 === 0 && !id.startsWith('group:')
        ? { roles: roles as unknown, properties: { team: 'red' } }
        : (roles as unknown),
    ]);
    return { ...workspace, members: Object.fromEntries(members) as unknown };
  });
  return { ...drawn, workspaces };
}

function rowsWithoutLines(policy: PolicySet): unknown {
  const { p, g } = casbinRows(policy, fixedNowMs);
  return { p: [...new Set(p.map((row) => row.slice(0, 6).join(' ')))].sort(), g };
}

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, entry]) => [key, reverseKeys(entry)]),
  );
}
