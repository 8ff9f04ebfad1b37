import { useRef } from 'react';
import { Field } from '../parts/fields.tsx';
import { useWayBack } from '../parts/way-back.ts';
import { words } from '../words/words.ts';
import type { DraftState } from './draft/use-draft.ts';

/** The name and the description of a role, as the draft has them. */
export function Naming({ state, onDone }: { readonly state: DraftState; readonly onDone: () => void }) {
  const { draft, set } = state;
  const card = useRef<HTMLDivElement>(null);
  useWayBack(card);
  const isNameless = draft.title.trim() === '';
  return (
    <div ref={card} className="card naming">
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
