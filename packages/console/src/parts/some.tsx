import { type ReactNode, useState } from 'react';
import { words } from '../words/words.ts';

/** The first of a long list, as many more as are asked for, and what asks for them. */
export function useSome<One>(
  all: readonly One[],
  step: number,
): { readonly some: readonly One[]; readonly more: ReactNode } {
  const [most, setMost] = useState(step);
  const some = all.length > most ? all.slice(0, most) : all;
  const more = all.length > most && (
    <p className="more">
      <button className="button" type="button" onClick={() => setMost(most + step)}>
        {words.common.more}
      </button>
      <span className="quiet">{words.role.of(some.length, all.length)}</span>
    </p>
  );
  return { some, more };
}
