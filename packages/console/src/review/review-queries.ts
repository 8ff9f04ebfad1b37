import { useInfiniteQuery } from '@tanstack/react-query';
import { call, withQuery } from '../api/call.ts';
import type { Edit } from '../api/edits.ts';
import { pathAt } from '../api/place.ts';

export type FindingKind =
  | 'unused-permission'
  | 'idle-role'
  | 'unused-role'
  | 'same-role'
  | 'mergeable-role'
  | 'unseen-member'
  | 'expired-membership'
  | 'ending-membership'
  | 'rarely-used';

export interface Use {
  readonly permission: string;
  readonly count: number;
  readonly last: string;
}

/** A finding of a review, with what has become of it. */
export interface Finding {
  readonly id: string;
  readonly kind: FindingKind;
  readonly about: {
    readonly organization?: string;
    readonly workspace?: string;
    readonly role?: string;
    readonly member?: string;
    readonly permission?: string;
  };
  readonly message: string;
  readonly evidence: {
    readonly holders?: number;
    readonly names?: readonly string[];
    readonly other?: string;
    readonly since?: string;
    readonly until?: string;
  };
  readonly used: readonly Use[];
  readonly state: 'open' | 'accepted' | 'over';
  readonly edits: readonly Edit[];
  readonly byHand?: string;
  readonly why?: 'role-gone' | 'permission-gone' | 'membership-gone' | 'held-by-now' | 'other-by-now';
  readonly reason?: string;
  readonly until?: string;
}

export interface Review {
  readonly review: {
    readonly isLive: boolean;
    readonly days: number;
    readonly daysOld: number;
    readonly isOld: boolean;
    /** Why nothing is said of what nobody uses; undefined: it is. */
    readonly refused?: string;
    readonly isSilent: boolean;
    readonly from?: string;
    readonly to?: string;
  };
  readonly waiving: 'at-once' | 'in-review';
  readonly open: number;
  readonly findings: readonly Finding[];
  readonly next?: string;
}

/** What a review found at a place, page by page; asked anew whenever something is changed. */
export function useReview(workspace: string) {
  return useInfiniteQuery({
    queryKey: ['place', workspace, 'review'],
    queryFn: ({ signal, pageParam }) =>
      call<Review>(withQuery(pathAt(workspace, 'review'), { after: pageParam }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
}
