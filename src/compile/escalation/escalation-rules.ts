import type { Catalog } from '../../policy/catalog.ts';
import { isLackedAtCompany, missingRequirements, requirementKey } from '../../policy/missing-requirement.ts';
import { controllersOf } from '../../policy/permission.ts';
import { reachesCompany, type Role } from '../../policy/role.ts';
import {
  allowed,
  bitsOfCells,
  cellsAbove,
  cellsOf,
  covers,
  denied,
  type EscalationRole,
  type EscalationState,
} from './escalation-state.ts';

/** Answer to whether somebody hands out, changes and takes a role. */
export type RoleReach = (role: EscalationRole) => boolean;

/** The rules of a catalog that no step breaks, because it would be refused; cells are bits by `Cell.index`. */
export class EscalationRules {
  readonly #catalog: Catalog;
  /** What a role can hold that is made or rewritten: where it reaches the company, and elsewhere. */
  readonly #makeable: { readonly atCompany: bigint; readonly inWorkspace: bigint };
  readonly #members: readonly bigint[];
  readonly #membersAbove: readonly bigint[];
  readonly #roles: readonly bigint[];
  readonly #required: bigint;
  readonly #exclusive: readonly (readonly [first: bigint, second: bigint])[];

  #most: bigint | undefined;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    const everything = (1n << BigInt(catalog.cells.length)) - 1n;
    const atCompany = everything & ~bitsOfCells([...catalog.keptFromCustomRoles]);
    const ofCompany = bitsOfCells(catalog.spanning.flatMap(({ cells }) => cells));
    this.#makeable = { atCompany, inWorkspace: atCompany & ~ofCompany };
    const permissions = [...catalog.permissions.values()];
    this.#members = controllersOf(permissions, 'workspace').map(({ cells }) => bitsOfCells(cells));
    this.#membersAbove = controllersOf(permissions, 'organization').map(({ cells }) => bitsOfCells(cells));
    this.#roles = permissions.flatMap(({ controls, cells }) => (controls === 'roles' ? [bitsOfCells(cells)] : []));
    this.#required = catalog.requiring
      .flatMap(({ requires }) => requires.flatMap((id) => catalog.permissions.get(id) ?? []))
      .reduce((bits, { cells }) => bits | bitsOfCells(cells), 0n);
    this.#exclusive = catalog.exclusive.map(({ first, second }) => [
      bitsOfCells(first.cells),
      bitsOfCells(second.cells),
    ]);
  }

  /**
   * Whether a role that gives nothing more can open a way where there are such rules: by denying the one side of a pair,
   * or what requires something, or by giving what is required.
   */
  mayOpen({ deny, held }: Pick<EscalationRole, 'deny' | 'held'>): boolean {
    if ((held & this.#required) !== 0n) return true;
    return deny !== 0n && (this.#exclusive.length > 0 || this.#catalog.requiring.length > 0);
  }

  /** Whether these cells hold a permission that controls members, in all its scopes. */
  controlsMembers(cells: bigint): boolean {
    return this.#members.some((bits) => covers(cells, bits));
  }

  /** Whether what the roles that span the organization give controls its members. */
  controlsMembersAbove(cells: bigint): boolean {
    return this.#membersAbove.some((bits) => covers(cells, bits));
  }

  /** Which roles somebody for whom these hold hands out: those that their `assigns` name, unless they have control without. */
  reachOf(roles: readonly EscalationRole[], at: 'here' | 'above'): RoleReach {
    const cells = cellsOf(roles);
    const controlling = (at === 'above' ? this.#membersAbove : this.#members).filter((bits) => covers(cells, bits));
    if (controlling.length === 0) return () => false;
    if (roles.every(({ assigns }) => !assigns)) return () => true;
    const free = allowed(roles.filter(({ assigns }) => !assigns)) & ~denied(roles);
    if (controlling.some((bits) => covers(free, bits))) return () => true;
    const limits = roles.filter(({ allow }) => controlling.some((bits) => (allow & bits) !== 0n));
    return ({ role }) => role !== undefined && limits.some(({ assigns }) => assigns?.has(role.id));
  }

  /** The same of roles. */
  controlsRoles(cells: bigint): boolean {
    return this.#roles.some((bits) => covers(cells, bits));
  }

  /** Whether a change of roles of the workspace breaks nothing that was not broken before. */
  keptBy(before: EscalationState, after: EscalationState): boolean {
    return this.#kept(before.cells, after.cells);
  }

  /** The same of roles of the organization, which also hold where nothing else is held. */
  keptAboveBy(before: EscalationState, after: EscalationState, company: 'this workspace' | 'others, too'): boolean {
    const [above, aboveAfter] = [cellsAbove(before), cellsAbove(after)];
    if (this.#breaksExclusive(above, aboveAfter)) return false;
    if (this.#breaksRequires(above, aboveAfter, company === 'others, too' ? 'anywhere' : 'at the company'))
      return false;
    return this.keptBy(before, after);
  }

  #kept(before: bigint, after: bigint): boolean {
    return !this.#breaksExclusive(before, after) && !this.#breaksRequires(before, after);
  }

  #breaksExclusive(before: bigint, after: bigint): boolean {
    const holdsBoth = (cells: bigint, [first, second]: readonly [bigint, bigint]): boolean =>
      (cells & first) !== 0n && (cells & second) !== 0n;
    return this.#exclusive.some((pair) => holdsBoth(after, pair) && !holdsBoth(before, pair));
  }

  #breaksRequires(before: bigint, after: bigint, where: 'anywhere' | 'at the company' = 'anywhere'): boolean {
    if (this.#catalog.requiring.length === 0) return false;
    const all = missingRequirements(cellSet(after), this.#catalog);
    const missing = where === 'anywhere' ? all : all.filter(isLackedAtCompany);
    if (missing.length === 0) return false;
    const known = new Set(missingRequirements(cellSet(before), this.#catalog).map(requirementKey));
    return missing.some((one) => !known.has(requirementKey(one)));
  }

  /** The most that a role can be made to hold by itself. */
  get most(): bigint {
    return (this.#most ??= this.mostBeside('workspace', 0n, 0n));
  }

  /**
   * The most that a custom role can be made to hold beside these cells, where their denials are known: of what excludes
   * each other the side that is held already, nothing without what it requires, and nothing that such a role cannot hold.
   */
  mostBeside(spans: Role['spans'], others: bigint, denied: bigint): bigint {
    let most = reachesCompany(spans) ? this.#makeable.atCompany : this.#makeable.inWorkspace;
    if (this.#exclusive.length === 0 && this.#catalog.requiring.length === 0) return most;
    for (const [first, second] of this.#exclusive) {
      if ((most & first) === 0n || (most & second) === 0n) continue;
      const isSecondHeld = (others & second) !== 0n && (others & first) === 0n;
      most &= ~(isSecondHeld ? first : second);
    }
    for (;;) {
      const missing = missingRequirements(cellSet((most | others) & ~denied), this.#catalog);
      const excess = missing.reduce((bits, { permission }) => bits | bitsOfCells(permission.cells), 0n) & most;
      if (excess === 0n) return most;
      most &= ~excess;
    }
  }
}

function cellSet(cells: bigint): { has(index: number): boolean } {
  return { has: (index) => ((cells >> BigInt(index)) & 1n) === 1n };
}
