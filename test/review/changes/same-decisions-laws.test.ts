import { assert } from 'chai';
import * as fc from 'fast-check';
import { RefusedEdit, type RenamePermission } from '../../../src/compile/edit/policy-edit.ts';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import type { Cell } from '../../../src/policy/permission.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import type { SubjectId } from '../../../src/policy/subject.ts';
import { judgeEdits } from '../../../src/review/changes/judge-edits.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { everybodyOf } from '../../support/random-groups.ts';
import { fixedNowMs, policyFiles, randomPolicy } from '../../support/random-policy.ts';

const runs = lawRuns(40);

function compile(files: readonly SourceFile[]): PolicySet {
  const { policy, problems } = compilePolicy(files, fixedNowMs);
  return policy ?? assert.fail(problems.map(({ message }) => message).join('\n'));
}

function isGranted(engine: CasbinEngine, subject: SubjectId, place: string, name: string, { scopes }: Cell): boolean {
  const request = { subjectType: subject.type, subjectId: subject.id, workspace: place, permission: name };
  return engine.decide(scopes.length > 0 ? { ...request, scopes } : request, fixedNowMs) === 'granted';
}

describe('a permission that is renamed', () => {
  it('changes no decision of anybody, or is refused', async () => {
    const seen = { made: 0, refused: 0, granted: 0 };
    await fc.assert(
      fc.asyncProperty(randomPolicy, fc.nat(99), fc.nat(99), fc.boolean(), async (drawn, one, other, isKept) => {
        const files = policyFiles(drawn);
        const before = compile(files);
        const ids = [...before.catalog.permissions.keys()];
        const permission = ids[one % ids.length] ?? '';
        const to = ['doc:fresh', 'tag:fresh', 'bill:fresh', 'memo:fresh'][other % 4] ?? '';
        const edit: RenamePermission = { edit: 'permission.rename', permission, to, keeps: isKept ? 'was' : 'nothing' };
        const judged = await judgeEdits(files, [edit], { nowMs: fixedNowMs }).catch((error: unknown) => {
          if (error instanceof RefusedEdit) return error;
          throw error;
        });
        if (judged instanceof RefusedEdit) {
          assert.equal(judged.code, 'decision-changed', judged.message);
          seen.refused += 1;
          return;
        }
        if (judged.errors.length > 0) return;
        seen.made += 1;
        const after = compile(judged.files);
        const engines = [await CasbinEngine.create(before), await CasbinEngine.create(after)] as const;
        const subjects = everybodyOf(before);
        const step = Math.ceil(subjects.length / 12);
        for (const subject of subjects.filter((_, index) => index % step === 0)) {
          for (const place of before.workspaces.keys()) {
            for (const cell of before.catalog.cells) {
              const { id } = cell.permission;
              const expected = isGranted(engines[0], subject, place, id, cell);
              if (expected) seen.granted += 1;
              const isIt = id === permission;
              for (const name of isIt ? (isKept ? [id, to] : [to]) : [id]) {
                const about = `${JSON.stringify(edit)}: ${subject.type}:${subject.id} in ${place}, ${name}`;
                assert.equal(isGranted(engines[1], subject, place, name, cell), expected, about);
              }
              if (isIt && !isKept) assert.isFalse(isGranted(engines[1], subject, place, id, cell));
            }
          }
        }
      }),
      { numRuns: runs, includeErrorInReport: true },
    );
    assertReached(seen.made, runs / 3, JSON.stringify(seen));
    assertReached(seen.granted, 100);
  }).timeout(60_000 + 1000 * runs);
});
