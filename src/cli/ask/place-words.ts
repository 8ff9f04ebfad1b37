import {
  isAtOrganization,
  type Organization,
  type PolicySet,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';

/** Words for places that are told together: those of one organization, or wherever the staff of the product may. */
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
    const workspaces = places.filter((place) => !isAtOrganization(place));
    const themselves = places.filter(isAtOrganization);
    if (countCompanies(places) > 1) return this.#describeMany(workspaces, themselves);
    const itself = themselves.length > 0 ? `the company ${first.organization.id ?? ''} itself` : undefined;
    const within = this.#describeWorkspaces(workspaces, first.organization);
    return [itself, within].filter((part) => part !== undefined).join(', and ');
  }

  #describeMany(workspaces: readonly Workspace[], themselves: readonly Workspace[]): string {
    const [first] = workspaces;
    if (!first) return `${themselves.length} companies themselves`;
    const companies = countCompanies(workspaces);
    const all = workspaces.length === this.#policy.workspaces.size ? 'all ' : '';
    const within =
      companies === 1 ? this.describe(workspaces) : `${all}${workspaces.length} workspaces of ${companies} companies`;
    if (themselves.length === 0) return within;
    if (themselves.length === 1) return `${within}, and ${this.describe(themselves)}`;
    const areThese = countCompanies([...workspaces, ...themselves]) === companies && themselves.length === companies;
    const which = areThese ? 'these' : themselves.length;
    return `${within}, and ${which} companies themselves`;
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
    if (count === this.#countOf(organization)) return `${count === 2 ? 'both' : `all ${count}`} workspaces${of}`;
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

function countCompanies(places: readonly Workspace[]): number {
  return new Set(places.map(({ organization }) => organization)).size;
}

const mostTold = 5;

/** Whether roles that were given hold wherever one asks, so that no organization tells more than another. */
export function isEverywhere(given: readonly Pick<TimedRole, 'role'>[]): boolean {
  return given.length > 0 && given.every(({ role }) => role.spans === 'everything');
}

/** A thing that was found at one place. */
export interface FoundAt<Found> {
  readonly place: Workspace;
  readonly found: Found;
}

/** The same thing, at all places of one organization where it was found, or of all of them. */
export interface FoundTogether<Found> {
  readonly places: readonly Workspace[];
  readonly found: Found;
}

/**
 * Puts together what is the same at several places of an organization, or at those of all where it is found everywhere,
 * which comes last. Of each organization what is found at most places comes first, else it stays in its order.
 */
export function putTogether<Found>(
  items: Iterable<FoundAt<Found>>,
  keyOf: (found: Found) => string,
  isOfAll: (found: Found) => boolean,
): FoundTogether<Found>[] {
  const known = new Map<Organization | undefined, Map<string, { places: Workspace[]; found: Found }>>();
  const together: FoundTogether<Found>[] = [];
  for (const { place, found } of items) {
    const company = isOfAll(found) ? undefined : place.organization;
    const ofCompany = known.get(company) ?? new Map<string, { places: Workspace[]; found: Found }>();
    known.set(company, ofCompany);
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
  const rankOf = ({ places: [first], found }: FoundTogether<Found>): number =>
    first && !isOfAll(found) ? (order.get(first.organization) ?? 0) : order.size;
  return together.sort((left, right) => rankOf(left) - rankOf(right) || right.places.length - left.places.length);
}
