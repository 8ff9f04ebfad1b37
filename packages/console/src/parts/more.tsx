import type { ReactNode } from 'react';
import type { usePeoplePages } from '../api/pages.ts';
import { words } from '../words/words.ts';

interface MoreProps {
  readonly of: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
  /** How much is shown. */
  readonly children?: ReactNode;
}

/** The way to the next page of a list, while there is one. */
export function More({ of: { hasNextPage, isFetchingNextPage, fetchNextPage }, children }: MoreProps) {
  if (!hasNextPage) return null;
  return (
    <p className="more">
      <button
        className="button"
        type="button"
        aria-disabled={isFetchingNextPage || undefined}
        onClick={() => void fetchNextPage()}
      >
        {words.common.more}
      </button>
      {children}
    </p>
  );
}

/** The way to the rest of a list of people, and how many of them are shown. */
export function MorePeople({ people }: { readonly people: ReturnType<typeof usePeoplePages> }) {
  const pages = people.data?.pages ?? [];
  const shown = pages.reduce((sum, page) => sum + page.people.length, 0);
  return (
    <More of={people}>
      <span className="quiet">{words.role.of(shown, pages[0]?.count ?? shown)}</span>
    </More>
  );
}
