import { Suspense, useId } from 'react';
import type { Cell } from '../api/types.ts';
import { TriState } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { listed, planName, scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import type { BoxesProps, WhyProps } from './boxes-props.ts';
import { isLocked, isOn, needing, wordOf } from './draft/draft.ts';
import { isUnsaved, movableOf, type Row, rowBox } from './draft/rows.ts';

const Caution = later(async () => (await import('./caution.tsx')).Caution);

interface PermissionRowProps extends BoxesProps {
  readonly row: Row;
}

/** One permission: its box, in which scope, and where it comes from, if not from the role itself. */
export function PermissionRow({ row, ...props }: PermissionRowProps) {
  const { state, movable, onMove, onUndo } = props;
  const { draft } = state;
  const { permission, decided, cells } = row;
  const id = useId();
  const box = rowBox(row, draft);
  const unsaved = isUnsaved(row, draft);
  const boxes = movableOf(row);
  const isStuck = boxes.length === 0 || (box === 'off' && !boxes.some((word) => movable.has(word)));
  const only = decided.length === 1 ? decided[0] : undefined;
  const hasOneScope = only?.scope !== undefined && cells.length > 1;
  const isScoped = decided.length > 1 && !decided.every((cell) => cell.state === 'everybody');
  return (
    <li className="permission" data-draft={unsaved || undefined} data-stuck={isStuck || undefined}>
      <label className="permission-name" data-state={stateOf(row, box)}>
        <TriState
          state={box}
          label={hasOneScope ? `${permission.title} ${scopeWord(only.scope ?? '')}` : permission.title}
          isDisabled={isStuck}
          describedBy={id}
          onChange={(on) => onMove(on ? boxes : boxes.filter((word) => isOn(draft, word)), on)}
        />
        <span>
          <bdi>{permission.title}</bdi>
          {hasOneScope && <span className="scope">{scopeWord(only.scope ?? '')}</span>}
        </span>
      </label>
      <span className="permission-why" id={id}>
        {unsaved ? <DraftTag row={row} {...props} /> : <Why row={row} isStuck={isStuck} {...props} />}
      </span>
      {unsaved && (
        <button
          className="button button-quiet button-icon button-small"
          type="button"
          aria-label={words.role.undo(permission.title)}
          onClick={() => onUndo(row)}
        >
          <Icon name="undo" />
        </button>
      )}
      {isScoped && <ScopeBoxes row={row} {...props} />}
      {unsaved && box !== 'off' && permission.caution !== undefined && (
        <Suspense>
          <Caution row={row} {...props} />
        </Suspense>
      )}
    </li>
  );
}

/** How the box looks: what gives it decides that. */
function stateOf(row: Row, box: 'on' | 'off' | 'part'): string {
  const { decided } = row;
  if (decided.every((cell) => cell.state === 'everybody')) return 'everybody';
  if (box === 'off') {
    if (decided.some((cell) => cell.state === 'denied')) return 'denied';
    return decided.some((cell) => cell.state === 'taken-out' || cell.state === 'inherited') ? 'out' : 'off';
  }
  return decided.every((cell) => cell.state === 'inherited' || cell.state === 'taken-out') ? 'inherited' : 'own';
}

/** Only exceptions speak: what the role itself gives carries no word. */
function Why({ row, titles, isStuck, catalog }: WhyProps) {
  const { permission, decided } = row;
  const { state } = words.role;
  const from = decided.find((cell) => cell.from !== undefined)?.from;
  const parent = from === undefined ? '' : (titles.get(from) ?? from);
  const has = (...states: readonly Cell['state'][]): boolean => decided.some((cell) => states.includes(cell.state));
  const locked = decided.every(isLocked) ? decided[0]?.state : undefined;
  const offPlan = permission.plans ? state.needsPlan(listed(permission.plans.map(planName))) : state.offPlan;
  const reasons: Partial<Record<Cell['state'], string>> = {
    everybody: state.everybody,
    cannot: state.cannot,
    'off-plan': offPlan,
    'no-request': state.noRequest,
  };
  return (
    <>
      {locked !== undefined && (
        <>
          <Icon name="lock" size="small" />
          {reasons[locked]}
        </>
      )}
      {locked === undefined && isStuck === true && catalog.escalation === 'prevent' && (
        <>
          <Icon name="lock" size="small" />
          {state.notHeld}
        </>
      )}
      {has('denied') && (
        <>
          <Icon name="denied" size="small" />
          {state.denied}
        </>
      )}
      {!has('denied') && has('inherited') && (
        <>
          <Icon name="link" size="small" />
          <span className="aloud">{state.from} </span>
          <bdi>{parent}</bdi>
        </>
      )}
      {!has('denied', 'inherited') && has('taken-out') && (
        <>
          <Icon name="minus" size="small" />
          <bdi>{state.takenOut(parent)}</bdi>
        </>
      )}
      {permission.caution !== undefined && (
        <span className="tag tag-caution">
          <Icon name="caution" size="tiny" />
          {state.caution}
        </span>
      )}
    </>
  );
}

function DraftTag({ row, state, cells }: WhyProps) {
  const { draft } = words.role;
  const box = rowBox(row, state.draft);
  const needed = box === 'off' ? undefined : needing(state.draft, row.permission, cells);
  const isInherited = row.decided.some((cell) => cell.state === 'inherited');
  const word = box === 'part' ? draft.part : box === 'on' ? draft.on : isInherited ? draft.takenOut : draft.off;
  return (
    <span className="tag tag-draft">
      <Icon name="pencil" size="tiny" />
      {needed ? draft.needed(needed.title) : word}
    </span>
  );
}

function ScopeBoxes({ row, state, movable, onMove }: PermissionRowProps) {
  const { permission, decided } = row;
  return (
    <div className="scopes">
      {decided.map((cell) => {
        const word = wordOf(cell);
        const on = isOn(state.draft, word);
        const isStuck = isLocked(cell) || (!on && !movable.has(word));
        return (
          <label className="scope-box" key={word}>
            <input
              className="check"
              type="checkbox"
              aria-label={`${permission.title}: ${scopeWord(cell.scope ?? '')}`}
              checked={on}
              aria-disabled={isStuck || undefined}
              onChange={() => {
                if (!isStuck) onMove([word], !on);
              }}
            />
            {scopeWord(cell.scope ?? '')}
          </label>
        );
      })}
    </div>
  );
}
