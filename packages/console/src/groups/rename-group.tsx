import { useState } from 'react';
import { useLocation } from 'wouter';
import { detailOf } from '../api/call.ts';
import { doneWords, newKey, useMakeChange } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import { atPlace } from '../api/place.ts';
import { usePreview } from '../api/preview.ts';
import { Field } from '../parts/fields.tsx';
import { useToast } from '../parts/toasts.tsx';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { useWriting } from '../session/writing.tsx';
import { companyWords } from '../words/company-words.ts';
import { words } from '../words/words.ts';
import { GroupEffect } from './group-effect.tsx';

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
  const { rename, isRenaming } = useRenaming(workspace, to, onDone);
  const cannot = !isId || preview.refusal !== undefined || preview.isChecking || isRenaming;
  const error = to === '' || isId ? undefined : companyWords.groups.badId;
  return (
    <form
      className="card give"
      aria-label={groupWords.renameTitle(group)}
      onSubmit={(event) => {
        event.preventDefault();
        if (!cannot) rename(edits, writing.write);
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
      <GroupEffect preview={preview} place={workspace} hasTitle />
      <div className="give-foot">
        {writing.choice}
        <button className="button button-quiet" type="button" onClick={onDone}>
          {words.common.cancel}
        </button>
        <button className="button button-primary" type="submit" aria-disabled={cannot || undefined}>
          {isRenaming ? words.role.saving : writing.label(groupWords.submitRename)}
        </button>
      </div>
    </form>
  );
}

function useRenaming(workspace: string, to: string, onDone: () => void) {
  const { actor } = useActorSession();
  const makeChange = useMakeChange();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [isRenaming, setRenaming] = useState(false);
  const rename = (edits: readonly Edit[], write: ReturnType<typeof useWriting>['write']): void => {
    setRenaming(true);
    makeChange({ actor, edits, reason: '', write }, newKey())
      .then((made) => {
        toast({ kind: 'done', text: doneWords(made, groupWords.renamed(to)) });
        onDone();
        // What was proposed is called as before.
        if (made.written?.branch === undefined) navigate(toWorkspace(workspace, 'groups', to), { replace: true });
      })
      .catch((error: unknown) => toast({ kind: 'failed', text: detailOf(error) }))
      .finally(() => setRenaming(false));
  };
  return { rename, isRenaming };
}
