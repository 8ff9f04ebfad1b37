import type { AccessPlace, Catalog, GivenRole, Role, Subject } from '../api/types.ts';

/** What the list of somebody's roles works with. */
export interface HeldRolesProps {
  readonly workspace: string;
  readonly title: string;
  readonly subject: Subject;
  readonly here: AccessPlace | undefined;
  readonly roles: readonly Role[];
  readonly catalog: Catalog;
  readonly mayTake: boolean;
  readonly isSelf: boolean;
}

/** What is to be taken away: one role, or all that was given here. */
export type Taking = GivenRole | 'all';
