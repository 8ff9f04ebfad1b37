import { usePermissions } from '../api/queries.ts';
import type { Permissions } from '../api/types.ts';
import { useActorSession } from './session.ts';

/** What who is signed in may do at a workspace. It only says what to show: the sidecar judges each change. */
export interface Rights {
  readonly mayChangeRoles: boolean;
  readonly mayChangeMembers: boolean;
  /** Whether they may see all of the workspace, or just themselves. */
  readonly maySeeAll: boolean;
  readonly holds: ReadonlySet<string>;
}

/** Undefined: it is not known yet, or cannot be. */
export function useRights(workspace: string): {
  readonly rights: Rights | undefined;
  readonly error: unknown;
  readonly retry: () => void;
} {
  const { actor } = useActorSession();
  const { data, error, refetch } = usePermissions(workspace, actor);
  return { rights: data && rightsOf(data), error, retry: () => void refetch() };
}

export function rightsOf({ controls, permissions }: Permissions): Rights {
  const [mayChangeRoles, mayChangeMembers] = [controls.includes('roles'), controls.includes('members')];
  return {
    mayChangeRoles,
    mayChangeMembers,
    maySeeAll: mayChangeRoles || mayChangeMembers,
    holds: new Set(permissions.flatMap((one) => cellsOf(one))),
  };
}

function cellsOf({ permission, decision, scopes }: Permissions['permissions'][number]): readonly string[] {
  if (scopes === undefined) return decision ? [permission] : [];
  return Object.entries(scopes).flatMap(([scope, isHeld]) => (isHeld ? [`${permission}@${scope}`] : []));
}
