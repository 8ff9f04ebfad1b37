import type { Preview } from '../api/preview.ts';
import { useCatalog, useRoles } from '../api/queries.ts';
import { Effect } from '../parts/effect/effect.tsx';
import { Cells } from '../api/cells.ts';
import { words } from '../words/words.ts';

interface GroupEffectProps {
  readonly preview: Omit<Preview, 'isOvertaken'>;
  readonly place: string;
  /** Whether it says in a heading what it shows. */
  readonly hasTitle?: boolean;
}

/** What a change of a group does, in people. */
export function GroupEffect({ preview, place, hasTitle = false }: GroupEffectProps) {
  const catalog = useCatalog();
  const roles = useRoles(place);
  const { judgement, refusal, isChecking } = preview;
  return (
    <div className={hasTitle ? 'effect give-effect' : 'effect'} data-checking={isChecking || undefined}>
      {hasTitle && (
        <header>
          <div role="status">
            <h2>{judgement?.effect ? words.effect.title(judgement.effect.people) : words.effect.label}</h2>
          </div>
        </header>
      )}
      {catalog.data && (
        <Effect
          judgement={judgement}
          refusal={refusal}
          cells={new Cells(catalog.data)}
          workspace={place}
          roles={new Map((roles.data ?? []).map((role) => [role.role, role.title]))}
        />
      )}
    </div>
  );
}
