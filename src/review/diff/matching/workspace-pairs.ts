import type { PolicySet, Workspace } from '../../../policy/policy-set.ts';
import { findFellows, type Fellows } from './fellow-members.ts';
import { workspaceIn } from './renamed.ts';

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
  const pairs = new Map<string, WorkspacePair>();
  const paired = new Set<Workspace>();
  const add = (id: string, workspaceBefore: Workspace | undefined, workspaceAfter: Workspace | undefined): void => {
    const fellows = findFellows(workspaceBefore, workspaceAfter);
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
