import { pathOf } from './call.ts';
import type { Role, RoleInFull } from './types.ts';

// A place as the pages name it: the id of a workspace, or `organization:ID` for a company itself. Ids of workspaces hold
// no colon, so one is never taken for the other.

const mark = 'organization:';

/** A company as a place. */
export function companyPlace(organization: string): string {
  return `${mark}${organization}`;
}

/** The id of the company that a place is; undefined: it is a workspace. */
export function companyOf(place: string): string | undefined {
  return place.startsWith(mark) ? place.slice(mark.length) : undefined;
}

/** A path of the sidecar below a place. */
export function pathAt(place: string, ...parts: readonly string[]): string {
  const company = companyOf(place);
  return company === undefined ? pathOf('workspaces', place, ...parts) : pathOf('organizations', company, ...parts);
}

interface Named {
  readonly workspace?: string;
  readonly organization?: string;
}

/** How an edit and an answer name a place. */
export function atPlace(place: string): Named {
  const company = companyOf(place);
  return company === undefined ? { workspace: place } : { organization: company };
}

/** Whether an answer speaks of this very place. */
export function isAt({ workspace, organization }: Named, place: string): boolean {
  const company = companyOf(place);
  return company === undefined ? workspace === place : workspace === undefined && organization === company;
}

/** Whether a role is defined at a place, and so changed there. */
export function isDefinedAt({ builtIn, organization }: Pick<Role, 'builtIn' | 'organization'>, place: string): boolean {
  return !builtIn && organization === companyOf(place);
}

/** The same of a role in full. */
export function isOwnRole({ builtIn, definedBy }: Pick<RoleInFull, 'builtIn' | 'definedBy'>, place: string): boolean {
  return !builtIn && definedBy === companyOf(place);
}

/** Whether a role is given at a place itself. */
export function isGivenAt({ spans }: { readonly spans: string }, place: string): boolean {
  return companyOf(place) === undefined ? spans === 'workspace' : spans === 'organization' || spans === 'memberships';
}
