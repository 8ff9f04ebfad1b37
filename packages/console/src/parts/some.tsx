import { type ReactNode, startTransition, useEffect, useState } from 'react';
import { words } from '../words/words.ts';
import { whenItStands } from './arrival/later.ts';

/** How many rows of this height, in pixels, fill a screen: below its head, with what is cut off at its end. */
export function rowsOfScreen(height: number): number {
  const head = 240;
  return Math.max(8, Math.ceil((innerHeight - head) / height) + 1);
}

/**
 * The first of a long list, as many more as are asked for, and what asks for them. `seen`: so many fill a screen; the others
 * follow once the page stands.
 */
export function useSome<One>(
  all: readonly One[],
  step: number,
  seen = step,
): { readonly some: readonly One[]; readonly more: ReactNode } {
  const [most, setMost] = useState(seen);
  const hasMore = all.length > most;
  const isFilling = hasMore && most < step;
  useEffect(() => {
    if (!isFilling) return undefined;
    return whenItStands(() => startTransition(() => setMost(step)));
  }, [isFilling, step]);
  const some = hasMore ? all.slice(0, most) : all;
  const more = hasMore && !isFilling && (
    <p className="more">
      <button className="button" type="button" onClick={() => setMost(most + step)}>
        {words.common.more}
      </button>
      <span className="quiet">{words.role.of(some.length, all.length)}</span>
    </p>
  );
  return { some, more };
}
