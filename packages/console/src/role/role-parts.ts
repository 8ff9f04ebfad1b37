import type { Cells } from '../api/cells.ts';
import type { Catalog, Role, RoleInFull } from '../api/types.ts';
import type { RoleTab } from '../route/route.ts';
import type { PageProps } from '../session/page-props.ts';

/** What the page of a role is given. */
export interface RolePageProps extends PageProps {
  readonly role: string;
  readonly tab: RoleTab;
}

/** What the parts of the page of a role work with. */
export interface RoleParts extends RolePageProps {
  readonly found: RoleInFull;
  /** Whether it is not there any more, so that this is how it was. */
  readonly isGone: boolean;
  readonly roles: readonly Role[];
  readonly catalog: Catalog;
  readonly cells: Cells;
  readonly titles: ReadonlyMap<string, string>;
}
