import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Edit } from '../api/edits.ts';
import { atPlace } from '../api/place.ts';
import { usePreview } from '../api/preview.ts';
import { useDeed } from '../session/deed.ts';
import { useEffectNames } from '../parts/effect/place-names.ts';
import { ShownEffect } from '../parts/effect/shown-effect.tsx';
import { Field } from '../parts/fields.tsx';
import { FormFoot } from '../parts/form-foot.tsx';
import { readinessOf, usePress } from '../parts/press.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { useWriting } from '../session/writing.tsx';
import { companyWords } from '../words/company-words.ts';
import { words } from '../words/words.ts';

const groupWords = companyWords.group;

interface RenameGroupProps {
  readonly workspace: string;
  readonly group: string;
  readonly onDone: () => void;
}

/** Gives a group another id. What is wrong with it, as that it is taken, the sidecar says. */
export function RenameGroup({ workspace, group, onDone }: RenameGroupProps) {
  const [id, setId] = useState('');
  const { actor } = useActorSession();
  const to = id.trim();
  const isId = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(to);
  const edits: readonly Edit[] = isId ? [{ edit: 'group.rename', ...atPlace(workspace), group, to }] : [];
  const writing = useWriting();
  const preview = usePreview(actor, edits, '', writing.write);
  const names = useEffectNames(workspace);
  const [, navigate] = useLocation();
  const { run, make, isDoing } = useDeed();
  const after = (isLive: boolean): void => {
    onDone();
    // What was proposed is called as before.
    if (isLive) navigate(toWorkspace(workspace, 'groups', to), { replace: true });
  };
  const rename = (): void => run(make({ edits, write: writing.write, done: groupWords.renamed(to), after }));
  const readiness = readinessOf(preview, isId && !isDoing);
  const { press, isWaiting } = usePress(JSON.stringify([edits, writing.write]), readiness, rename);
  const error = to === '' || isId ? undefined : companyWords.groups.badId;
  return (
    <form
      className="card give"
      aria-label={groupWords.renameTitle(group)}
      onSubmit={(event) => {
        event.preventDefault();
        press();
      }}
    >
      <div className="give-fields">
        <h2>{groupWords.renameTitle(group)}</h2>
        <Field label={groupWords.renameTo} hint={groupWords.renameHint} error={error}>
          {(ids) => (
            <input
              className="input mono"
              id={ids.id}
              aria-describedby={ids.describedBy}
              aria-invalid={error !== undefined || undefined}
              autoComplete="off"
              autoFocus
              spellCheck={false}
              maxLength={64}
              required
              value={id}
              onChange={({ target }) => setId(target.value)}
            />
          )}
        </Field>
      </div>
      <ShownEffect preview={preview} names={names} hasTitle />
      <FormFoot
        choice={writing.choice}
        readiness={readiness}
        isWaiting={isWaiting}
        label={writing.label(groupWords.submitRename)}
        doing={isDoing ? words.role.saving : undefined}
        onCancel={onDone}
      />
    </form>
  );
}
