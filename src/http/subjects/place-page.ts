import { isWithin } from '../../policy/membership/place-reach.ts';
import { isAtOrganization, type Workspace } from '../../policy/policy-set.ts';
import { placeKeyOf, placeNameOf, placesAfter, type PlaceKey } from '../../review/access/access-places.ts';
import type { AskedGround, Asking } from '../members/asking.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { nextPage } from '../openapi/openapi-parameters.ts';
import type { QueryParameters } from '../openapi/openapi-operation.ts';

/** What asks for a page of places. */
export const placePages: QueryParameters = {
  limit: { description: 'How many at most; 100 when left out, 1000 at most. A page may end earlier.' },
  ...nextPage,
};

/** What `after` of the next page is: ids hold no slash. */
export function placeCursorOf(place: Workspace): string {
  const { organization, workspace } = placeKeyOf(place);
  return `${organization}/${workspace}`;
}

export function readPlaceAfter(query: URLSearchParams): PlaceKey | undefined {
  const text = query.get('after');
  if (text === null) return undefined;
  const slash = text.indexOf('/');
  if (slash >= 0) return { organization: text.slice(0, slash), workspace: text.slice(slash + 1) };
  throw new ApiProblem('invalid-request', '`after` is what `next` of the page before said, percent-encoded');
}

/** How an answer names a place. */
export function placeWords(place: Workspace): Record<string, string> {
  const { id } = place.organization;
  const organization: Record<string, string> = id === undefined ? {} : { organization: id };
  return isAtOrganization(place) ? organization : { workspace: place.id, title: place.title, ...organization };
}

/** Whether a place is one of those that a caller may ask about. */
export function isPlaceOf({ caller }: Asking, { engine }: AskedGround, place: Workspace): boolean {
  return isWithin(engine.policy, placeNameOf(place), caller.organizations);
}

/** The page that is wanted. */
export interface WantedPlaces {
  readonly after: PlaceKey | undefined;
  readonly limit: number;
}

/** Finds places in their order, with what is told of each: as many as wanted, and one more where there are more. */
export function* findPlaces<Found>(
  { engine }: AskedGround,
  { after, limit }: WantedPlaces,
  find: (place: Workspace) => Found | undefined,
): Generator<void, readonly Found[]> {
  const found: Found[] = [];
  let looked = 0;
  for (const place of placesAfter(engine.policy, after)) {
    looked += 1;
    if (looked % placesAtOnce === 0) yield;
    const one = find(place);
    if (one !== undefined) found.push(one);
    if (found.length > limit) break;
  }
  return found;
}

/** Looked at in one step, which takes less than a millisecond. */
const placesAtOnce = 50;
