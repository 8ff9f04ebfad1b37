import { PolicyCompiler } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { editsBetween } from './reverted-edits.ts';
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
  const after = result.policy;
  // Of files with errors nobody knows what they would mean; those are told, and nothing is written.
  const edits = after ? editsBetween({ policy: before.policy, files }, { policy: after, files: reverted }) : [];
  const steps = edits.map((edit, index) => ({ index, edit, filesBefore: files, before: before.policy, after }));
  return judgeMade({ files, before, edits, steps, end: { files: reverted, result } }, options);
}
