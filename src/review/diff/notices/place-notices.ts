import { quote } from '../../../compile/words/describe-value.ts';
import { countEffectiveMembers } from '../../../policy/membership/effective-members.ts';
import type { Organization, PolicySet, Workspace } from '../../../policy/policy-set.ts';
import type { Catalog } from '../../../policy/catalog.ts';
import { namesReading } from './catalog-notices.ts';
import { noticeOf } from './notice.ts';
import { organizationIn, workspaceIn } from '../matching/renamed.ts';
import type { Notice } from '../matching/policy-difference.ts';

/** Organizations that came or went, have another id, or another plan. */
export function findOrganizationNotices(before: PolicySet, after: PolicySet): Notice[] {
  const notices: Notice[] = [];
  const kept = new Set<Organization>();
  for (const organization of after.organizations) {
    const { id, position } = organization;
    if (id === undefined) continue;
    const organizationBefore = organizationIn(before, after, organization);
    if (!organizationBefore) {
      notices.push(noticeOf('organization-added', `organization ${quote(id)} is new`, { position }));
      continue;
    }
    kept.add(organizationBefore);
    if (organizationBefore.id !== id) {
      const text = `organization ${quote(organizationBefore.id ?? '')} is now called ${quote(id)}`;
      notices.push(noticeOf('organization-renamed', text, { position }));
    }
    if (organizationBefore !== organization) {
      notices.push(...settingNotices(organizationBefore, organization, before.catalog, after.catalog));
    }
    if (organizationBefore.plan !== organization.plan) {
      const [was, is] = [organizationBefore.plan, organization.plan].map((plan) =>
        plan === undefined ? 'none' : quote(plan),
      );
      notices.push(noticeOf('plan-changed', `the plan of ${quote(id)} was ${was} and is ${is}`, { position }));
    }
  }
  for (const organization of before.organizations) {
    const { id, position } = organization;
    if (id === undefined || kept.has(organization)) continue;
    notices.push(noticeOf('organization-removed', `organization ${quote(id)} is gone`, { position, side: 'before' }));
  }
  return notices;
}

/** What a company has set otherwise. Where neither sets it, the default is told with the catalog. */
function settingNotices(
  before: Organization,
  after: Organization,
  catalogBefore: Catalog,
  catalogAfter: Catalog,
): Notice[] {
  if (!before.properties && !after.properties) return [];
  const [was, is] = [
    before.properties ?? catalogBefore.organizationDefaults,
    after.properties ?? catalogAfter.organizationDefaults,
  ];
  const names = Object.keys(is).filter((name) => Object.hasOwn(was, name));
  return names.flatMap((name) => {
    const [valueBefore, valueAfter] = [JSON.stringify(was[name]), JSON.stringify(is[name])];
    if (valueBefore === valueAfter) return [];
    const text = `the property ${quote(name)} of ${quote(after.id ?? '')} was ${quote(valueBefore)} and is ${quote(valueAfter)}`;
    const mayDecideOtherwise = namesReading(name, catalogBefore, catalogAfter);
    return [noticeOf('properties-changed', text, { position: after.position, mayDecideOtherwise })];
  });
}

/** Workspaces that came, have another id, or moved to another organization. */
export function findPlacedWorkspaces(before: PolicySet, after: PolicySet): Notice[] {
  const notices: Notice[] = [];
  for (const workspace of after.workspaces.values()) {
    const { id, position } = workspace;
    const workspaceBefore = workspaceIn(before, after, workspace);
    if (!workspaceBefore) {
      const text = `workspace ${quote(id)} is new, with ${describeMembers(workspace)}`;
      notices.push(noticeOf('workspace-added', text, { workspace: id, position }));
      continue;
    }
    if (workspaceBefore.id !== id) {
      const text = `workspace ${quote(workspaceBefore.id)} is now called ${quote(id)}`;
      notices.push(noticeOf('workspace-renamed', text, { workspace: id, position }));
    }
    if (hasMoved(workspaceBefore, workspace, before, after)) {
      const [from, to] = [workspaceBefore, workspace].map(({ organization }) => describeOrganization(organization));
      const text = `workspace ${quote(id)} moved from ${from} to ${to}`;
      notices.push(noticeOf('workspace-moved', text, { workspace: id, position }));
    }
  }
  return notices;
}

function hasMoved(workspaceBefore: Workspace, workspace: Workspace, before: PolicySet, after: PolicySet): boolean {
  const [from, to] = [workspaceBefore.organization, workspace.organization];
  return from.id !== to.id && (from.id === undefined || organizationIn(after, before, from)?.id !== to.id);
}

export function findRemovedWorkspaces(before: PolicySet, after: PolicySet): Notice[] {
  const notices: Notice[] = [];
  for (const workspace of before.workspaces.values()) {
    const { id, position } = workspace;
    if (workspaceIn(after, before, workspace)) continue;
    const text = `workspace ${quote(id)} is gone, with ${describeMembers(workspace)}`;
    notices.push(noticeOf('workspace-removed', text, { workspace: id, position, side: 'before' }));
  }
  return notices;
}

function describeOrganization({ id }: Organization): string {
  return id === undefined ? 'no organization' : quote(id);
}

function describeMembers(workspace: Workspace): string {
  const count = countEffectiveMembers(workspace);
  return `${count} member${count === 1 ? '' : 's'}`;
}
