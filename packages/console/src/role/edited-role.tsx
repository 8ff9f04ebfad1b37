import { Suspense, useMemo, useRef, useState } from 'react';
import { usePreview } from '../api/preview.ts';
import type { RoleInFull } from '../api/types.ts';
import { useActorSession } from '../session/session.ts';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { words } from '../words/words.ts';
import { editOf, isOn, wordOf } from './draft/draft.ts';
import { EffectPanel } from './effect-panel.tsx';
import { PermissionList } from './permission-list.tsx';
import type { RoleHead, Tabs } from './role-head.tsx';
import type { RoleParts } from './role-parts.ts';
import { type DraftState, useDraft } from './draft/use-draft.ts';

const SaveBar = later(async () => (await import('./save-bar.tsx')).SaveBar);
const Naming = later(async () => (await import('./naming.tsx')).Naming);
const Following = later(async () => (await import('./following.tsx')).Following);
const ConflictDialog = later(async () => (await import('./conflict-dialog.tsx')).ConflictDialog);
const Gone = later(async () => (await import('./conflict-dialog.tsx')).Gone);

interface EditedRoleProps extends RoleParts {
  /** Given by the page, which shows them also where nothing is edited: so they are in its file. */
  readonly head: typeof RoleHead;
  readonly tabs: typeof Tabs;
}

/** A role that is being edited: boxes at the left, what saving does at the right, and the bar that saves. */
export function EditedRole({ head, tabs: Sides, ...parts }: EditedRoleProps) {
  const { workspace, found, cells, titles } = parts;
  const { actor } = useActorSession();
  const state = useDraft(workspace, found);
  const { draft, isOutdated } = state;
  const { moved, future, following } = draft;
  // The role as it is to be, before any box is moved.
  const shown = useMemo(
    () =>
      following ? { ...found, cells: following.cells, written: { ...found.written, extends: following.roles } } : found,
    [found, following],
  );
  const edit = editOf(draft, workspace, found.role);
  // What is out of date is refused for that alone; the dialog says what to do.
  const preview = usePreview(
    actor,
    edit && !isOutdated ? [edit] : [],
    JSON.stringify([moved, future, following?.roles, draft.base.etag]),
  );
  const on = new Set(found.cells.map(wordOf).filter((word) => isOn(draft, word)));
  const names = { cells, workspace, roles: titles };
  const changed = useRef<Element>(null);
  const note = ({ target }: { readonly target: EventTarget }): void => {
    if (target instanceof Element && !target.closest('dialog')) changed.current = target;
  };
  return (
    <>
      <div className="page page-with-bar" onChange={note}>
        <EditedHead {...parts} head={head} shown={shown} state={state} />
        <Sides {...parts} on={on} />
        <div className="role-grid">
          <PermissionList {...parts} found={shown} state={state} judgement={preview.judgement} />
          <EffectPanel preview={preview} unsaved={state.unsaved} names={names} />
        </div>
      </div>
      <Suspense>
        {state.unsaved > 0 && (
          <SaveBar {...parts} state={state} preview={preview} names={names} edit={edit} changed={changed} />
        )}
        {isOutdated && <ConflictDialog {...parts} state={state} />}
      </Suspense>
    </>
  );
}

interface EditedHeadProps extends Omit<EditedRoleProps, 'tabs'> {
  readonly shown: RoleInFull;
  readonly state: DraftState;
}

/** The head of a role that is being edited: what it is called and what it follows can be changed there. */
function EditedHead({ head: Head, shown, state, ...parts }: EditedHeadProps) {
  const { found } = parts;
  const { draft } = state;
  const [isNaming, setNaming] = useState(
    draft.title !== found.title || draft.description !== (found.description ?? ''),
  );
  const [isFollowing, setFollowing] = useState(draft.following !== undefined);
  return (
    <>
      <Head
        {...parts}
        found={shown}
        named={draft.title}
        described={draft.description}
        pencil={
          <button
            className="button button-quiet button-icon button-small"
            type="button"
            aria-label={words.role.edit}
            aria-expanded={isNaming}
            onClick={() => setNaming(!isNaming)}
          >
            <Icon name="pencil" size="small" />
          </button>
        }
        change={
          <button className="link" type="button" aria-expanded={isFollowing} onClick={() => setFollowing(!isFollowing)}>
            {words.role.followOther}
          </button>
        }
      />
      <Suspense>
        {parts.isGone && state.unsaved > 0 && <Gone {...parts} />}
        {isNaming && <Naming state={state} onDone={() => setNaming(false)} />}
        {isFollowing && <Following {...parts} state={state} onDone={() => setFollowing(false)} />}
      </Suspense>
    </>
  );
}
