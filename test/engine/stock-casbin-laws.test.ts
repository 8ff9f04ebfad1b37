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
import { everybodyOf, randomGroupedPolicy } from '../support/random-groups.ts';
import { fixedNowMs, hostileIds, policyFiles, type RandomPolicy } from '../support/random-policy.ts';
import { randomMerges, randomPlans, randomRenames } from '../support/random-renames.ts';
import { newBareEnforcer, newEnforcer } from '../support/stock-casbin.ts';

const instants = [
  fixedNowMs,
  Date.UTC(2026, 10, 21),
  Date.UTC(2026, 10, 21) - 1,
  Date.UTC(2027, 6, 1),
  Date.UTC(2025, 0, 1),
];

type Place = { workspace: string; organization: undefined } | { workspace: undefined; organization: string };

// With all the words there are: plans, and what was renamed, split or merged.
const anyPolicy: fc.Arbitrary<RandomPolicy> = fc.oneof(
  { weight: 2, arbitrary: randomGroupedPolicy },
  { weight: 2, arbitrary: randomPlans },
  { weight: 2, arbitrary: randomRenames.map(({ after }) => after) },
  { weight: 1, arbitrary: randomMerges.map(({ after }) => after) },
);

const outsiders = hostileIds.slice(0, 8).map((id) => ({ type: 'user', id }));

/** Those who hold something in all of a company, if there are any. */
function membersOfCompany(policy: PolicySet): readonly SubjectId[] {
  const known = everybodyOf({ ...policy, workspaces: new Map() });
  return known.length > 0 ? known : outsiders;
}

/** Where its people may be asked, by the names of today, which are those that stock Casbin knows; and where nobody is. */
function placesOf({ workspaces, organizations }: PolicySet): readonly Place[] {
  const ids = [...workspaces.keys()];
  const companies = organizations.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return [
    ...[...ids, ...ids, ...ids, 'One'].map((workspace) => ({ workspace, organization: undefined })),
    ...[...companies, ...companies, 'one'].map((organization) => ({ workspace: undefined, organization })),
  ];
}

describe('decisions', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'rolebook-casbin-'))));
  after(() => rmSync(folder, { recursive: true }));

  /** Stock node-casbin on the two files that `rolebook compile` writes, as anybody makes it, and for many questions. */
  async function stockCasbins(policy: PolicySet, atMs: number): Promise<{ casbin: Enforcer; bare: Enforcer }> {
    const [model, rows] = [join(folder, 'model.conf'), join(folder, 'policy.csv')];
    writeFileSync(model, modelText);
    writeFileSync(rows, formatPolicyCsv(casbinRows(policy, atMs)));
    return { casbin: await newEnforcer(model, rows), bare: await newBareEnforcer(model, rows) };
  }

  it('are those of stock Casbin, for members, workspaces, companies and cells of any policy at any time', async () => {
    let granted = 0;
    let denied = 0;
    let ofCompany = 0;
    await fc.assert(
      fc.asyncProperty(
        anyPolicy,
        fc.constantFrom(...instants),
        fc.infiniteStream(fc.nat(999)),
        async (drawn, atMs, stream) => {
          const policy = compileOrFail(policyFiles(drawn));
          const engine = await CasbinEngine.create(policy);
          const { casbin, bare } = await stockCasbins(policy, atMs);
          const subjects = [...everybodyOf(policy), ...outsiders];
          const pick = <Item>(items: readonly Item[]): Item =>
            items[(stream.next().value as number) % items.length] as Item;
          const members = membersOfCompany(policy);
          const { spanning, cells } = policy.catalog;
          const places = placesOf(policy);
          for (let asked = 0; asked < 800; asked += 1) {
            const place = pick(places);
            const atCompany = place.organization !== undefined && place.organization !== 'one' && spanning.length > 0;
            const subject = pick(atCompany ? members : subjects);
            const cell = pick(atCompany && asked % 3 > 0 ? pick(spanning).cells : cells);
            const { permission, scopes, scopeWord } = cell;
            const request = {
              subjectType: subject.type,
              subjectId: subject.id,
              ...place,
              permission: permission.id,
              ...(scopes.length > 0 ? { scopes } : {}),
            };
            const question = JSON.stringify(request);
            const words = [
              `${subject.type}:${subject.id}`,
              place.workspace ?? `organization:${place.organization}`,
              permission.resource,
              permission.action,
              scopeWord,
            ];
            const stock = bare.enforceSync(...words);
            if (asked % 20 === 0) assert.strictEqual(casbin.enforceSync(...words), stock, question);
            assert.strictEqual(engine.decide(request, atMs) === 'granted', stock, question);
            // Asked again, from memory.
            assert.strictEqual(engine.decide(request, atMs) === 'granted', stock, question);
            const explained = engine.explain(request, atMs);
            assert.strictEqual(explained.decision, stock, question);
            assert.strictEqual(explained.reason.code, engine.decide(request, atMs), question);
            if (stock) granted += 1;
            else denied += 1;
            if (stock && place.workspace === undefined) ofCompany += 1;
          }
        },
      ),
      { numRuns: lawRuns(125) },
    );
    assertReached(granted + denied, 99_999);
    assertReached(ofCompany, 50);
    // The property says nothing if one answer never comes up.
    assertReached(granted, 5000);
    assertReached(denied, 5000);
  }).timeout(240_000);
});
