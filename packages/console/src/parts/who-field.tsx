import { usePeople } from '../api/queries.ts';
import { writtenSubject } from '../api/subjects.ts';
import { Field } from './fields.tsx';

interface WhoFieldProps {
  readonly label: string;
  readonly place: string;
  readonly who: string;
  readonly firstType: string;
  readonly onChange: (who: string) => void;
}

/** Asks for somebody of a place: by id, or chosen of those whom the sidecar finds. */
export function WhoField({ label, place, who, firstType, onChange }: WhoFieldProps) {
  const people = usePeople(place, who);
  const found = people.data?.people ?? [];
  return (
    <Field label={label}>
      {({ id }) => (
        <>
          <input
            className="input"
            id={id}
            list={`${id}-people`}
            autoComplete="off"
            spellCheck={false}
            value={who}
            onChange={({ target }) => onChange(target.value)}
          />
          <datalist id={`${id}-people`}>
            {found.slice(0, 20).map(({ subject, name }) => (
              <option key={`${subject.type}:${subject.id}`} value={writtenSubject(subject, firstType)}>
                {name ?? subject.id}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
