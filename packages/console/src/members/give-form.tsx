import { useRef, useState } from 'react';
import { useBuiltPreview } from '../api/changes.ts';
import { isGivenAt } from '../api/place.ts';
import type { Catalog, Role, Subject } from '../api/types.ts';
import { useActorSession } from '../session/session.ts';
import { useDeed } from '../session/deed.ts';
import { useEffectNames } from '../parts/effect/place-names.ts';
import { ShownEffect } from '../parts/effect/shown-effect.tsx';
import { Field, Segmented } from '../parts/fields.tsx';
import { FormFoot } from '../parts/form-foot.tsx';
import { readinessOf, usePress } from '../parts/press.ts';
import { useWriting } from '../session/writing.tsx';
import { useWayBack } from '../parts/way-back.ts';
import { writtenSubject } from '../api/subjects.ts';
import { words } from '../words/words.ts';
import { givingEdits, type Giving } from './giving-edits.ts';

interface GiveFormProps {
  readonly workspace: string;
  readonly roles: readonly Role[];
  readonly catalog: Catalog;
  /** To whom; undefined: the form asks. */
  readonly subject?: Subject;
  readonly onDone: () => void;
}

/** Gives a role to somebody, or several at once, for a time or for good, with what that does shown before. */
export function GiveForm(props: GiveFormProps) {
  const { workspace, roles, catalog, subject, onDone } = props;
  const { actor } = useActorSession();
  const form = useRef<HTMLFormElement>(null);
  useWayBack(form);
  const firstType = catalog.subjectTypes[0] ?? 'user';
  const given = roles.filter((role) => isGivenAt(role, workspace));
  const [wanted, setWanted] = useState<Giving>(() => ({
    who: subject ? writtenSubject(subject, firstType) : '',
    role: (given.find((role) => role.role === catalog.defaultRole) ?? given[0])?.role ?? '',
    from: '',
    until: '',
    how: 'beside',
    reason: '',
  }));
  const writing = useWriting();
  const preview = useBuiltPreview(
    actor,
    JSON.stringify([workspace, wanted]),
    (signal) => givingEdits(workspace, wanted, firstType, signal),
    writing.write,
  );
  const { run, make, isDoing } = useDeed();
  const { reason, role } = wanted;
  const done = words.member.given(roles.find((one) => one.role === role)?.title ?? role);
  const give = (): void => run(make({ edits: preview.edits, reason, write: writing.write, done, after: onDone }));
  const set = (change: Partial<Giving>): void => setWanted((before) => ({ ...before, ...change }));
  const readiness = readinessOf(preview, !isDoing);
  const { press, isWaiting } = usePress(JSON.stringify([wanted, writing.write]), readiness, give);
  const names = useEffectNames(workspace);
  return (
    <form
      ref={form}
      className="card give"
      aria-label={words.member.giveTitle}
      onSubmit={(event) => {
        event.preventDefault();
        press();
      }}
    >
      <GiveFields wanted={wanted} roles={given} isAsked={!subject} onChange={set} />
      <ShownEffect preview={preview} names={names} hasTitle />
      <FormFoot
        choice={writing.choice}
        readiness={readiness}
        isWaiting={isWaiting}
        label={writing.label(words.member.save)}
        doing={isDoing ? words.role.saving : undefined}
        onCancel={onDone}
      />
    </form>
  );
}

interface GiveFieldsProps {
  readonly wanted: Giving;
  readonly roles: readonly Role[];
  /** Whether it is asked to whom. */
  readonly isAsked: boolean;
  readonly onChange: (change: Partial<Giving>) => void;
}

function GiveFields({ wanted, roles, isAsked, onChange }: GiveFieldsProps) {
  return (
    <div className="give-fields">
      <h2>{words.member.giveTitle}</h2>
      {isAsked && (
        <Field label={words.member.who} hint={words.member.whoHint}>
          {(ids) => (
            <input
              className="input"
              id={ids.id}
              aria-describedby={ids.describedBy}
              autoComplete="off"
              spellCheck={false}
              required
              value={wanted.who}
              onChange={({ target }) => onChange({ who: target.value })}
            />
          )}
        </Field>
      )}
      <Field label={words.member.role}>
        {(ids) => (
          <select
            className="input"
            id={ids.id}
            value={wanted.role}
            onChange={({ target }) => onChange({ role: target.value })}
          >
            {roles.map((role) => (
              <option key={role.role} value={role.role}>
                {role.title}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="pair">
        <DayField label={words.member.from} value={wanted.from} onChange={(from) => onChange({ from })} />
        <DayField
          label={words.member.until}
          value={wanted.until}
          hint={words.member.untilHint}
          onChange={(until) => onChange({ until })}
        />
      </div>
      <Segmented
        label={words.member.beside}
        value={wanted.how}
        onChange={(how) => onChange({ how })}
        choices={[
          { value: 'beside', label: words.member.besideOne },
          { value: 'instead', label: words.member.instead },
        ]}
      />
      <Field label={words.member.why} optionalWord={words.common.optional}>
        {(ids) => (
          <input
            className="input"
            id={ids.id}
            maxLength={500}
            value={wanted.reason}
            onChange={({ target }) => onChange({ reason: target.value })}
          />
        )}
      </Field>
    </div>
  );
}

interface DayFieldProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly onChange: (value: string) => void;
}

function DayField({ label, value, hint, onChange }: DayFieldProps) {
  return (
    <Field label={label} optionalWord={words.common.optional} {...(hint !== undefined && { hint })}>
      {(ids) => (
        <input
          className="input"
          id={ids.id}
          type="date"
          aria-describedby={ids.describedBy}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}
