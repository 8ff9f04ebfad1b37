import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { type ChangesOf, type PeopleFilter, readChanges, readPeople } from './queries.ts';

// What is listed to its end, page by page. A page that shows the first of something does without.

export function usePeoplePages(workspace: string, filter: PeopleFilter) {
  const search = useDeferredValue(filter.search);
  // What is empty asks for nothing.
  const words = Object.entries({ ...filter, search }).filter(([, word]) => word !== '');
  const asked: PeopleFilter = Object.fromEntries(words);
  return useInfiniteQuery({
    queryKey: ['place', workspace, 'people', asked],
    queryFn: ({ pageParam, signal }) => readPeople(workspace, asked, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

export function useChangePages(workspace: string, of: ChangesOf = {}) {
  return useInfiniteQuery({
    queryKey: ['place', workspace, 'changes', of.role ?? '', of.subject ?? ''],
    queryFn: ({ pageParam, signal }) => readChanges(workspace, of, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    retry: false,
  });
}
