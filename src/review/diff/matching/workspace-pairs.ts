import { atOrganization, type Organization, type PolicySet, type Workspace } from '../../../policy/policy-set.ts';
import { findFellows, KnownPlaces, type Fellows } from './fellow-members.ts';
import { organizationIn, workspaceIn } from './renamed.ts';

/** One workspace as two policies have it, where they differ. */
export interface WorkspacePair {
  readonly id: string;
  readonly before: Workspace | undefined;
  readonly after: Workspace | undefined;
  /** Everybody who is in either. */
  readonly fellows: readonly Fellows[];
}

/** Pairs by the workspaces' ids, of one that was renamed by that of after. */
export type WorkspacePairs = ReadonlyMap<string, WorkspacePair>;

/**
 * The workspaces that are not the very same object in both, which was compiled from the same files against the same
 * catalog. Those of after come first, in their order.
 */
export function pairWorkspaces(before: PolicySet, after: PolicySet): WorkspacePairs {
  const places = new KnownPlaces();
  const pairs = new Map<string, WorkspacePair>();
  const paired = new Set<Workspace>();
  const add = (id: string, workspaceBefore: Workspace | undefined, workspaceAfter: Workspace | undefined): void => {
    const fellows = findFellows(
      { workspace: workspaceBefore, staff: before.staff },
      { workspace: workspaceAfter, staff: after.staff },
      places,
    );
    pairs.set(id, { id, before: workspaceBefore, after: workspaceAfter, fellows });
  };
  for (const [id, workspace] of after.workspaces) {
    const workspaceBefore = workspaceIn(before, after, workspace);
    if (workspaceBefore) paired.add(workspaceBefore);
    if (workspaceBefore !== workspace) add(id, workspaceBefore, workspace);
  }
  for (const [id, workspace] of before.workspaces) if (!paired.has(workspace)) add(id, workspace, undefined);
  return pairs;
}

/** The organizations themselves, of which what belongs to the company is told once, and not for each workspace. */
export function pairOrganizations(before: PolicySet, after: PolicySet): WorkspacePairs {
  const places = new KnownPlaces();
  const pairs = new Map<string, WorkspacePair>();
  if (before.catalog.spanning.length + after.catalog.spanning.length === 0) return pairs;
  const add = (organizationBefore: Organization | undefined, organizationAfter: Organization | undefined): void => {
    if (before.catalog === after.catalog && organizationBefore === organizationAfter) return;
    const [placeBefore, placeAfter] = [organizationBefore, organizationAfter].map((one) => one && atOrganization(one));
    const id = (placeAfter ?? placeBefore)?.id;
    if (id === undefined) return;
    const fellows = findFellows(
      { workspace: placeBefore, staff: before.staff },
      { workspace: placeAfter, staff: after.staff },
      places,
    );
    pairs.set(id, { id, before: placeBefore, after: placeAfter, fellows });
  };
  const kept = new Set<Organization>();
  for (const organization of after.organizations) {
    const organizationBefore = organizationIn(before, after, organization);
    if (organizationBefore) kept.add(organizationBefore);
    add(organizationBefore, organization);
  }
  for (const organization of before.organizations) if (!kept.has(organization)) add(organization, undefined);
  return pairs;
}
