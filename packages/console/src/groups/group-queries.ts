import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, withQuery } from '../api/call.ts';
import { pathAt } from '../api/place.ts';
import type { GivenRole, Subject } from '../api/types.ts';

export interface ListedGroup {
  readonly group: string;
  /** Undefined: it is not for who asks to know. */
  readonly members?: number;
}

export interface Group extends ListedGroup {
  readonly file: string;
  readonly line: number;
  readonly holds: readonly {
    readonly organization: string;
    readonly workspace?: string;
    readonly title?: string;
    readonly roles: readonly GivenRole[];
  }[];
}

export interface GroupMember {
  readonly subject: Subject;
  readonly source: 'git' | 'database';
}

interface Members {
  readonly members: readonly GroupMember[];
  readonly next?: string;
}

export function useGroups(place: string) {
  return useQuery({
    queryKey: ['place', place, 'groups'],
    queryFn: async ({ signal }) => {
      const all: ListedGroup[] = [];
      for (let after: string | undefined; ;) {
        const path = withQuery(pathAt(place, 'groups'), { after });
        const page = await call<{ readonly groups: readonly ListedGroup[]; readonly next?: string }>(path, { signal });
        all.push(...page.groups);
        if (page.next === undefined) return all;
        after = page.next;
      }
    },
  });
}

export function useGroup(place: string, group: string) {
  return useQuery({
    queryKey: ['place', place, 'group', group],
    queryFn: ({ signal }) => call<Group>(pathAt(place, 'groups', group), { signal }),
  });
}

export function useGroupMembers(place: string, group: string) {
  return useInfiniteQuery({
    queryKey: ['place', place, 'group', group, 'members'],
    queryFn: ({ pageParam, signal }) =>
      call<Members>(withQuery(pathAt(place, 'groups', group, 'members'), { limit: '100', after: pageParam }), {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

/** Everybody whom the files list in a group: what an edit of it has to name. */
export async function writtenMembers(place: string, group: string, signal: AbortSignal): Promise<readonly Subject[]> {
  const all: Subject[] = [];
  for (let after: string | undefined; ;) {
    const path = withQuery(pathAt(place, 'groups', group, 'members'), { limit: '1000', after });
    const page = await call<Members>(path, { signal });
    all.push(...page.members.filter(({ source }) => source === 'git').map(({ subject }) => subject));
    if (page.next === undefined) return all;
    after = page.next;
  }
}
