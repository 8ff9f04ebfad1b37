import type { Cell } from '../policy/permission.ts';
import type { ReasonCode } from '../policy/decision.ts';
import { compareText } from '../policy/position.ts';
import type { Role } from '../policy/role.ts';

/** A reason of Casbin's, all that it says of one cell. */
export type CasbinReason = 'granted' | 'not-granted' | 'denied-by-role';

/**
 * The roles that somebody holds at once in one workspace. Two members with the same roles share one, so Casbin is asked
 * once for all of them.
 */
export interface RoleSet {
  /** Sorted; built-in roles first. */
  readonly roles: readonly Role[];
  /** The workspace Casbin is asked about; sets of built-in roles are shared by all workspaces. */
  readonly domain: string;
  /** Its place among all role sets; remembered answers are kept under it. */
  readonly number: number;
}

// An answer is remembered as its place in here, in two bits.
const answers: readonly (CasbinReason | undefined)[] = [undefined, 'granted', 'not-granted', 'denied-by-role'];

export function isCasbinReason(code: ReasonCode): code is CasbinReason {
  return code === 'granted' || code === 'not-granted' || code === 'denied-by-role';
}

/** Role sets, one for each combination of roles, and what Casbin answered for them. */
export class RoleSets {
  readonly #cellCount: number;
  readonly #sets = new Map<string, RoleSet>();
  // All in one array, so that an answer lies where it can be reckoned and need not be looked for; four to a byte, so that
  // those of a thousand workspaces stay in the processor's caches.
  #answers = new Uint8Array(1024);

  constructor(cellCount: number) {
    this.#cellCount = cellCount;
  }

  /** The set of these roles; undefined for none, because nobody without a role is asked about. */
  get(roles: readonly Role[], workspaceId: string): RoleSet | undefined {
    if (roles.length === 0) return undefined;
    const sorted = roles.length === 1 ? roles : [...new Set(roles)].sort(compareRoles);
    const key = sorted.map(keyOf).join('+');
    let set = this.#sets.get(key);
    if (!set) {
      set = { roles: sorted, domain: workspaceId, number: this.#sets.size };
      this.#sets.set(key, set);
      this.#makeRoom();
    }
    return set;
  }

  /** A number for each role set and cell. */
  placeOf(number: number, cell: Cell): number {
    return number * this.#cellCount + cell.index;
  }

  /** What was answered for the set of this number; undefined when nobody asked. */
  recall(number: number, cell: Cell): CasbinReason | undefined {
    const place = this.placeOf(number, cell);
    return answers[((this.#answers[place >> 2] ?? 0) >> ((place & 3) << 1)) & 3];
  }

  remember(number: number, cell: Cell, answer: CasbinReason): void {
    const place = this.placeOf(number, cell);
    const known = this.#answers[place >> 2] ?? 0;
    this.#answers[place >> 2] = known | (answers.indexOf(answer) << ((place & 3) << 1));
  }

  #makeRoom(): void {
    let length = this.#answers.length;
    while (length * 4 < this.#sets.size * this.#cellCount) length *= 2;
    if (length === this.#answers.length) return;
    const room = new Uint8Array(length);
    room.set(this.#answers);
    this.#answers = room;
  }
}

// Built-in roles mean the same everywhere; only a custom role ties its set to a workspace. Ids hold neither `/` nor `+`.
function keyOf(role: Role): string {
  return role.workspace === undefined ? role.id : `${role.workspace}/${role.id}`;
}

function compareRoles(left: Role, right: Role): number {
  return compareText(left.workspace ?? '', right.workspace ?? '') || compareText(left.id, right.id);
}
