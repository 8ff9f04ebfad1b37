import type { Span } from '../../policy/position.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { quote } from '../words/describe-value.ts';

/** A workspace or an organization, as far as its ids go. */
export interface NamedPlace {
  readonly id: string | undefined;
  readonly formerly?: string | undefined;
  /** Where its former id is written. */
  readonly formerlyAt: Span | undefined;
}

/** Former ids that mean something else, too: another place has them, or had them. */
export function checkFormerPlaces(kind: 'workspace' | 'organization', places: readonly NamedPlace[]): Problem[] {
  const moved = places.filter(({ formerly }) => formerly !== undefined);
  if (moved.length === 0) return [];
  const ids = new Set(places.map(({ id }) => id));
  const movedTo = new Map<string, string>();
  return moved.flatMap(({ id = '', formerly = '', formerlyAt }) => {
    if (!formerlyAt) return [];
    if (formerly === id) {
      const help = 'name its former id, or take the line away';
      return [createProblem('bad-value', formerlyAt, `${kind} ${quote(id)} was called so itself`, help)];
    }
    const other = movedTo.get(formerly);
    movedTo.set(formerly, id);
    const what = `${kind} ${quote(id)} cannot have been ${quote(formerly)}`;
    if (ids.has(formerly)) {
      const help = 'rename that one, or take the line away: a request by this id would mean both';
      return [
        createProblem(
          'former-id-in-use',
          formerlyAt,
          `${what}, which is ${kind === 'organization' ? 'an' : 'a'} ${kind} still`,
          help,
        ),
      ];
    }
    // One that is there twice is told by itself.
    if (other === undefined || other === id) return [];
    const help = 'only one of them can have its members; take the line away in the other';
    return [createProblem('former-id-in-use', formerlyAt, `${what}: that is now ${quote(other)}`, help)];
  });
}
