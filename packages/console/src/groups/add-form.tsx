import { useState } from 'react';
import { useBuiltPreview } from '../api/changes.ts';
import { useCatalog } from '../api/queries.ts';
import { subjectsOf } from '../api/subjects.ts';
import { useActorSession } from '../session/session.ts';
import { useDeed } from '../session/deed.ts';
import { useEffectNames } from '../parts/effect/place-names.ts';
import { ShownEffect } from '../parts/effect/shown-effect.tsx';
import { Field } from '../parts/fields.tsx';
import { FormFoot } from '../parts/form-foot.tsx';
import { readinessOf, usePress } from '../parts/press.ts';
import { useWriting } from '../session/writing.tsx';
import { companyWords } from '../words/company-words.ts';
import { words } from '../words/words.ts';
import { groupWith } from './group-edits.ts';

interface AddFormProps {
  readonly workspace: string;
  readonly group: string;
  readonly onDone: () => void;
}

/** Puts people into a group, with what that gives them shown before. */
export function AddForm({ workspace, group, onDone }: AddFormProps) {
  const [who, setWho] = useState('');
  const { actor } = useActorSession();
  const catalog = useCatalog();
  const writing = useWriting();
  const names = useEffectNames(workspace);
  const { run, make, isDoing } = useDeed();
  const firstType = catalog.data?.subjectTypes[0] ?? 'user';
  const added = subjectsOf(who);
  const preview = useBuiltPreview(actor, JSON.stringify([workspace, group, added]), (signal) =>
    groupWith({ place: workspace, group, firstType }, { added }, signal),
  );
  const done = companyWords.group.added(added.length);
  const add = (): void => run(make({ edits: preview.edits, write: writing.write, done, after: onDone }));
  const readiness = readinessOf(preview, !isDoing);
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
      <ShownEffect preview={preview} names={names} hasTitle />
      <FormFoot
        choice={writing.choice}
        readiness={readiness}
        isWaiting={isWaiting}
        label={writing.label(words.member.save)}
        doing={isDoing ? companyWords.group.adding : undefined}
        onCancel={onDone}
      />
    </form>
  );
}
