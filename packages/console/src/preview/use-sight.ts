import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call, CallFailed, withQuery } from '../api/call.ts';
import { judge } from '../api/preview.ts';
import type { Edit } from '../api/edits.ts';
import { atPlace, pathAt } from '../api/place.ts';
import type { Sight } from '../api/sight.ts';
import type { Subject } from '../api/types.ts';

/** Through whose eyes a place is looked at. */
export type Viewer = { readonly subject: Subject } | { readonly roles: readonly string[] };

export interface AskedSight {
  readonly place: string;
  readonly viewer: Viewer;
  /** A day; empty: now. */
  readonly at: string;
}

/** What somebody sees; undefined: nobody is chosen. */
export function useSight({ place, viewer, at }: AskedSight, isAsked: boolean) {
  return useQuery({
    queryKey: ['place', place, 'sight', viewer, at],
    queryFn: ({ signal }) => call<Sight>(withQuery(pathAt(place, 'preview'), queryOf(viewer, at)), { signal }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
}

/** What would be seen by edits that are not saved, and whether saving them would be refused. */
export interface DraftSight {
  readonly sight: Sight | undefined;
  readonly isRefused: boolean;
}

/** The same by edits that nobody has saved; no edits: nothing is asked. */
export function useDraftSight({ place, viewer, at }: AskedSight, edits: readonly Edit[], actor: Subject) {
  return useQuery({
    queryKey: ['preview', actor.type, actor.id, 'sight', place, viewer, at, edits],
    queryFn: async ({ signal }): Promise<DraftSight> => {
      const sees = { ...atPlace(place), ...viewer, ...(at !== '' && { at }) };
      const { judgement, refusal } = await judge(actor, edits, { sees, signal });
      if (refusal && !refusal.effect && refusal.status >= 500) throw new CallFailed(refusal);
      return { sight: judgement?.sees ?? refusal?.sees, isRefused: refusal !== undefined };
    },
    enabled: edits.length > 0,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

function queryOf(viewer: Viewer, at: string): Readonly<Record<string, string | undefined>> {
  const on = at === '' ? undefined : at;
  if ('roles' in viewer) return { roles: viewer.roles.join(','), at: on };
  return { subject: viewer.subject.id, subjectType: viewer.subject.type, at: on };
}
