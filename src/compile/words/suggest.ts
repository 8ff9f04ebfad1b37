import { distance } from 'fastest-levenshtein';
import { limits } from '../../policy/limits.ts';

/** The makings of a hint: looking for the nearest name takes a while, and not every problem is told. */
export interface Suggestion {
  readonly text: string;
  readonly among: () => Iterable<string>;
}

/**
 * The known name a reader most likely meant, or undefined when none is near. Ties go to the first in code-unit order.
 * Of very many known names only the first are looked at.
 */
export function nearest(
  text: string,
  known: Iterable<string>,
  mostNames: number = limits.suggestionNames,
): string | undefined {
  // A number is near to others that mean something else: the next company's, as a rule.
  if (text.length > 128 || /^[\d._-]+$/.test(text)) return undefined;
  // A third of the letters may differ, two from five letters on: `titel` finds `title`, `ana` does not find `bob`.
  let bestDistance = Math.max(text.length < 5 ? 1 : 2, Math.floor(text.length / 3));
  let best: string | undefined;
  let looked = 0;
  const wanted = text.toLowerCase();
  for (const candidate of known) {
    looked += 1;
    if (looked > mostNames) break;
    const name = candidate.toLowerCase();
    // Two names are at least as far apart as their lengths are.
    if (Math.abs(name.length - wanted.length) > bestDistance) continue;
    const found = distance(wanted, name);
    const isNearer = found < bestDistance || (found === bestDistance && (best === undefined || candidate < best));
    if (isNearer) [best, bestDistance] = [candidate, found];
  }
  return best;
}

/** The help line of an unknown name: the nearest one, else the known ones while they are few. */
export function suggest(text: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const near = nearest(text, names);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (names.length === 0 || names.length > 12) return undefined;
  return `known: ${names.map((name) => `\`${name}\``).join(', ')}`;
}
