import type { ProblemDocument } from '../../api/judgement.ts';
import { isPassing } from '../../api/preview.ts';
import { words } from '../../words/words.ts';
import { Icon } from '../icon.tsx';
import { refusedWords } from '../refused-words.ts';
import { type EffectNames, Named } from './named.tsx';

/** Why something cannot be saved, and whether waiting helps. */
export function Refused({ refusal, names }: { readonly refusal: ProblemDocument; readonly names: EffectNames }) {
  return (
    <p className="line line-deny" role="alert">
      <Icon name="fail" />
      <span>
        <b>{refusedWords(refusal)}</b>
        <br />
        <Named text={refusal.detail ?? refusal.title} names={names} />
        {isPassing(refusal) && (
          <>
            <br />
            {words.effect.again}
          </>
        )}
      </span>
    </p>
  );
}
