import type { PolicySet, Workspace } from '../../../policy/policy-set.ts';
import { findFellows, type Fellows } from './fellow-members.ts';

/** One workspace as two policies have it, where they differ. */
export interface WorkspacePair {
  readonly id: string;
  readonly before: Workspace | undefined;
  readonly after: Workspace | undefined;
  /** Everybody who is in either. */
  readonly fellows: readonly Fellows[];
}

/** Pairs by the workspaces' ids. */
export type WorkspacePairs = ReadonlyMap<string, WorkspacePair>;

/**
 * The workspaces that are not the very same object in both, which was compiled from the same files against the same
 * catalog. Those of after come first, in their order.
 */
export function pairWorkspaces(before: PolicySet, after: PolicySet): WorkspacePairs {
  const pairs = new Map<string, WorkspacePair>();
  for (const id of [...after.workspaces.keys(), ...before.workspaces.keys()]) {
    const [workspaceBefore, workspaceAfter] = [before.workspaces.get(id), after.workspaces.get(id)];
    if (workspaceBefore === workspaceAfter || pairs.has(id)) continue;
    pairs.set(id, {
      id,
      before: workspaceBefore,
      after: workspaceAfter,
      fellows: findFellows(workspaceBefore, workspaceAfter),
    });
  }
  return pairs;
}
