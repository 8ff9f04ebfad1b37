import { useState } from 'react';
import { useLocation } from 'wouter';
import { usePreview } from '../api/preview.ts';
import type { Edit } from '../api/edits.ts';
import { atPlace } from '../api/place.ts';
import { subjectsOf } from '../api/subjects.ts';
import { toWorkspace } from '../route/route.ts';
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
import type { ListedGroup } from './group-queries.ts';

const groupsWords = companyWords.groups;

interface CreateGroupProps {
  readonly workspace: string;
  readonly groups: readonly ListedGroup[];
  readonly onDone: () => void;
}

/** Makes a group, with the people who are in it from the beginning. */
export function CreateGroup({ workspace, groups, onDone }: CreateGroupProps) {
  const [id, setId] = useState('');
  const [who, setWho] = useState('');
  const { actor } = useActorSession();
  const group = id.trim();
  const fault = faultOf(group, groups);
  const edits: readonly Edit[] =
    group === '' || fault !== undefined
      ? []
      : [{ edit: 'group.set', ...atPlace(workspace), group, subjects: subjectsOf(who) }];
  const writing = useWriting();
  const preview = usePreview(actor, edits, '', writing.write);
  const names = useEffectNames(workspace);
  const [, navigate] = useLocation();
  const { run, make, isDoing } = useDeed();
  const after = (isLive: boolean): void => {
    onDone();
    // What was proposed is not there yet.
    if (isLive) navigate(toWorkspace(workspace, 'groups', group));
  };
  const create = (): void => run(make({ edits, write: writing.write, done: groupsWords.made(group), after }));
  const readiness = readinessOf(preview, edits.length > 0 && !isDoing);
  const form = JSON.stringify([edits, writing.write]);
  const { press, isWaiting } = usePress(form, readiness, create);
  return (
    <form
      className="card give"
      aria-label={groupsWords.create}
      onSubmit={(event) => {
        event.preventDefault();
        press();
      }}
    >
      <Fields id={id} fault={group === '' ? undefined : fault} who={who} onId={setId} onWho={setWho} />
      <ShownEffect preview={preview} names={names} hasTitle />
      <FormFoot
        choice={writing.choice}
        readiness={readiness}
        isWaiting={isWaiting}
        label={writing.label(groupsWords.create)}
        doing={isDoing ? words.role.saving : undefined}
        onCancel={onDone}
      />
    </form>
  );
}

interface FieldsProps {
  readonly id: string;
  readonly fault: string | undefined;
  readonly who: string;
  readonly onId: (id: string) => void;
  readonly onWho: (who: string) => void;
}

function Fields({ id, fault, who, onId, onWho }: FieldsProps) {
  return (
    <div className="give-fields">
      <h2>{groupsWords.create}</h2>
      <Field label={groupsWords.id} hint={groupsWords.idHint} error={fault}>
        {(ids) => (
          <input
            className="input mono"
            id={ids.id}
            aria-describedby={ids.describedBy}
            aria-invalid={fault !== undefined || undefined}
            autoComplete="off"
            spellCheck={false}
            maxLength={64}
            required
            value={id}
            onChange={({ target }) => onId(target.value)}
          />
        )}
      </Field>
      <Field label={groupsWords.who} hint={groupsWords.whoHint} optionalWord={words.common.optional}>
        {(ids) => (
          <input
            className="input"
            id={ids.id}
            aria-describedby={ids.describedBy}
            autoComplete="off"
            spellCheck={false}
            value={who}
            onChange={({ target }) => onWho(target.value)}
          />
        )}
      </Field>
    </div>
  );
}

function faultOf(id: string, groups: readonly ListedGroup[]): string | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return groupsWords.badId;
  return groups.some(({ group }) => group === id) ? groupsWords.taken : undefined;
}
