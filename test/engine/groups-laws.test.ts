import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Enforcer } from 'casbin';
import { assert } from 'chai';
import * as fc from 'fast-check';
import { modelText } from '../../src/compile/casbin/casbin-model.ts';
import { casbinRows, formatPolicyCsv } from '../../src/compile/casbin/casbin-rules.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import type { SubjectId } from '../../src/policy/subject.ts';
import { compileOrFail } from '../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';
import { everybodyOf, randomGroupedPolicy, writeOut } from '../support/random-groups.ts';
import { fixedNowMs, hostileIds, policyFiles } from '../support/random-policy.ts';
import { newBareEnforcer } from '../support/stock-casbin.ts';

const instants = [fixedNowMs, Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 21) - 1, Date.UTC(2027, 6, 1), 0];

function everybody(policy: PolicySet): SubjectId[] {
  const outsiders = hostileIds.slice(0, 8).map((id) => ({ type: 'user', id }));
  return [...everybodyOf(policy), ...outsiders, { type: 'group', id: 'emea' }, { type: 'user', id: 'group:emea' }];
}

/** What a role is, as a reason names it: where it holds, and whether the company defines it. */
function kindsOf({ catalog, organizations }: PolicySet, id = ''): readonly string[] {
  const ofCompany = organizations.flatMap(({ roles }) => roles.get(id) ?? []);
  const role = catalog.roles.get(id) ?? ofCompany[0];
  return role ? [role.spans, ...(ofCompany.length > 0 ? ['of the company'] : [])] : [];
}

describe('groups, by law', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'rolebook-groups-'))));
  after(() => rmSync(folder, { recursive: true }));

  function stockCasbin(policy: PolicySet, atMs: number): Promise<Enforcer> {
    const [model, rows] = [join(folder, 'model.conf'), join(folder, 'policy.csv')];
    writeFileSync(model, modelText);
    writeFileSync(rows, formatPolicyCsv(casbinRows(policy, atMs)));
    return newBareEnforcer(model, rows);
  }

  it('decide as the same written out for everybody in them, and as stock Casbin with the exported rows', async () => {
    let granted = 0;
    let byGroup = 0;
    const ofKind = new Map<string, number>();
    const draws = fc.infiniteStream(fc.nat(9999));
    await fc.assert(
      fc.asyncProperty(randomGroupedPolicy, fc.constantFrom(...instants), draws, async (drawn, atMs, stream) => {
        const policy = compileOrFail(policyFiles(drawn));
        const plain = compileOrFail(policyFiles(writeOut(drawn)));
        assert.deepEqual(casbinRows(policy, atMs).g, casbinRows(plain, atMs).g);
        const [engine, other] = [await CasbinEngine.create(policy), await CasbinEngine.create(plain)];
        const casbin = await stockCasbin(policy, atMs);
        const subjects = everybody(policy);
        const pick = <Item>(items: readonly Item[]): Item =>
          items[(stream.next().value as number) % items.length] as Item;
        for (let asked = 0; asked < 40; asked += 1) {
          const { type, id } = pick(subjects);
          const { permission, scopes, scopeWord } = pick(policy.catalog.cells);
          const domain = pick(['one', '2', 'one', '2', 'three', 'organization:acme']);
          const organization = domain.split(':')[1];
          const place = organization === undefined ? { workspace: domain } : { workspace: undefined, organization };
          const named = scopes.length > 0 ? { scopes } : {};
          const request = { subjectType: type, subjectId: id, ...place, permission: permission.id, ...named };
          const question = JSON.stringify(request);
          const code = engine.decide(request, atMs);
          const stock = casbin.enforceSync(`${type}:${id}`, domain, permission.resource, permission.action, scopeWord);
          assert.strictEqual(code === 'granted', stock, question);
          assert.strictEqual(code, other.decide(request, atMs), question);
          assert.strictEqual(code, engine.decide(request, atMs), question);
          const { decision, reason } = engine.explain(request, atMs);
          assert.strictEqual(decision, stock, question);
          assert.strictEqual(reason.code, code, question);
          if (stock) granted += 1;
          if (reason.group !== undefined) byGroup += 1;
          if (stock) for (const kind of kindsOf(policy, reason.role)) ofKind.set(kind, (ofKind.get(kind) ?? 0) + 1);
        }
      }),
      { numRuns: lawRuns(200) },
    );
    assertReached(granted, 400);
    assertReached(byGroup, 300);
    for (const kind of ['workspace', 'organization', 'memberships', 'everything', 'of the company']) {
      assertReached(ofKind.get(kind) ?? 0, 10, kind);
    }
  }).timeout(60_000);

  it('name in a reason a group that the subject is in, and only where nothing else gives the role', async () => {
    let named = 0;
    await fc.assert(
      fc.asyncProperty(randomGroupedPolicy, fc.constantFrom(...instants), async (drawn, atMs) => {
        const policy = compileOrFail(policyFiles(drawn));
        const engine = await CasbinEngine.create(policy);
        const lists = drawn.organization['groups'] as Record<string, string[]>;
        for (const workspace of policy.workspaces.values()) {
          for (const { type, id } of everybody(policy)) {
            for (const permission of ['doc:read', 'tag:edit']) {
              const request = { subjectType: type, subjectId: id, workspace: workspace.id, permission };
              const { reason } = engine.explain(request, atMs);
              if (reason.group === undefined) continue;
              named += 1;
              const names = [`${type}:${id}`, ...(type === 'user' ? [id] : [])];
              assert.isTrue(
                lists[reason.group]?.some((name) => names.includes(name)),
                JSON.stringify(request),
              );
              assert.include(reason.message, `group \`${reason.group}\``);
              const own = workspace.members.get(type)?.get(id)?.assignments ?? [];
              const isNow = reason.code === 'granted' || reason.code === 'denied-by-role';
              const holds = own.some(({ role, fromMs = -Infinity, untilMs = Infinity }) => {
                return role.id === reason.role && fromMs <= atMs && atMs < untilMs;
              });
              assert.isFalse(isNow && holds, JSON.stringify(request));
            }
          }
        }
      }),
      { numRuns: lawRuns(60) },
    );
    assertReached(named, 200);
  }).timeout(60_000);
});
