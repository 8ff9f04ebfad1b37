import { distance } from 'fastest-levenshtein';

/** What help can be made of: looking for the nearest name takes a while, and not every problem is told. */
export interface Suggestion {
  readonly text: string;
  readonly among: () => Iterable<string>;
}

/** The known name a reader most likely meant, or undefined when none is near. Ties go to the first in code-unit order. */
export function nearest(text: string, known: Iterable<string>): string | undefined {
  if (text.length > 128) return undefined;
  // A third of the letters may differ, two from five letters on: `titel` finds `title`, `ana` does not find `bob`.
  let bestDistance = Math.max(text.length < 5 ? 1 : 2, Math.floor(text.length / 3)) + 1;
  let best: string | undefined;
  for (const candidate of known) {
    // As far apart as their lengths at least.
    if (Math.abs(candidate.length - text.length) > bestDistance) continue;
    const found = distance(text.toLowerCase(), candidate.toLowerCase());
    const isNearer = found < bestDistance || (found === bestDistance && best !== undefined && candidate < best);
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
