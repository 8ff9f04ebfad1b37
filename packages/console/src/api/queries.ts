import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect } from 'react';
import { call, pathOf, withQuery } from './call.ts';
import type { Changes } from './judgement.ts';
import { atPlace, companyOf, pathAt } from './place.ts';
import type {
  Catalog,
  People,
  Permissions,
  Role,
  RoleInFull,
  Roles,
  Session,
  Subject,
  SubjectAccess,
  Workspace,
} from './types.ts';

// Every page asks here, so that what one page changed is asked anew by all.

export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => call<Session>('/v1/session', { signal }),
    retry: false,
  });
}

const catalogQuery = {
  queryKey: ['catalog'],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) => call<Catalog>('/v1/catalog', { signal }),
  staleTime: 60_000,
};

export function useCatalog() {
  return useQuery(catalogQuery);
}

/** Asks for the catalog, which nearly every page needs, while it is still asked what who is signed in may see. */
export function useCatalogAhead(): void {
  const client = useQueryClient();
  useEffect(() => {
    // Whoever shows it asks again, and says what went wrong.
    client.query(catalogQuery).catch(() => undefined);
  }, [client]);
}

export function useWorkspaces() {
  return useQuery({
    queryKey: ['workspaces'],
    queryFn: ({ signal }) => readAll(signal),
  });
}

/** Up to a thousand; whoever is in more finds theirs by its address. */
async function readAll(signal: AbortSignal): Promise<readonly Workspace[]> {
  const { workspaces } = await call<{ readonly workspaces: readonly Workspace[] }>('/v1/workspaces?limit=1000', {
    signal,
  });
  return workspaces;
}

function rolesQuery(workspace: string) {
  return {
    queryKey: ['place', workspace, 'roles'],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => {
      // A company shows also those of its roles that are given in its workspaces alone.
      const seen = companyOf(workspace) === undefined ? undefined : '';
      return call<Roles>(withQuery(pathAt(workspace, 'roles'), { holders: '', seen }), { signal });
    },
  };
}

export function useRoles(workspace: string) {
  return useQuery({ ...rolesQuery(workspace), select: rolesOf });
}

function rolesOf({ roles }: Roles): readonly Role[] {
  return roles;
}

/** The plan of the company, and whether roles may be defined there. */
export function usePlan(workspace: string, enabled = true) {
  return useQuery({ ...rolesQuery(workspace), select: planOf, enabled });
}

function planOf({ plan, customRoles }: Roles): Pick<Roles, 'plan' | 'customRoles'> {
  return { customRoles, ...(plan !== undefined && { plan }) };
}

export function roleQuery(workspace: string, role: string) {
  return {
    queryKey: ['place', workspace, 'role', role],
    queryFn: ({ signal }: { readonly signal?: AbortSignal }) =>
      call<RoleInFull>(pathAt(workspace, 'roles', role), signal && { signal }),
  };
}

export function useRole(workspace: string, role: string) {
  return useQuery(roleQuery(workspace, role));
}

/** The first of those who are there, and how many there are. */
export function usePeople(workspace: string, search: string) {
  const asked = useDeferredValue(search);
  return useQuery({
    queryKey: ['place', workspace, 'people', 'first', asked],
    queryFn: ({ signal }) => readPeople(workspace, { search: asked || undefined }, undefined, signal),
    placeholderData: keepPreviousData,
  });
}

/** Of whom is told: whose id or name has this text in it, and who was given one thing that is all of the rest. */
export type PeopleFilter = Readonly<
  Partial<Record<'search' | 'role' | 'group' | 'through' | 'time', string | undefined>>
>;

export function readPeople(workspace: string, filter: PeopleFilter, after: string | undefined, signal: AbortSignal) {
  return call<People>(withQuery(pathAt(workspace, 'people'), { limit: '50', ...filter, after }), { signal });
}

export function useAccess(subject: Subject) {
  return useQuery({
    queryKey: ['access', subject.type, subject.id],
    queryFn: ({ signal }) =>
      call<SubjectAccess>(
        `${pathOf('subjects', subject.id, 'access')}?permissions&subjectType=${encodeURIComponent(subject.type)}`,
        { signal },
      ),
  });
}

export function usePermissions(workspace: string, subject: Subject) {
  return useQuery({
    queryKey: ['place', workspace, 'permissions', subject.type, subject.id],
    queryFn: ({ signal }) =>
      call<Permissions>(
        withQuery(pathAt(workspace, 'members', subject.id, 'permissions'), { subjectType: subject.type }),
        { signal },
      ),
  });
}

/** Of which role or person changes are told. */
export interface ChangesOf {
  readonly role?: string;
  readonly subject?: string;
}

/** The latest of them. */
export function useChanges(workspace: string, of: ChangesOf = {}) {
  return useQuery({
    queryKey: ['place', workspace, 'changes', 'first', of.role ?? '', of.subject ?? ''],
    queryFn: ({ signal }) => readChanges(workspace, of, undefined, signal),
    retry: false,
  });
}

export function readChanges(workspace: string, of: ChangesOf, after: string | undefined, signal: AbortSignal) {
  const { role, subject } = of;
  return call<Changes>(withQuery('/v1/changes', { ...atPlace(workspace), role, subject, after, limit: '50' }), {
    signal,
  });
}
