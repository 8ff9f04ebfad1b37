import { type RefObject, useEffect } from 'react';

/**
 * Gives the focus back when a part of a page goes and takes along what has it: to what had it when the part came, or, where
 * the part is about what is changed, to what was changed last. The page notes that, for the part may come late.
 */
export function useWayBack(part: RefObject<HTMLElement | null>, changed?: RefObject<Element | null>): void {
  useEffect(() => {
    const element = part.current;
    const before = document.activeElement;
    return () => {
      const had = document.activeElement;
      if (!had || had === document.body || element?.contains(had) === true) focusOn(changed?.current ?? before);
    };
  }, [part, changed]);
}

/** Gives the focus to an element, or to the page itself where that is gone, also where it goes a moment later. */
export function focusOn(element: Element | null): void {
  const main = document.getElementById('main');
  if (!(element instanceof HTMLElement) || !element.isConnected || element === document.body) {
    main?.focus();
    return;
  }
  element.focus();
  if (!main) return;
  const observer = new MutationObserver(() => {
    if (element.isConnected) return;
    observer.disconnect();
    if (document.activeElement === document.body) main.focus();
  });
  observer.observe(main, { childList: true, subtree: true });
  const stop = (event: FocusEvent): void => {
    if (event.target === element) return;
    observer.disconnect();
    document.removeEventListener('focusin', stop);
  };
  document.addEventListener('focusin', stop);
}
