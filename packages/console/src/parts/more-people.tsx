import type { usePeoplePages } from '../api/pages.ts';
import { words } from '../words/words.ts';

/** The way to the rest of a list of people, and how many of them are shown. */
export function MorePeople({ people }: { readonly people: ReturnType<typeof usePeoplePages> }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = people;
  if (!hasNextPage || !data) return undefined;
  const shown = data.pages.reduce((sum, page) => sum + page.people.length, 0);
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
      <span className="quiet">{words.role.of(shown, data.pages[0]?.count ?? shown)}</span>
    </p>
  );
}
