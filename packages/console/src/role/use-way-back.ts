import { type RefObject, useEffect, useRef } from 'react';

/** Gives the focus back to what was changed last, when the bar goes and takes along what has it. */
export function useWayBack(bar: RefObject<HTMLElement | null>): void {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const element = bar.current;
    const note = ({ target }: Event): void => {
      if (target instanceof Element && !target.closest('.save-bar, dialog')) last.current = target;
    };
    last.current = document.activeElement;
    document.addEventListener('change', note);
    return () => {
      document.removeEventListener('change', note);
      const had = document.activeElement;
      if (had && had !== document.body && !element?.contains(had)) return;
      const to = last.current;
      const isThere = to instanceof HTMLElement && to.isConnected && to !== document.body;
      // The page itself, where what was changed is gone, too.
      (isThere ? to : document.getElementById('main'))?.focus();
    };
  }, [bar]);
}
