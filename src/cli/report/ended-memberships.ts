import { compareText } from '../../policy/position.ts';
import type { Place } from '../../policy/runtime-member.ts';
import type { RuntimeMove } from '../../review/members/runtime-moves.ts';

/** A place with the number of memberships that end there. */
export interface EndedAtPlace {
  readonly place: Place;
  readonly count: number;
}

/** Where memberships end, the places with the most of them first. */
export function countEnded(ended: readonly RuntimeMove[]): readonly EndedAtPlace[] {
  const counts = new Map<string, EndedAtPlace>();
  for (const { member } of ended) {
    const { place } = member;
    const name = nameOf(place);
    counts.set(name, { place, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort(
    (left, right) => right.count - left.count || compareText(nameOf(left.place), nameOf(right.place)),
  );
}

/** For programs. */
export function plainEnded(ended: readonly RuntimeMove[]): object {
  const places = countEnded(ended).map(({ place, count }) => ({ [place.kind]: place.id, count }));
  return { count: ended.length, places };
}

const mostPlaces = 10;

/** 3 memberships given at run time (2 in workspace `support`, 1 in organization `acme`). */
export function describeEnded(ended: readonly RuntimeMove[]): string {
  const places = countEnded(ended);
  const shown = places.slice(0, mostPlaces).map(({ place, count }) => `${count} in ${nameOf(place)}`);
  const left = places.length - shown.length;
  const where = left === 0 ? shown : [...shown, `the others in ${left} more places`];
  return `${ended.length} membership${ended.length === 1 ? '' : 's'} given at run time (${where.join(', ')})`;
}

function nameOf({ kind, id }: Place): string {
  return `${kind} \`${id}\``;
}
