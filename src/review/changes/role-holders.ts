import type { DeleteRole } from '../../compile/edit/policy-edit.ts';
import { writtenMembers, type MembersPlace } from '../../policy/membership/effective-members.ts';
import { findOrganization, findWorkspace, type PolicySet } from '../../policy/policy-set.ts';
import { formatSubject } from '../../policy/subject.ts';

/** Who holds a role that is to be deleted, as they are written in YAML, each once, sorted. */
export function holdersOfDeleted(policy: PolicySet, edit: DeleteRole): string[] {
  const [firstType] = policy.catalog.subjectTypes;
  const held = placesOf(policy, edit).flatMap((place) =>
    [...writtenMembers(place)].filter(({ assignments }) => assignments.some(({ role }) => role.id === edit.role)),
  );
  return [...new Set(held.map(({ subject }) => formatSubject(subject, firstType)))].sort();
}

/** Where a role may be held: in its workspace; one of an organization in that and in its workspaces. */
function placesOf(policy: PolicySet, edit: DeleteRole): readonly MembersPlace[] {
  if (edit.workspace !== undefined) {
    const workspace = findWorkspace(policy, edit.workspace);
    return workspace ? [workspace] : [];
  }
  const organization = findOrganization(policy, edit.organization);
  if (!organization) return [];
  return [organization, ...[...policy.workspaces.values()].filter((one) => one.organization === organization)];
}
