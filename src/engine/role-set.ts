import type { Catalog } from '../policy/catalog.ts';
import { isOnPlan, type Cell, type Permission } from '../policy/permission.ts';
import type { ReasonCode } from '../policy/decision.ts';
import { compareText } from '../policy/position.ts';
import { roleKey, type Role } from '../policy/role.ts';
import type { PossibleCells } from './possible-cells.ts';

/** A reason of Casbin's, all that it says of one cell. */
export type CasbinReason = 'granted' | 'not-granted' | 'denied-by-role';

/**
 * The roles that somebody holds at once in one workspace. Two members with the same roles share one, so Casbin is asked
 * once for all of them.
 */
export interface RoleSet {
  /** Sorted; built-in roles first, then those of the organization. */
  readonly roles: readonly Role[];
  /** The workspace Casbin is asked about; sets of built-in roles are shared by all workspaces. */
  readonly domain: string;
  /** What nobody holds here, because the plan of the organization does not have it. */
  readonly offPlan: ReadonlySet<Permission>;
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
  readonly #offPlans: OffPlans;
  readonly #sets = new Map<string, RoleSet>();
  readonly #byNumber: RoleSet[] = [];
  // All in one array, so that an answer lies where it can be reckoned and need not be looked for; four to a byte, so that
  // those of a thousand workspaces stay in the processor's caches.
  #answers = new Uint8Array(1024);

  constructor(catalog: Pick<Catalog, 'cells' | 'planned'>) {
    this.#cellCount = catalog.cells.length;
    this.#offPlans = new OffPlans(catalog);
  }

  /** The set of these roles on a plan; undefined for none, because nobody without a role is asked about. */
  get(roles: readonly Role[], workspaceId: string, plan: string | undefined): RoleSet | undefined {
    if (roles.length === 0) return undefined;
    const sorted = roles.length === 1 ? roles : [...new Set(roles)].sort(compareRoles);
    const offPlan = this.#offPlans.of(plan);
    const key = `${sorted.map(roleKey).join('+')}${offPlan.mark}`;
    let set = this.#sets.get(key);
    if (!set) {
      set = { roles: sorted, domain: workspaceId, offPlan: offPlan.permissions, number: this.#sets.size };
      this.#sets.set(key, set);
      this.#byNumber.push(set);
      this.#makeRoom();
    }
    return set;
  }

  /** The set of this number. */
  at(number: number): RoleSet | undefined {
    return this.#byNumber[number];
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

  /**
   * The same of a request that could be about any of these. What is not known is decided in every way it could be, and
   * allowed only if all of them allow.
   */
  recallAll(number: number, { cells, told }: PossibleCells): ReasonCode | undefined {
    let allowed = 0;
    for (const cell of cells) {
      const answer = cell === undefined ? 'not-in-scope' : this.recall(number, cell);
      if (answer === undefined) return undefined;
      if (answer === 'granted') allowed += 1;
    }
    if (allowed > 0 && allowed < cells.length) return 'missing-attribute';
    return told ? this.recall(number, told) : 'not-in-scope';
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

interface OffPlan {
  /** What tells role sets on this plan from those on another; it holds a sign that no id has. */
  readonly mark: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** The permissions that a plan does not have. Plans that lack the same are one to everybody who asks. */
class OffPlans {
  readonly #planned: readonly Permission[];
  readonly #all: OffPlan;
  readonly #byPlan = new Map<string, OffPlan>();

  constructor({ planned }: Pick<Catalog, 'planned'>) {
    this.#planned = planned;
    this.#all = this.#describe(undefined);
    for (const { plans } of planned) for (const plan of plans ?? []) this.#byPlan.set(plan, this.#describe(plan));
  }

  of(plan: string | undefined): OffPlan {
    return plan === undefined ? this.#all : (this.#byPlan.get(plan) ?? this.#all);
  }

  #describe(plan: string | undefined): OffPlan {
    const permissions = this.#planned.filter((permission) => !isOnPlan(permission, plan));
    if (permissions.length === 0) return { mark: '', permissions: new Set() };
    const numbers = permissions.map(({ cells: [first] }) => first?.index ?? 0);
    return { mark: `@${numbers.join()}`, permissions: new Set(permissions) };
  }
}

// Roles that no workspace defines mean the same everywhere, so their sets are shared. Ids hold no `+`.
function compareRoles(left: Role, right: Role): number {
  return (
    rankOf(left) - rankOf(right) ||
    compareText(left.workspace ?? left.organization ?? '', right.workspace ?? right.organization ?? '') ||
    compareText(left.id, right.id)
  );
}

function rankOf({ workspace, organization }: Role): number {
  if (workspace !== undefined) return 2;
  return organization === undefined ? 0 : 1;
}
