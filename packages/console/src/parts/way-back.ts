import { type RefObject, useEffect, useRef } from 'react';

/**
 * Gives the focus back when a part of a page goes and takes along what has it: to what had it when the part came, or, where
 * the part is about what is changed, to what was changed last.
 */
export function useWayBack(part: RefObject<HTMLElement | null>, isOfChanges = false): void {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const element = part.current;
    const note = ({ target }: Event): void => {
      if (target instanceof Element && !element?.contains(target) && !target.closest('dialog')) last.current = target;
    };
    last.current = document.activeElement;
    if (isOfChanges) document.addEventListener('change', note);
    return () => {
      document.removeEventListener('change', note);
      const had = document.activeElement;
      if (!had || had === document.body || element?.contains(had) === true) focusOn(last.current);
    };
  }, [part, isOfChanges]);
}

/** Gives the focus to an element, or to the page itself where that is gone. */
export function focusOn(element: Element | null): void {
  const isThere = element instanceof HTMLElement && element.isConnected && element !== document.body;
  (isThere ? element : document.getElementById('main'))?.focus();
}
