import { PolicyCompiler } from '../../compile/compile-policy.ts';
import { RefusedEdit } from '../../compile/edit/policy-edit.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { findWritten, type PolicySet } from '../../policy/policy-set.ts';
import { quote } from '../../compile/words/describe-value.ts';
import type { Place, RuntimeMember } from '../../policy/runtime-member.ts';
import { formatSubject } from '../../policy/subject.ts';
import { findGroupOf, isGroup } from '../members/group-questions.ts';
import { findGroup, findPlace, membersPlaceOf } from '../members/member-roles.ts';
import { renamedPlaces } from '../members/renamed-places.ts';
import type { AskedEdit } from './asked-edit.ts';
import { keyOfRow, type ChangedRow } from './changed-rows.ts';
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
  requireUnused(before.policy, policy, options.given ?? [], rows);
  const kept = rows.filter(({ after }) => !isListed(policy, after));
  const judged = kept.filter(({ after }) => after.assignments.length > 0 || !isOfNoGroup(policy, after));
  const ofRows = judged.map((row) => {
    return { edit: editOfRow(policy, row.after), filesBefore: reverted, before: policy, after: policy, row };
  });
  const all = [...steps, ...ofRows].map((step, index) => ({ index, ...step }));
  const edits = all.map(({ edit }) => edit);
  const end = { files: reverted, result };
  return judgeMade({ files, before, edits, steps: all, rows: kept.map(({ after }) => after), end }, options);
}

// Nobody who was let in since is put out by it.
function requireUnused(
  before: PolicySet,
  after: PolicySet,
  given: readonly RuntimeMember[],
  rows: readonly ChangedRow[],
): void {
  const undone = new Set(rows.map((row) => keyOfRow(row.after)));
  const renamed = renamedPlaces(after, before);
  const isLost = ({ place }: RuntimeMember): boolean =>
    isThere(before, place) && !isThere(after, renamed(place) ?? place);
  const lost = given.find((member) => !undone.has(keyOfRow(member)) && isLost(member));
  if (!lost) return;
  const { kind, id } = lost.place;
  const who = quote(formatSubject(lost.subject, before.catalog.subjectTypes[0]));
  const help = 'take away first what was given there since';
  throw new RefusedEdit('place-in-use', `${who} is in ${kind} ${quote(id)} at run time, which would be no more`, help);
}

function isThere(policy: PolicySet, place: Place): boolean {
  return place.kind === 'group' ? findGroup(policy, place.id) !== undefined : findPlace(policy, place) !== undefined;
}

// Who is listed by files belongs to them: at run time it is kept of such a one what they handed over, and nothing else.
function isListed(policy: PolicySet, { place, subject, assignments }: RuntimeMember): boolean {
  const known = findPlace(policy, place);
  const isGiven = assignments.some(({ handedOver }) => !handedOver);
  return isGiven && known !== undefined && findWritten(membersPlaceOf(known), subject) !== undefined;
}

// What a group had that is no more, or is called otherwise again, ends or goes along with it: nobody takes it away.
function isOfNoGroup(policy: PolicySet, { place, subject }: RuntimeMember): boolean {
  const known = findPlace(policy, place);
  return known !== undefined && isGroup(policy, subject) && findGroupOf(policy, known, subject) === undefined;
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
