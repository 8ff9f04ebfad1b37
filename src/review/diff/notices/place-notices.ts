import { quote } from '../../../compile/words/describe-value.ts';
import { countMembers, type Organization, type PolicySet, type Workspace } from '../../../policy/policy-set.ts';
import { noticeOf } from './notice.ts';
import type { Notice } from '../matching/policy-difference.ts';

/** Organizations that came or went, or have another plan. */
export function findOrganizationNotices(before: PolicySet, after: PolicySet): Notice[] {
  const [organizationsBefore, organizationsAfter] = [organizationsById(before), organizationsById(after)];
  const notices: Notice[] = [];
  for (const [id, organization] of organizationsAfter) {
    const { position } = organization;
    const organizationBefore = organizationsBefore.get(id);
    if (!organizationBefore)
      notices.push(noticeOf('organization-added', `organization ${quote(id)} is new`, { position }));
    else if (organizationBefore.plan !== organization.plan) {
      const [was, is] = [organizationBefore.plan, organization.plan].map((plan) =>
        plan === undefined ? 'none' : quote(plan),
      );
      notices.push(noticeOf('plan-changed', `the plan of ${quote(id)} was ${was} and is ${is}`, { position }));
    }
  }
  for (const [id, { position }] of organizationsBefore) {
    if (organizationsAfter.has(id)) continue;
    notices.push(noticeOf('organization-removed', `organization ${quote(id)} is gone`, { position, side: 'before' }));
  }
  return notices;
}

function organizationsById({ organizations }: PolicySet): ReadonlyMap<string, Organization> {
  return new Map(
    organizations.flatMap((organization) => (organization.id === undefined ? [] : [[organization.id, organization]])),
  );
}

/** Workspaces that came or moved to another organization. */
export function findPlacedWorkspaces(before: PolicySet, after: PolicySet): Notice[] {
  const notices: Notice[] = [];
  for (const workspace of after.workspaces.values()) {
    const { id, position } = workspace;
    const workspaceBefore = before.workspaces.get(id);
    if (!workspaceBefore) {
      const text = `workspace ${quote(id)} is new, with ${describeMembers(workspace)}`;
      notices.push(noticeOf('workspace-added', text, { workspace: id, position }));
    } else if (workspaceBefore.organization.id !== workspace.organization.id) {
      const [from, to] = [workspaceBefore, workspace].map(({ organization }) => describeOrganization(organization));
      const text = `workspace ${quote(id)} moved from ${from} to ${to}`;
      notices.push(noticeOf('workspace-moved', text, { workspace: id, position }));
    }
  }
  return notices;
}

export function findRemovedWorkspaces(before: PolicySet, after: PolicySet): Notice[] {
  const notices: Notice[] = [];
  for (const workspace of before.workspaces.values()) {
    const { id, position } = workspace;
    if (after.workspaces.has(id)) continue;
    const text = `workspace ${quote(id)} is gone, with ${describeMembers(workspace)}`;
    notices.push(noticeOf('workspace-removed', text, { workspace: id, position, side: 'before' }));
  }
  return notices;
}

function describeOrganization({ id }: Organization): string {
  return id === undefined ? 'no organization' : quote(id);
}

function describeMembers({ members }: Workspace): string {
  const count = countMembers(members);
  return `${count} member${count === 1 ? '' : 's'}`;
}
