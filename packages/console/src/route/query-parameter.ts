import { useSearch } from 'wouter';

/**
 * A word of the address, so that what was searched for can be sent to somebody. `pushState`: the way back leads to what it
 * was before.
 */
export function useQueryParameter(
  name: string,
  how: 'replaceState' | 'pushState' = 'replaceState',
): readonly [string, (value: string) => void] {
  const search = useSearch();
  const value = new URLSearchParams(search).get(name) ?? '';
  const set = (next: string): void => {
    const query = new URLSearchParams(window.location.search);
    if (next === '') query.delete(name);
    else query.set(name, next);
    const text = query.toString();
    window.history[how](null, '', `${window.location.pathname}${text === '' ? '' : `?${text}`}`);
  };
  return [value, set];
}
