import type { LeaveTest } from '../../../compile/edit/policy-edit.ts';
import { effectiveMember } from '../../../policy/membership/effective-members.ts';
import { findOrganization, findWorkspace, type PolicySet, type Workspace } from '../../../policy/policy-set.ts';
import type { PolicyTest, PolicyTestFile } from '../../../policy/policy-test.ts';
import { formatSubject, type SubjectId } from '../../../policy/subject.ts';

/** The edits by which tests name nobody who was a member where they ask, and is none any more. */
export function findLeavers(
  before: PolicySet,
  after: PolicySet,
  files: readonly PolicyTestFile[],
): readonly LeaveTest[] {
  const [firstType] = after.catalog.subjectTypes;
  const found = new Map<string, LeaveTest>();
  for (const { file, tests } of files) {
    for (const test of tests) {
      for (const subject of memberSubjects(test)) {
        if (!hasLeft(before, test, subject)) continue;
        const name = formatSubject(subject, firstType);
        const place =
          test.organization === undefined ? { workspace: test.workspace.id } : { organization: test.organization };
        found.set(JSON.stringify([file, place, name]), { edit: 'test.leave', file, ...place, subject: name });
      }
    }
  }
  return [...found.values()];
}

function memberSubjects({ subjects }: PolicyTest): readonly SubjectId[] {
  return subjects.flatMap((one) => (one.kind === 'member' ? [one.subject] : []));
}

function hasLeft(before: PolicySet, { workspace, organization }: PolicyTest, subject: SubjectId): boolean {
  if (isMember(workspace, subject)) return false;
  if (organization !== undefined) {
    const known = findOrganization(before, organization);
    return known !== undefined && effectiveMember(known, subject) !== undefined;
  }
  const known = findWorkspace(before, workspace.id) ?? findWorkspace(before, workspace.formerly ?? workspace.id);
  return known !== undefined && isMember(known, subject);
}

function isMember(workspace: Workspace, subject: SubjectId): boolean {
  return (effectiveMember(workspace, subject) ?? effectiveMember(workspace.organization, subject)) !== undefined;
}
