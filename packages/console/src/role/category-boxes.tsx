import { useId, useState } from 'react';
import type { Cells } from '../api/cells.ts';
import type { Cell } from '../api/types.ts';
import { TriState } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { words } from '../words/words.ts';
import { type Draft, everything, isFuture, isOn, setFuture, wordOf } from './draft/draft.ts';
import { PermissionRow } from './permission-row.tsx';
import type { BoxesProps } from './boxes-props.ts';
import { boxOf, isUnsaved, movableOf, type Row, rowBox, type Section, wildcardsOf } from './draft/rows.ts';
import type { DraftState } from './draft/use-draft.ts';

interface CategoryBoxesProps extends BoxesProps {
  /** What is shown of it. */
  readonly section: Section;
  /** All of it. */
  readonly all: Section;
  readonly isFiltered: boolean;
}

/** One category: its box moves what is shown of it, and says so where it is folded. */
export function CategoryBoxes({ section, all, isFiltered, ...props }: CategoryBoxesProps) {
  const { state, movable, onMove, cells } = props;
  const { draft } = state;
  const id = useId();
  const on = all.rows.filter((row) => rowBox(row, draft) !== 'off').length;
  const moved = all.rows.filter((row) => isUnsaved(row, draft)).length;
  const isIdle = !all.rows.some((row) => isUnsaved(row, draft) || row.decided.some((cell) => cell.decision));
  const [isOpen, setOpen] = useState<boolean>();
  const isShown = isOpen ?? (isFiltered || !isIdle);
  const shownCells = section.rows.flatMap(movableOf);
  const reachable = shownCells.filter((word) => movable.has(word) || isOn(draft, word));
  const isCaution = all.rows.some(({ permission }) => permission.caution !== undefined);
  const box = boxOf(shownCells, (word) => isOn(draft, word));
  const wildcards = isFiltered || box !== 'on' ? undefined : ownWildcards(all.rows, draft, cells);
  const unsaved = moved + Number(wildcards !== undefined && draft.future[wildcards] !== undefined);
  const isOfAll = isFuture(draft, everything);
  return (
    <fieldset className="category">
      <legend className="aloud">{section.category}</legend>
      <div className="category-head">
        <TriState
          state={box}
          label={words.role.allOf(section.category)}
          isDisabled={reachable.length === 0}
          onChange={(to) =>
            onMove(
              to ? shownCells.filter((word) => movable.has(word)) : shownCells.filter((word) => isOn(draft, word)),
              to,
            )
          }
        />
        <button
          className="category-fold"
          type="button"
          aria-expanded={isShown}
          aria-controls={id}
          onClick={() => setOpen(!isShown)}
        >
          <b>{section.category}</b>
          <span className="number">{words.role.of(on, all.rows.length)}</span>
          {unsaved > 0 && (
            <span className="tag tag-draft">
              <Icon name="pencil" size="tiny" />
              {words.role.notSaved(unsaved)}
            </span>
          )}
          {!isShown && (
            <span className="category-names">{all.rows.map(({ permission }) => permission.title).join(', ')}</span>
          )}
          {!isShown && isCaution && (
            <span className="tag tag-caution">
              <Icon name="caution" size="tiny" />
              {words.role.state.caution}
            </span>
          )}
          {isShown && wildcards !== undefined && isOfAll && <span className="tag">{words.role.future}</span>}
          <Icon name={isShown ? 'down' : 'right'} />
        </button>
        {isShown && wildcards !== undefined && !isOfAll && (
          <Which {...props} name={section.category} wildcards={wildcards} number={all.rows.length} />
        )}
      </div>
      <ul id={id} hidden={!isShown}>
        {isShown && section.rows.map((row) => <PermissionRow key={row.permission.permission} {...props} row={row} />)}
      </ul>
    </fieldset>
  );
}

/** The wildcards that mean just these rows; undefined where there are none, or where a role that is followed decides. */
function ownWildcards(rows: readonly Row[], draft: Draft, cells: Cells): string | undefined {
  const isOwn = (cell: Cell): boolean => cell.state === 'own' || draft.moved[wordOf(cell)] === true;
  return rows.some(({ decided }) => decided.some(isOwn)) ? wildcardsOf(rows, cells) : undefined;
}

interface AllBoxesProps extends Pick<BoxesProps, 'state' | 'movable' | 'onMove'> {
  readonly shown: readonly Section[];
  readonly isFiltered: boolean;
}

/** The box over all boxes that are shown. */
export function AllBoxes({ state, movable, onMove, shown, isFiltered }: AllBoxesProps) {
  const { draft } = state;
  const rows = shown.flatMap((section) => section.rows);
  const boxes = rows.flatMap(movableOf);
  const box = boxOf(boxes, (word) => isOn(draft, word));
  return (
    <div className="category-head all-boxes">
      <label>
        <TriState
          state={box}
          label={words.role.allPermissions}
          isDisabled={!boxes.some((word) => movable.has(word) || isOn(draft, word))}
          onChange={(on) =>
            onMove(
              boxes.filter((word) => (on ? movable.has(word) : isOn(draft, word))),
              on,
            )
          }
        />
        {words.role.allPermissions}
      </label>
      {box === 'on' && !isFiltered && (
        <Which state={state} name={words.role.allPermissions} wildcards={everything} number={rows.length} />
      )}
    </div>
  );
}

interface WhichProps {
  readonly state: DraftState;
  readonly name: string;
  /** That mean all of them, with blanks between. */
  readonly wildcards: string;
  readonly number: number;
}

/** Where all of several boxes are on: whether that means these, or also what the product adds later. */
function Which({ state: { draft, set }, name, wildcards, number }: WhichProps) {
  const isUnsaved = draft.future[wildcards] !== undefined;
  return (
    <select
      className="which"
      aria-label={words.role.whichOf(name)}
      data-draft={isUnsaved || undefined}
      value={isFuture(draft, wildcards) ? 'future' : 'these'}
      onChange={({ target }) => set((before) => setFuture(before, wildcards, target.value === 'future'))}
    >
      <option value="these">{words.role.these(number)}</option>
      <option value="future">{words.role.alsoFuture}</option>
    </select>
  );
}
