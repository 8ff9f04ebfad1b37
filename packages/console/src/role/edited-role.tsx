import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { usePreview } from '../api/changes.ts';
import { useActorSession } from '../app/session.ts';
import { Field } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { words } from '../words/words.ts';
import { toWorkspace } from '../app/route.ts';
import { editOf, isOn } from './draft.ts';
import { EffectPanel } from './effect-panel.tsx';
import { PermissionList } from './permission-list.tsx';
import { type RoleParts, RoleHead, Tabs } from './role-page.tsx';
import { SaveBar } from './save-bar.tsx';
import { type DraftState, useDraft } from './use-draft.ts';
import { useOvertaken } from './use-overtaken.ts';

const ConflictDialog = lazy(async () => ({ default: (await import('./conflict-dialog.tsx')).ConflictDialog }));

/** A role that is being edited: boxes at the left, what saving does at the right, and the bar that saves. */
export function EditedRole(parts: RoleParts) {
  const { workspace, found, cells, titles } = parts;
  const { actor } = useActorSession();
  const state = useDraft(workspace, found);
  const { draft, isOutdated } = state;
  const edit = editOf(draft, workspace, found.role);
  // What is out of date is refused for that alone; the dialog says what to do.
  const preview = usePreview(actor, edit && !isOutdated ? [edit] : []);
  useOvertaken(workspace, preview.isOvertaken && !parts.isGone);
  const [isNaming, setNaming] = useState(
    draft.title !== found.title || draft.description !== (found.description ?? ''),
  );
  const on = new Set(
    found.cells
      .map(({ permission, scope }) => (scope === undefined ? permission : `${permission}@${scope}`))
      .filter((word) => isOn(draft, word)),
  );
  const names = { cells, workspace, roles: titles };
  return (
    <>
      <div className="page page-with-bar">
        <RoleHead
          {...parts}
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
        />
        {parts.isGone && state.unsaved > 0 && <Gone {...parts} />}
        {isNaming && <Naming state={state} onDone={() => setNaming(false)} />}
        <Tabs {...parts} on={on} />
        <div className="role-grid">
          <PermissionList {...parts} state={state} judgement={preview.judgement} />
          <EffectPanel preview={preview} unsaved={state.unsaved} names={names} />
        </div>
      </div>
      <SaveBar {...parts} state={state} preview={preview} names={names} edit={edit} />
      {isOutdated && (
        <Suspense>
          <ConflictDialog {...parts} state={state} />
        </Suspense>
      )}
    </>
  );
}

/** Somebody deleted the role while it was edited: what was not saved stands here, and has nowhere to go. */
function Gone({ workspace, found }: RoleParts) {
  return (
    <div className="banner" role="alert">
      <Icon name="caution" />
      <div>
        <b>
          <bdi>{words.conflict.goneTitle(found.title)}</bdi>
        </b>
        <p>
          {words.conflict.gone} <Link href={toWorkspace(workspace, 'roles')}>{words.nav.roles}</Link>
        </p>
      </div>
    </div>
  );
}

function Naming({ state, onDone }: { readonly state: DraftState; readonly onDone: () => void }) {
  const { draft, set } = state;
  const isNameless = draft.title.trim() === '';
  return (
    <div className="card naming">
      <Field label={words.role.name} hint={words.role.nameHint} error={isNameless ? words.create.needName : undefined}>
        {({ id, describedBy }) => (
          <input
            className="input"
            id={id}
            aria-describedby={describedBy}
            aria-invalid={isNameless || undefined}
            value={draft.title}
            maxLength={120}
            onChange={({ target }) => set((before) => ({ ...before, title: target.value }))}
          />
        )}
      </Field>
      <Field label={words.role.description} optionalWord={words.common.optional}>
        {({ id }) => (
          <textarea
            className="input"
            id={id}
            rows={2}
            maxLength={500}
            value={draft.description}
            onChange={({ target }) => set((before) => ({ ...before, description: target.value.replaceAll('\n', ' ') }))}
          />
        )}
      </Field>
      <button className="button button-small" type="button" onClick={onDone}>
        {words.role.done}
      </button>
    </div>
  );
}
