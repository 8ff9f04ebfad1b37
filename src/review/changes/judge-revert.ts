import { PolicyCompiler } from '../../compile/compile-policy.ts';
import { RefusedEdit } from '../../compile/edit/policy-edit.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { findWritten, type PolicySet } from '../../policy/policy-set.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import { formatSubject } from '../../policy/subject.ts';
import { findPlace, membersPlaceOf } from '../members/member-roles.ts';
import type { AskedEdit } from './asked-edit.ts';
import type { ChangedRow } from './changed-rows.ts';
import { revertStages } from './reverted-edits.ts';
import { compileSound, judgeMade, type JudgedEdits, type JudgeOptions } from './judge-edits.ts';

/**
 * Judges that files are taken back to what they were, and memberships at run time: as the edits that it comes to, and by
 * all that holds of those.
 */
export async function judgeRevert(
  files: readonly SourceFile[],
  reverted: readonly SourceFile[],
  options: Omit<JudgeOptions, 'withTests' | 'changesRows'>,
  rows: readonly ChangedRow[] = [],
): Promise<JudgedEdits> {
  const { nowMs, compiler = new PolicyCompiler() } = options;
  const before = compileSound(files, compiler, nowMs);
  const result = compiler.compile(reverted, nowMs);
  const { policy } = result;
  // Of files with errors nobody knows what they would mean; those are told, and nothing is written.
  if (!policy)
    return judgeMade({ files, before, edits: [], steps: [], rows: [], end: { files: reverted, result } }, options);
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
  const kept = rows.filter(({ after }) => !isListed(policy, after));
  const ofRows = kept.map((row) => {
    return { edit: editOfRow(policy, row.after), filesBefore: reverted, before: policy, after: policy, row };
  });
  const all = [...steps, ...ofRows].map((step, index) => ({ index, ...step }));
  const edits = all.map(({ edit }) => edit);
  const end = { files: reverted, result };
  return judgeMade({ files, before, edits, steps: all, rows: kept.map(({ after }) => after), end }, options);
}

// Who is listed by files belongs to them: at run time it is kept of such a one what they handed over, and nothing else.
function isListed(policy: PolicySet, { place, subject, assignments }: RuntimeMember): boolean {
  const known = findPlace(policy, place);
  const isGiven = assignments.some(({ handedOver }) => !handedOver);
  return isGiven && known !== undefined && findWritten(membersPlaceOf(known), subject) !== undefined;
}

function editOfRow({ catalog }: PolicySet, { place, subject, assignments }: RuntimeMember): AskedEdit {
  const named = place.kind === 'workspace' ? { workspace: place.id } : { organization: place.id };
  const what = { ...named, subject: formatSubject(subject, catalog.subjectTypes[0]) } as const;
  if (assignments.length === 0) return { ...what, edit: 'member.remove' };
  const roles = assignments.map(({ role, from, until, reason }) => ({
    role,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(reason === undefined ? {} : { reason }),
  }));
  return { ...what, edit: 'member.set', roles };
}
