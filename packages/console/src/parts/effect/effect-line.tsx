import { words } from '../../words/words.ts';
import { Icon } from '../icon.tsx';

/** One thing that somebody gains or loses. */
export function EffectLine({ kind, text }: { readonly kind: 'gain' | 'loss'; readonly text: string }) {
  return (
    <li className={kind}>
      <Icon name={kind === 'gain' ? 'plus' : 'minus'} />
      <span>
        <span className="aloud">{kind === 'gain' ? words.effect.gains : words.effect.loses} </span>
        <bdi>{text}</bdi>
      </span>
    </li>
  );
}
