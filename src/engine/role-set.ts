import { compareText } from '../policy/position.ts';
import type { Role } from '../policy/role.ts';

/** What Casbin said of one cell, as it is remembered. */
export const answers = { unasked: 0, granted: 1, notGranted: 2, denied: 3 } as const;

export type Answer = (typeof answers)[keyof typeof answers];

/**
 * The roles that somebody holds at once in one workspace, and what Casbin answered for each cell. Two members with the
 * same roles share one, so Casbin is asked once for all of them.
 */
export interface RoleSet {
  /** Sorted; built-in roles first. */
  readonly roles: readonly Role[];
  /** The workspace Casbin is asked about; sets of built-in roles are shared by all workspaces. */
  readonly domain: string;
  /** One `Answer` a cell, by `Cell.index`. */
  readonly answers: Uint8Array;
}

/** Makes role sets, one for each combination of roles. */
export class RoleSets {
  readonly #cellCount: number;
  readonly #sets = new Map<string, RoleSet>();

  constructor(cellCount: number) {
    this.#cellCount = cellCount;
  }

  /** The set of these roles; undefined for none, because nobody without a role is asked about. */
  get(roles: readonly Role[], workspaceId: string): RoleSet | undefined {
    if (roles.length === 0) return undefined;
    const sorted = [...new Set(roles)].sort(compareRoles);
    // Built-in roles mean the same everywhere; only a custom role ties its set to a workspace. Ids hold neither `/` nor `+`.
    const key = sorted
      .map((role) => (role.workspace === undefined ? role.id : `${role.workspace}/${role.id}`))
      .join('+');
    let set = this.#sets.get(key);
    if (!set) {
      set = { roles: sorted, domain: workspaceId, answers: new Uint8Array(this.#cellCount) };
      this.#sets.set(key, set);
    }
    return set;
  }
}

function compareRoles(left: Role, right: Role): number {
  return compareText(left.workspace ?? '', right.workspace ?? '') || compareText(left.id, right.id);
}
