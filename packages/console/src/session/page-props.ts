import type { Rights } from './rights.ts';

/** What every page of a workspace is given. */
export interface PageProps {
  /** The place: the id of a workspace, or a company as `api/place.ts` names it. */
  readonly workspace: string;
  /** Its title, or its id as long as that is not known. */
  readonly title: string;
  readonly rights: Rights;
}
