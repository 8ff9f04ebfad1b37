import { useMemo } from 'react';
import { Cells } from '../../api/cells.ts';
import { useCatalog, useRoles } from '../../api/queries.ts';
import type { EffectNames } from './named.tsx';

/** What the permissions and roles of a place are called, once that is known. */
export function useEffectNames(workspace: string): EffectNames | undefined {
  const { data: catalog } = useCatalog();
  const { data: roles, isPending } = useRoles(workspace);
  return useMemo(() => {
    if (!catalog || isPending) return undefined;
    const titles = new Map((roles ?? []).map((role) => [role.role, role.title]));
    return { cells: new Cells(catalog), workspace, roles: titles };
  }, [catalog, roles, isPending, workspace]);
}
