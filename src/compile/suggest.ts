import { distance } from 'fastest-levenshtein';

/** The known name a reader most likely meant, or undefined when none is near. Ties go to the first in code-unit order. */
export function nearest(text: string, known: Iterable<string>): string | undefined {
  if (text.length > 128) return undefined;
  // A third of the letters may differ, two from five letters on: `titel` finds `title`, `ana` does not find `bob`.
  let bestDistance = Math.max(text.length < 5 ? 1 : 2, Math.floor(text.length / 3)) + 1;
  let best: string | undefined;
  for (const candidate of [...known].sort()) {
    const found = distance(text.toLowerCase(), candidate.toLowerCase());
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
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
