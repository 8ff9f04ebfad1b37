import { PolicyCompiler } from '../../compile/compile-policy.ts';
import { RefusedEdit } from '../../compile/edit/policy-edit.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { revertStages } from './reverted-edits.ts';
import { compileSound, judgeMade, type JudgedEdits, type JudgeOptions } from './judge-edits.ts';

/**
 * Judges that files are taken back to what they were: as the edits that it comes to, and by all that holds of those.
 */
export async function judgeRevert(
  files: readonly SourceFile[],
  reverted: readonly SourceFile[],
  options: Omit<JudgeOptions, 'withTests'>,
): Promise<JudgedEdits> {
  const { nowMs, compiler = new PolicyCompiler() } = options;
  const before = compileSound(files, compiler, nowMs);
  const result = compiler.compile(reverted, nowMs);
  const { policy } = result;
  // Of files with errors nobody knows what they would mean; those are told, and nothing is written.
  if (!policy) return judgeMade({ files, before, edits: [], steps: [], end: { files: reverted, result } }, options);
  const stages = revertStages({ policy: before.policy, files }, { policy, files: reverted }, (now) => {
    return compiler.compile(now, nowMs).policy;
  });
  if (!stages) {
    const help = 'make it as it was by new edits, one after the other';
    throw new RefusedEdit('unusual-layout', 'what this comes to cannot be judged step by step', help);
  }
  const steps = stages.flatMap((stage) =>
    stage.edits.map((edit) => ({
      edit,
      filesBefore: stage.before.files,
      before: stage.before.policy,
      after: stage.after.policy,
    })),
  );
  const edits = steps.map(({ edit }) => edit);
  const numbered = steps.map((step, index) => ({ index, ...step }));
  return judgeMade({ files, before, edits, steps: numbered, end: { files: reverted, result } }, options);
}
