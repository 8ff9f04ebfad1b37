import { useId, useState } from 'react';
import { TriState } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { words } from '../words/words.ts';
import { isOn } from './draft/draft.ts';
import { PermissionRow } from './permission-row.tsx';
import type { BoxesProps } from './boxes-props.ts';
import { boxOf, isUnsaved, movableOf, rowBox, type Section } from './draft/rows.ts';

interface CategoryBoxesProps extends BoxesProps {
  /** What is shown of it. */
  readonly section: Section;
  /** All of it. */
  readonly all: Section;
  readonly isFiltered: boolean;
}

/** One category: its box moves what is shown of it, and says so where it is folded. */
export function CategoryBoxes({ section, all, isFiltered, ...props }: CategoryBoxesProps) {
  const { state, movable, onMove, found } = props;
  const { draft } = state;
  const id = useId();
  const on = all.rows.filter((row) => rowBox(row, draft) !== 'off').length;
  const unsaved = all.rows.filter((row) => isUnsaved(row, draft)).length;
  const isIdle = !all.rows.some((row) => isUnsaved(row, draft) || row.decided.some((cell) => cell.decision));
  const [isOpen, setOpen] = useState<boolean>();
  const isShown = isOpen ?? (isFiltered || !isIdle);
  const shownCells = section.rows.flatMap(movableOf);
  const reachable = shownCells.filter((word) => movable.has(word) || isOn(draft, word));
  const isCaution = all.rows.some(({ permission }) => permission.caution !== undefined);
  const hasFuture = all.rows.every(({ permission: { permission } }) =>
    found.written.grants.some((grant) => covers(grant, permission)),
  );
  return (
    <fieldset className="category">
      <legend className="aloud">{section.category}</legend>
      <div className="category-head">
        <TriState
          state={boxOf(shownCells, (word) => isOn(draft, word))}
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
          {isShown && hasFuture && <span className="tag">{words.role.future}</span>}
          <Icon name={isShown ? 'down' : 'right'} />
        </button>
      </div>
      <ul id={id} hidden={!isShown}>
        {isShown && section.rows.map((row) => <PermissionRow key={row.permission.permission} {...props} row={row} />)}
      </ul>
    </fieldset>
  );
}

/** Whether a grant means all that its resource has, also what is added later. */
function covers(grant: string, permission: string): boolean {
  const resource = permission.slice(0, permission.indexOf(':'));
  return grant === '*' || grant === `${resource}:*` || grant.startsWith(`${resource}:*@`);
}
