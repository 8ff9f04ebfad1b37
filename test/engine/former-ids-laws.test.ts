import { assert } from 'chai';
import * as fc from 'fast-check';
import { modelText } from '../../src/compile/casbin/casbin-model.ts';
import { casbinRows, formatPolicyCsv } from '../../src/compile/casbin/casbin-rules.ts';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { Cell } from '../../src/policy/permission.ts';
import type { PolicySet, Workspace } from '../../src/policy/policy-set.ts';
import type { SubjectId } from '../../src/policy/subject.ts';
import { comparePolicies } from '../support/compare-policies.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';
import { fixedNowMs, policyFiles, type RandomPolicy } from '../support/random-policy.ts';
import { everybodyOf } from '../support/random-groups.ts';
import { randomMerges, randomRenames } from '../support/random-renames.ts';
import { newBareEnforcer, newModelFromString, StringAdapter } from '../support/stock-casbin.ts';

const policies = lawRuns(80);

const renameNotices = ['permission-renamed', 'permission-split', 'workspace-renamed', 'organization-renamed'];

function compile(drawn: RandomPolicy): { policy: PolicySet; files: ReturnType<typeof policyFiles> } {
  const files = policyFiles(drawn);
  const { policy, problems } = compilePolicy(files, fixedNowMs);
  return {
    files,
    policy: policy ?? assert.fail(problems.map(({ message, severity }) => `${severity}: ${message}`).join('\n')),
  };
}

function subjectsOf(workspace: Workspace, { staff }: PolicySet): SubjectId[] {
  const organizations = [workspace.organization];
  const known = everybodyOf({ organizations, staff, workspaces: new Map([[workspace.id, workspace]]) });
  // Some of them, from all places: there are many groups, and every question is asked of stock Casbin, too.
  const step = Math.ceil(known.length / 8);
  return [...known.filter((_, index) => index % step === 0), { type: 'user', id: 'stranger' }];
}

/** Asks an engine by any names. */
function asker(engine: CasbinEngine, { type, id }: SubjectId) {
  let asked = 0;
  return {
    count: () => asked,
    allows: (workspace: string, permission: string, { scopes }: Cell): boolean => {
      asked += 1;
      const request = { subjectType: type, subjectId: id, workspace, permission };
      return engine.decide(scopes.length > 0 ? { ...request, scopes } : request, fixedNowMs) === 'granted';
    },
  };
}

describe('former ids', () => {
  it('change no decision, by whichever name it is asked, nor that of stock Casbin, and nobody is told of', async () => {
    const seen = { asked: 0, granted: 0, split: 0, renamed: 0 };
    await fc.assert(
      fc.asyncProperty(randomRenames, async (drawn) => {
        const [before, after] = [compile(drawn.before), compile(drawn.after)];
        const engines = [await CasbinEngine.create(before.policy), await CasbinEngine.create(after.policy)] as const;
        const rows = formatPolicyCsv(casbinRows(after.policy, fixedNowMs));
        const casbin = await newBareEnforcer(newModelFromString(modelText), new StringAdapter(`${rows}\n`));
        for (const workspace of after.policy.workspaces.values()) {
          const idBefore = workspace.formerly ?? workspace.id;
          if (workspace.formerly !== undefined) seen.renamed += 1;
          for (const subject of subjectsOf(workspace, after.policy)) {
            const [asksBefore, asksAfter] = [asker(engines[0], subject), asker(engines[1], subject)];
            for (const cell of before.policy.catalog.cells) {
              const { id } = cell.permission;
              const expected = asksBefore.allows(idBefore, id, cell);
              const parts = drawn.now.get(id) ?? [];
              if (parts.length > 1) seen.split += 1;
              if (expected) seen.granted += 1;
              const what = `${id}@${cell.scopeWord} as ${parts.join()} of ${subject.type}:${subject.id} in ${workspace.id}`;
              for (const name of [id, ...parts, id]) {
                for (const place of [workspace.id, idBefore]) {
                  assert.strictEqual(asksAfter.allows(place, name, cell), expected, `${what}, by ${name} in ${place}`);
                }
              }
              for (const part of parts) {
                const [resource = '', action = ''] = part.split(':');
                const name = `${subject.type}:${subject.id}`;
                const stock = casbin.enforceSync(name, workspace.id, resource, action, cell.scopeWord);
                assert.strictEqual(stock, expected, `${what}, by stock Casbin`);
                seen.asked += 1;
              }
            }
            seen.asked += asksBefore.count() + asksAfter.count();
          }
        }
        const difference = await comparePolicies(before, after, fixedNowMs);
        assert.deepEqual(difference.changes, []);
        assert.deepEqual(
          difference.notices.filter(({ kind }) => !renameNotices.includes(kind)),
          [],
        );
        const back = await comparePolicies(after, before, fixedNowMs);
        assert.deepEqual(back.changes, []);
      }),
      { numRuns: policies, includeErrorInReport: true },
    );
    assertReached(seen.asked, 1_250 * policies);
    for (const kind of ['granted', 'split', 'renamed'] as const) assertReached(seen[kind], policies / 2, kind);
  }).timeout(600_000);

  it('of what is merged give nobody anything that they had not, and all of it to who had it by one role', async () => {
    const seen = { kept: 0, lost: 0, asked: 0 };
    await fc.assert(
      fc.asyncProperty(randomMerges, async (drawn) => {
        const [before, after] = [compile(drawn.before), compile(drawn.after)];
        const engines = [await CasbinEngine.create(before.policy), await CasbinEngine.create(after.policy)] as const;
        for (const workspace of after.policy.workspaces.values()) {
          const mates = before.policy.workspaces.get(workspace.id) ?? assert.fail('no workspace');
          for (const subject of subjectsOf(workspace, after.policy)) {
            const [asksBefore, asksAfter] = [asker(engines[0], subject), asker(engines[1], subject)];
            const isOfOneRole = (engines[0].rolesOf(mates, subject, fixedNowMs)?.roles.length ?? 0) <= 1;
            for (const cell of after.policy.catalog.cells) {
              const { id, was } = cell.permission;
              const held = (was.length > 0 ? was : [id]).map((name) => asksBefore.allows(workspace.id, name, cell));
              const all = held.every(Boolean);
              for (const name of [id, ...was]) {
                const allowed = asksAfter.allows(workspace.id, name, cell);
                const what = `${name}@${cell.scopeWord} of ${subject.type}:${subject.id} in ${workspace.id}`;
                if (allowed) assert.isTrue(all, `gained ${what}`);
                else if (isOfOneRole) assert.isFalse(all, `lost ${what}`);
                if (was.length > 1 && held.includes(true)) seen[allowed ? 'kept' : 'lost'] += 1;
              }
            }
            seen.asked += asksBefore.count() + asksAfter.count();
          }
        }
        const { changes } = await comparePolicies(before, after, fixedNowMs);
        assert.deepEqual(
          changes.filter(({ kind }) => kind === 'gained'),
          [],
        );
      }),
      { numRuns: policies, includeErrorInReport: true },
    );
    assertReached(seen.asked, 300 * policies);
    for (const kind of ['kept', 'lost'] as const) assertReached(seen[kind], policies / 2, kind);
  }).timeout(600_000);
});
