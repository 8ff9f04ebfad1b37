import { Suspense, useEffect, useState } from 'react';
import { usePeople } from '../api/queries.ts';
import type { Preview } from '../api/preview.ts';
import { later } from '../parts/arrival/later.ts';
import type { EffectNames } from '../parts/effect/named.tsx';
import { refusedWords } from '../parts/refused-words.ts';
import { words } from '../words/words.ts';

const Effect = later(async () => (await import('../parts/effect/effect.tsx')).Effect);

interface EffectPanelProps {
  readonly preview: Preview;
  readonly unsaved: number;
  readonly names: EffectNames;
}

/** What saving does, beside the boxes. It keeps its last answer until there is a new one. */
export function EffectPanel({ preview, unsaved, names }: EffectPanelProps) {
  return (
    <aside className="card effect" aria-label={words.effect.label}>
      <EffectContent preview={preview} unsaved={unsaved} names={names} />
    </aside>
  );
}

export function EffectContent({ preview, unsaved, names }: EffectPanelProps) {
  const isSlow = useSlow(preview.isChecking);
  const { judgement, refusal } = preview;
  return (
    <div className="effect-content" data-checking={preview.isChecking || undefined}>
      <header>
        <div role="status">
          <h2>{headline(preview, unsaved)}</h2>
        </div>
        {unsaved > 0 && <Others workspace={names.workspace} changed={judgement?.effect?.people} />}
        {unsaved === 0 && <p>{words.effect.nothing}</p>}
        {isSlow && <p className="quiet">{words.effect.checking}</p>}
      </header>
      {unsaved > 0 && (
        <Suspense>
          <Effect judgement={judgement} refusal={refusal} {...names} />
        </Suspense>
      )}
    </div>
  );
}

export function headline({ judgement, refusal }: Preview, unsaved: number): string {
  if (unsaved === 0) return words.effect.nothingTitle;
  if (judgement?.effect) return words.effect.title(judgement.effect.people);
  return refusal ? refusedWords(refusal) : words.effect.checking;
}

/** How many others there are, to whom nothing happens. */
function Others({ workspace, changed }: { readonly workspace: string; readonly changed: number | undefined }) {
  const all = usePeople(workspace, '').data?.count;
  if (all === undefined || changed === undefined || all <= changed) return null;
  return <p>{words.effect.keep(all - changed)}</p>;
}

/** Whether something has taken longer than people wait without a word. */
function useSlow(isChecking: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(isChecking), isChecking ? 400 : 0);
    return () => clearTimeout(timer);
  }, [isChecking]);
  return isSlow && isChecking;
}
