import type { Preview } from '../../api/preview.ts';
import { words } from '../../words/words.ts';
import { Effect } from './effect.tsx';
import type { EffectNames } from './named.tsx';

interface ShownEffectProps {
  readonly preview: Pick<Preview, 'judgement' | 'refusal' | 'isChecking'>;
  readonly names: EffectNames | undefined;
  /** Whether it says in a heading what it shows. */
  readonly hasTitle?: boolean;
}

/** What a change of a form or a dialog comes to; while that is found out it is of a moment ago. */
export function ShownEffect({
  preview: { judgement, refusal, isChecking },
  names,
  hasTitle = false,
}: ShownEffectProps) {
  return (
    <div
      className={hasTitle ? 'effect give-effect' : 'effect'}
      data-checking={isChecking || undefined}
      aria-busy={isChecking}
    >
      {hasTitle && (
        <header>
          <div role="status">
            <h2>{judgement?.effect ? words.effect.title(judgement.effect.people) : words.effect.label}</h2>
          </div>
        </header>
      )}
      {!hasTitle && judgement?.effect?.people === 0 && <p className="effect-none">{words.effect.nobody}</p>}
      {names && <Effect judgement={judgement} refusal={refusal} {...names} />}
    </div>
  );
}
