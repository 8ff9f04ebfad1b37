import { limits } from '../../policy/limits.ts';

/** Where the pages are, and the first of them. */
const pagesPath = '/console';

/**
 * A path of the pages that somebody is sent back to; undefined: the text is no such path, or could be read as another one. Nothing else is
 * ever written into a `Location`.
 */
export function parseReturnPath(text: string): string | undefined {
  if (text.length > limits.signIn.pathCharacters || !/^[\x21-\x7e]+$/.test(text)) return undefined;
  const base = 'http://pages.invalid';
  if (!URL.canParse(text, base)) return undefined;
  const { origin, pathname, search, hash } = new URL(text, base);
  if (origin !== base || hash !== '' || `${pathname}${search}` !== text) return undefined;
  return pathname === pagesPath || pathname.startsWith(`${pagesPath}/`) ? text : undefined;
}
