import { organizationDomain, type PolicySet } from '../policy/policy-set.ts';
import { partsOfGroup, type Place } from '../policy/runtime-member.ts';
import type { SubjectId } from '../policy/subject.ts';
import type { KnownMembers } from './known-members.ts';
import type { OrganizationPlaces } from './organization-places.ts';

/** The members that were asked about, in workspaces and at organizations themselves. */
export interface AskedMembers {
  readonly inWorkspaces: KnownMembers;
  readonly atCompanies: KnownMembers;
  readonly organizations: OrganizationPlaces;
}

/** Forgets what a subject held wherever a change at a place counts, and what everybody did in the group that it is. */
export function forgetChanged(
  { inWorkspaces, atCompanies, organizations }: AskedMembers,
  policy: PolicySet,
  { kind, id }: Place,
  subject: SubjectId,
): void {
  if (kind === 'workspace') {
    inWorkspaces.forget(id, subject);
    const organization = policy.workspaces.get(id)?.organization;
    if (organization) inWorkspaces.forgetGroup(organization, subject, [id]);
    return;
  }
  const company = kind === 'group' ? partsOfGroup(id).organization : id;
  const workspaces = organizations.workspacesOf(company);
  const itself = [organizationDomain(company)];
  for (const workspace of workspaces) inWorkspaces.forget(workspace, subject);
  for (const place of itself) atCompanies.forget(place, subject);
  const organization = organizations.find(company)?.organization;
  if (!organization) return;
  inWorkspaces.forgetGroup(organization, subject, workspaces);
  atCompanies.forgetGroup(organization, subject, itself);
}
