import { Suspense, useMemo, useState } from 'react';
import type { Judgement } from '../api/judgement.ts';
import { Search, Segmented } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { rowsOfScreen, useSome } from '../parts/some.tsx';
import { NothingFound } from '../parts/states.tsx';
import { listed, scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import { AllBoxes, CategoryBoxes } from './category-boxes.tsx';
import { dependentsOf, type Draft, isOn, move, turnOn } from './draft/draft.ts';
import type { RoleParts } from './role-parts.ts';
import {
  filterSections,
  isUnsaved,
  movableOf,
  type Row,
  rowBox,
  type RowFilter,
  type Section,
  sectionsOf,
} from './draft/rows.ts';
import type { DraftState } from './draft/use-draft.ts';

const NeededDialog = later(async () => (await import('./needed-dialog.tsx')).NeededDialog);

interface PermissionListProps extends RoleParts {
  readonly state: DraftState;
  readonly judgement: Judgement | undefined;
}

/** A move that asks first: others could not be held without what it takes away. */
interface AskedMove {
  readonly words: readonly string[];
  readonly dependents: readonly string[];
}

/** The boxes of all permissions, by category. What a search hides no box of a category touches. */
export function PermissionList(props: PermissionListProps) {
  const { catalog, found, cells, state } = props;
  const { draft, set } = state;
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<RowFilter>('all');
  const sections = useMemo(() => sectionsOf(catalog, found.cells, cells), [catalog, found, cells]);
  const rows = useMemo(() => sections.flatMap((section) => section.rows), [sections]);
  const { movable, moveCells, dialog, said } = useMoves(props, rows);
  const shown = filterSections(sections, { search, isShown: (row) => isOfFilter[filter](row, draft) });
  const { some } = useSome(shown, Infinity, sectionsOfScreen(shown));
  const isFiltered = search !== '' || filter !== 'all';
  const clear = (): void => {
    setSearch('');
    setFilter('all');
  };
  return (
    <section className="permissions" aria-label={words.role.tabs.permissions}>
      <Tools search={search} onSearch={setSearch} filter={filter} onFilter={setFilter} rows={rows} draft={draft} />
      <p className="aloud" role="status">
        {search === '' ? '' : words.role.shown(shown.flatMap((section) => section.rows).length, rows.length)}
      </p>
      <p className="aloud" role="status">
        {said}
      </p>
      {catalog.baseline.length > 0 && (
        <p className="note">
          <Icon name="lock" size="small" />
          {words.role.own}
        </p>
      )}
      {shown.length === 0 && (
        <NothingFound title={search === '' ? words.role.none[filter] : words.role.nothing(search)} onClear={clear} />
      )}
      {some.length > 0 && (
        <div className="card categories">
          <AllBoxes {...props} shown={shown} isFiltered={isFiltered} movable={movable} onMove={moveCells} />
          {some.map((section) => (
            <CategoryBoxes
              {...props}
              key={section.category}
              section={section}
              all={sections.find((one) => one.category === section.category) ?? section}
              isFiltered={isFiltered}
              movable={movable}
              onMove={moveCells}
              onUndo={(row) => set((before) => undoRow(before, row))}
            />
          ))}
        </div>
      )}
      <Suspense>{dialog}</Suspense>
    </section>
  );
}

/** How many categories fill a screen, of which those with something on are unfolded. */
function sectionsOfScreen(sections: readonly Section[]): number {
  let left = rowsOfScreen(40);
  const last = sections.findIndex(({ rows }) => {
    left -= rows.some(({ decided }) => decided.some((cell) => cell.decision)) ? rows.length + 1 : 1;
    return left <= 0;
  });
  return last < 0 ? sections.length : last + 1;
}

const isOfFilter: Readonly<Record<RowFilter, (row: Row, draft: Draft) => boolean>> = {
  all: () => true,
  on: (row, draft) => rowBox(row, draft) !== 'off',
  unsaved: isUnsaved,
  caution: ({ permission }) => permission.caution !== undefined || permission.controls !== undefined,
};

interface ToolsProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly filter: RowFilter;
  readonly onFilter: (filter: RowFilter) => void;
  readonly rows: readonly Row[];
  readonly draft: Draft;
}

function Tools({ search, onSearch, filter, onFilter, rows, draft }: ToolsProps) {
  return (
    <div className="tools">
      <Search label={words.role.find} value={search} onChange={onSearch} />
      <Segmented
        label={words.role.which}
        value={filter}
        onChange={onFilter}
        choices={(['all', 'on', 'unsaved', 'caution'] as const).map((value) => ({
          value,
          label: words.role.filter[value],
          count: rows.filter((row) => isOfFilter[value](row, draft)).length,
        }))}
      />
    </div>
  );
}

/** Moves boxes, with what they need, and asks before others would be left without it. */
function useMoves({ catalog, cells, state, rights }: PermissionListProps, rows: readonly Row[]) {
  const { draft, set } = state;
  const [asked, setAsked] = useState<AskedMove>();
  const [said, setSaid] = useState('');
  const holds = catalog.escalation === 'prevent' ? rights.holds : undefined;
  const movable = useMemo(() => movableCells(rows, holds), [rows, holds]);
  const moveCells = (cellWords: readonly string[], on: boolean): void => {
    if (on) {
      const wanted = cellWords.filter((word) => movable.has(word));
      const next = turnOn(draft, wanted, cells, movable);
      // What was turned on with it is said, for it may stand somewhere else.
      const more = Object.keys(next.moved).filter(
        (word) => isOn(next, word) && !isOn(draft, word) && !wanted.includes(word),
      );
      setSaid(more.length === 0 ? '' : words.role.alsoOn(listed(more.map((word) => cells.titleOf(word, scopeWord)))));
      set((before) => turnOn(before, wanted, cells, movable));
      return;
    }
    const dependents = dependentsOf(draft, cellWords, cells);
    if (dependents.length > 0) setAsked({ words: cellWords, dependents });
    else set((before) => move(before, cellWords, false));
  };
  const dialog = asked && (
    <NeededDialog
      titles={asked.words.map((word) => cells.titleOf(word, scopeWord))}
      dependents={asked.dependents.map((word) => cells.titleOf(word, scopeWord))}
      onKeep={() => setAsked(undefined)}
      onTake={() => {
        set((before) => move(before, [...asked.words, ...asked.dependents], false));
        setAsked(undefined);
      }}
    />
  );
  return { movable, moveCells, dialog, said };
}

function undoRow(draft: Draft, row: Row): Draft {
  const moved = movableOf(row).filter((word) => draft.moved[word] !== undefined);
  return moved.reduce((before, word) => move(before, [word], before.moved[word] !== true), draft);
}

/** The cells that may be turned on; `holds`: of these alone, where nobody hands out what they do not hold. */
function movableCells(rows: readonly Row[], holds: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const all = rows.flatMap(movableOf);
  return new Set(holds ? all.filter((word) => holds.has(word)) : all);
}
