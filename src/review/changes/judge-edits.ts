import { PolicyCompiler } from '../../compile/compile-policy.ts';
import { applyEdits } from '../../compile/edit/apply-edits.ts';
import type { PolicyEdit } from '../../compile/edit/policy-edit.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { Problem } from '../../policy/problem.ts';
import { judgePolicies } from '../diff/compare/judge-policies.ts';
import type { JudgedChange } from '../diff/compare/judge-share.ts';
import { runPolicyTests, type TestReport } from '../testing/run-policy-tests.ts';
import { findExpectations } from './expectations.ts';
import { findLeavers } from './leavers.ts';
import { requireSameDecisions } from './same-decisions.ts';
import { holdersOfDeleted } from './role-holders.ts';
import { formatTextPatch } from './text-patch.ts';

/** All that is to be known of edits before they are written. */
export interface JudgedEdits {
  /** The files as they would be; those that no edit touches are the same objects. */
  readonly files: readonly SourceFile[];
  readonly touched: readonly SourceFile[];
  /** A unified diff of what is touched. */
  readonly patch: string;
  /** Errors that the files would have; then nothing else is known. */
  readonly errors: readonly Problem[];
  readonly tests: TestReport | undefined;
  /** Who gains and who loses, and which ways to more open. */
  readonly effect: JudgedChange | undefined;
  /** Who holds a role that would be deleted, as they are written in YAML, sorted. */
  readonly holders: readonly string[];
}

export interface JudgeOptions {
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /** Whether tests that fail are changed to expect what the policy says then, where it is plain what that is. */
  readonly withTests?: boolean;
}

/** Makes edits on files in memory and judges what they come to. Throws a `RefusedEdit` where one cannot be made. */
export async function judgeEdits(
  files: readonly SourceFile[],
  policy: PolicySet,
  edits: readonly PolicyEdit[],
  { nowMs, withTests = false }: JudgeOptions,
): Promise<JudgedEdits> {
  const compiler = new PolicyCompiler();
  const compileSound = (now: readonly SourceFile[]): PolicySet => {
    const compiled = compiler.compile(now, nowMs).policy;
    if (!compiled) throw new Error('an edit follows one that left the files with errors');
    return compiled;
  };
  const edited = applyEdits(files, policy, edits, compileSound);
  const after = withTests ? await expectOtherwise(edited, policy, compiler, nowMs) : edited;
  const touched = after.filter((file, index) => file !== files[index]);
  const { policy: changed, problems, tests: testFiles } = compiler.compile(after, nowMs);
  const patch = formatTextPatch(files, after);
  const holders = edits.flatMap((edit) => (edit.edit === 'role.delete' ? holdersOfDeleted(policy, edit) : []));
  const errors = problems.filter(({ severity }) => severity === 'error');
  const common = { files: after, touched, patch, errors, holders };
  if (!changed) return { ...common, tests: undefined, effect: undefined };
  requireSameDecisions(policy, changed, edits);
  const tests = runPolicyTests(await CasbinEngine.create(changed), testFiles, { nowMs });
  if (edits.some((edit) => edit.edit === 'permission.rename' && edit.keeps === 'nothing')) {
    // By names everybody would lose the one and gain the other.
    return { ...common, tests, effect: undefined };
  }
  const judged = await judgePolicies({ before: files, after, members: [], nowMs }, () => undefined);
  return { ...common, tests, effect: 'faulty' in judged ? undefined : judged };
}

async function expectOtherwise(
  edited: readonly SourceFile[],
  before: PolicySet,
  compiler: PolicyCompiler,
  nowMs: number,
): Promise<readonly SourceFile[]> {
  const first = compiler.compile(edited, nowMs);
  const { policy } = first;
  if (!policy) return edited;
  // A test decides nothing, so the policy is the same after each of them.
  const files = applyEdits(edited, policy, findLeavers(before, policy, first.tests), () => policy);
  const { tests } = compiler.compile(files, nowMs);
  const edits = findExpectations(await CasbinEngine.create(policy), tests, nowMs);
  return applyEdits(files, policy, edits, () => policy);
}
