import { useMemo, useState } from 'react';
import type { Sight } from '../api/sight.ts';
import { Search, Segmented } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty } from '../parts/states.tsx';
import type { Cells } from '../api/cells.ts';
import { listed, scopeWord } from '../words/forms/count.ts';
import { previewWords } from '../words/preview-words.ts';
import { words } from '../words/words.ts';
import { seenRows, type SeenRow } from './seen-rows.ts';

interface SightListProps {
  readonly sight: Sight;
  readonly now: Sight;
  readonly cells: Cells;
  readonly titles: ReadonlyMap<string, string>;
  readonly isChecking: boolean;
}

type Filter = 'all' | 'can' | 'cannot' | 'differs';

const isOfFilter: Readonly<Record<Filter, (row: SeenRow) => boolean>> = {
  all: () => true,
  can: ({ state }) => state !== 'off',
  cannot: ({ state }) => state === 'off',
  differs: ({ now }) => now !== undefined,
};

/** All that somebody would see, by category, each with what says so. */
export function SightList({ sight, now, cells, titles, isChecking }: SightListProps) {
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const rows = useMemo(() => seenRows(sight, now, cells), [sight, now, cells]);
  const text = search.trim().toLowerCase();
  const isNamed = ({ seen }: SeenRow): boolean =>
    [seen.title, seen.permission, seen.category].some((word) => word.toLowerCase().includes(text));
  const shown = rows.filter((row) => isNamed(row) && isOfFilter[filter](row));
  const categories = [...new Set(shown.map(({ seen }) => seen.category))];
  const can = rows.filter(isOfFilter.can).length;
  const differs = rows.filter(isOfFilter.differs).length;
  const choices = (['all', 'can', 'cannot', ...(differs > 0 ? (['differs'] as const) : [])] as const).map((value) => ({
    value,
    label: previewWords.filter[value],
    count: rows.filter(isOfFilter[value]).length,
  }));
  return (
    <section className="block" data-checking={isChecking || undefined}>
      <div className="block-head">
        <h2>
          {previewWords.what} <span className="number">{previewWords.can(can, rows.length)}</span>
        </h2>
      </div>
      <p className="quiet note" role="status">
        {sight.roles.length === 0 ? (
          previewWords.holdsNothing
        ) : (
          <>
            {previewWords.holds} <bdi>{listed([...new Set(sight.roles.map(({ title }) => title))])}</bdi>
          </>
        )}
      </p>
      <div className="tools">
        <Search label={previewWords.find} value={search} onChange={setSearch} />
        <Segmented label={previewWords.which} value={filter} onChange={setFilter} choices={choices} />
      </div>
      {shown.length === 0 ? (
        <div className="card">
          <Empty icon="search" title={previewWords.nothing} />
        </div>
      ) : (
        <div className="card categories">
          {categories.map((category) => {
            const inIt = shown.filter(({ seen }) => seen.category === category);
            const some = inIt.filter(isOfFilter.can).length;
            return (
              <details className="read-category" key={category} open={some > 0 || filter !== 'all' || text !== ''}>
                <summary>
                  <Icon name="right" size="small" />
                  <b>{category}</b>
                  <span className="number">{some === 0 ? previewWords.none : previewWords.can(some, inIt.length)}</span>
                </summary>
                <ul>
                  {inIt.map((row) => (
                    <Row key={row.seen.permission} row={row} titles={titles} />
                  ))}
                </ul>
              </details>
            );
          })}
        </div>
      )}
    </section>
  );
}

function Row({ row, titles }: { readonly row: SeenRow; readonly titles: SightListProps['titles'] }) {
  const { seen, state, scopes, isEverybody, now } = row;
  const named = (ids: readonly string[]): string => listed(ids.map((id) => titles.get(id) ?? id));
  const isHeld = state !== 'off';
  return (
    <li className="read-row" data-state={state}>
      <span className="sign">
        <Icon name={isHeld ? 'check' : seen.deniedBy.length > 0 ? 'denied' : 'close'} size="small" />
        <span className="aloud">{isHeld ? words.common.yes : words.common.no}</span>
      </span>
      <span>
        <bdi>{seen.title}</bdi>
        {scopes.map((scope) => (
          <span className="scope" key={scope}>
            {scopeWord(scope)}
          </span>
        ))}
        {now !== undefined && (
          <>
            {' '}
            <span className="tag tag-draft">{previewWords.differs(now)}</span>
          </>
        )}
      </span>
      <span className="permission-why">
        {isHeld && isEverybody && (
          <>
            <Icon name="lock" size="small" />
            {words.common.everybody}
          </>
        )}
        {isHeld && !isEverybody && seen.roles.length > 0 && <bdi>{words.member.through(named(seen.roles))}</bdi>}
        {seen.deniedBy.length > 0 && <bdi>{previewWords.deniedBy(named(seen.deniedBy))}</bdi>}
      </span>
    </li>
  );
}
