import type { MouseEvent } from 'react';
import { base } from './route.ts';

/** What makes an `a` a link of these pages. A list of many has it in place of `Link`, of which each looks at the address. */
export function follow(
  path: string,
  navigate: (path: string) => void,
): { readonly href: string; readonly onClick: (event: MouseEvent<HTMLAnchorElement>) => void } {
  return {
    href: `${base}${path}`,
    onClick: (event) => {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      event.preventDefault();
      navigate(path);
    },
  };
}
