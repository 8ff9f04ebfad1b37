import { useState } from 'react';
import { detailOf } from '../api/call.ts';
import { doneWords, newKey, useBuiltPreview, useMakeChange } from '../api/changes.ts';
import { useCatalog } from '../api/queries.ts';
import { subjectsOf } from '../api/subjects.ts';
import { useActorSession } from '../session/session.ts';
import { Field } from '../parts/fields.tsx';
import { FormFoot } from '../parts/form-foot.tsx';
import { readinessOf, usePress } from '../parts/press.ts';
import { useToast } from '../parts/toasts.tsx';
import { useWriting } from '../session/writing.tsx';
import { companyWords } from '../words/company-words.ts';
import { words } from '../words/words.ts';
import { groupWith } from './group-edits.ts';
import { GroupEffect } from './group-effect.tsx';

interface AddFormProps {
  readonly workspace: string;
  readonly group: string;
  readonly onDone: () => void;
}

/** Puts people into a group, with what that gives them shown before. */
export function AddForm({ workspace, group, onDone }: AddFormProps) {
  const [who, setWho] = useState('');
  const [isAdding, setAdding] = useState(false);
  const { actor } = useActorSession();
  const catalog = useCatalog();
  const writing = useWriting();
  const makeChange = useMakeChange();
  const toast = useToast();
  const firstType = catalog.data?.subjectTypes[0] ?? 'user';
  const added = subjectsOf(who);
  const preview = useBuiltPreview(actor, JSON.stringify([workspace, group, added]), (signal) =>
    groupWith({ place: workspace, group, firstType }, { added }, signal),
  );
  const add = (): void => {
    setAdding(true);
    makeChange({ actor, edits: preview.edits, reason: '', write: writing.write }, newKey())
      .then((made) => {
        toast({ kind: 'done', text: doneWords(made, companyWords.group.added(added.length)) });
        onDone();
      })
      .catch((error: unknown) => toast({ kind: 'failed', text: detailOf(error) }))
      .finally(() => setAdding(false));
  };
  const readiness = readinessOf(preview, !isAdding);
  const { press, isWaiting } = usePress(JSON.stringify([who, writing.write]), readiness, add);
  return (
    <form
      className="card give"
      aria-label={companyWords.group.add}
      onSubmit={(event) => {
        event.preventDefault();
        press();
      }}
    >
      <div className="give-fields">
        <h2>{companyWords.group.add}</h2>
        <Field label={words.member.who} hint={words.member.whoHint}>
          {(ids) => (
            <input
              className="input"
              id={ids.id}
              aria-describedby={ids.describedBy}
              autoComplete="off"
              spellCheck={false}
              required
              value={who}
              onChange={({ target }) => setWho(target.value)}
            />
          )}
        </Field>
      </div>
      <GroupEffect preview={preview} place={workspace} hasTitle />
      <FormFoot
        choice={writing.choice}
        readiness={readiness}
        isWaiting={isWaiting}
        label={writing.label(words.member.save)}
        doing={isAdding ? companyWords.group.adding : undefined}
        onCancel={onDone}
      />
    </form>
  );
}
