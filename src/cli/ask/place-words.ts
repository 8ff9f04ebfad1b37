import { isAtOrganization, type Organization, type PolicySet, type Workspace } from '../../policy/policy-set.ts';

/** Words for places of one organization, which are told together. */
export class PlaceWords {
  readonly #policy: PolicySet;
  #counts: ReadonlyMap<Organization, number> | undefined;

  constructor(policy: PolicySet) {
    this.#policy = policy;
  }

  /** As a heading: one by its names, all of a company as that, and of others the first few. */
  describe(places: readonly Workspace[]): string {
    const [first] = places;
    if (!first) return 'nowhere';
    const company = first.organization.id;
    const workspaces = places.filter((place) => !isAtOrganization(place));
    const count = workspaces.length;
    const itself = count < places.length ? `the company ${company ?? ''} itself` : undefined;
    const within = this.#describeWorkspaces(workspaces, first.organization);
    return [itself, within].filter((part) => part !== undefined).join(', and ');
  }

  #describeWorkspaces(workspaces: readonly Workspace[], organization: Organization): string | undefined {
    const [first] = workspaces;
    const count = workspaces.length;
    if (!first) return undefined;
    const company = organization.id;
    if (count === 1) {
      const title = first.title === first.id ? '' : first.title;
      const about = [title, company ?? ''].filter((part) => part !== '').join(', ');
      return about === '' ? first.id : `${first.id} (${about})`;
    }
    const of = company === undefined ? '' : ` of ${company}`;
    if (count === this.#countOf(organization)) return `all ${count} workspaces${of}`;
    const told = workspaces.slice(0, mostTold).map(({ id }) => id);
    const more = count - told.length;
    const names = more > 0 ? `${told.join(', ')} and ${more} more` : told.join(', ');
    return company === undefined ? names : `${names} (${company})`;
  }

  #countOf(organization: Organization): number {
    if (!this.#counts) {
      const counts = new Map<Organization, number>();
      for (const { organization: its } of this.#policy.workspaces.values()) counts.set(its, (counts.get(its) ?? 0) + 1);
      this.#counts = counts;
    }
    return this.#counts.get(organization) ?? 0;
  }
}

const mostTold = 5;

/** A thing that was found at one place. */
export interface FoundAt<Found> {
  readonly place: Workspace;
  readonly found: Found;
}

/** The same thing, at all places of one organization where it was found. */
export interface FoundTogether<Found> {
  readonly places: readonly Workspace[];
  readonly found: Found;
}

/**
 * Puts together what is the same at several places of an organization. Of each organization what is found at most places
 * comes first, else it stays in its order.
 */
export function putTogether<Found>(
  items: Iterable<FoundAt<Found>>,
  keyOf: (found: Found) => string,
): FoundTogether<Found>[] {
  const known = new Map<Organization, Map<string, { places: Workspace[]; found: Found }>>();
  const together: FoundTogether<Found>[] = [];
  for (const { place, found } of items) {
    const ofCompany = known.get(place.organization) ?? new Map<string, { places: Workspace[]; found: Found }>();
    known.set(place.organization, ofCompany);
    const key = keyOf(found);
    const same = ofCompany.get(key);
    if (same) {
      same.places.push(place);
      continue;
    }
    const entry = { places: [place], found };
    ofCompany.set(key, entry);
    together.push(entry);
  }
  const order = new Map([...known.keys()].map((organization, index) => [organization, index]));
  const rankOf = ({ places }: FoundTogether<Found>): number => order.get(places[0]?.organization as Organization) ?? 0;
  return together.sort((left, right) => rankOf(left) - rankOf(right) || right.places.length - left.places.length);
}
