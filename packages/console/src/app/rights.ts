import { useCatalog, usePermissions } from '../api/queries.ts';
import type { Catalog, Permissions } from '../api/types.ts';
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
  const catalog = useCatalog();
  const held = usePermissions(workspace, actor);
  const rights = catalog.data && held.data ? rightsOf(catalog.data, held.data) : undefined;
  return {
    rights,
    error: catalog.error ?? held.error,
    retry: () => {
      void catalog.refetch();
      void held.refetch();
    },
  };
}

export function rightsOf({ categories }: Catalog, { permissions }: Permissions): Rights {
  const all = categories.flatMap((category) => category.permissions);
  const byId = new Map(permissions.map((one) => [one.permission, one]));
  const isWhole = (id: string): boolean => {
    const found = byId.get(id);
    if (!found?.decision) return false;
    return found.scopes === undefined || Object.values(found.scopes).every(Boolean);
  };
  const controls = (what: 'roles' | 'members'): boolean =>
    all.some((one) => one.controls === what && isWhole(one.permission));
  const [mayChangeRoles, mayChangeMembers] = [controls('roles'), controls('members')];
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
