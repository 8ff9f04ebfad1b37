import type { Catalog, Permission, Role } from './types.ts';

/** `permission` of one without scopes, else `permission@scope`: what a grant names. */
export function cellsOf({ permission, scopes }: Permission): readonly string[] {
  return scopes.length === 0 ? [permission] : scopes.map((scope) => `${permission}@${scope}`);
}

/** The catalog as the pages count and compare by it. */
export class Cells {
  readonly permissions: readonly Permission[];
  readonly byId: ReadonlyMap<string, Permission>;
  /** What everybody may, whatever they hold. */
  readonly baseline: ReadonlySet<string>;
  readonly #cells: ReadonlyMap<string, readonly string[]>;
  readonly #decided: ReadonlyMap<string, readonly string[]>;

  constructor({ categories, baseline }: Catalog) {
    this.permissions = categories.flatMap(({ permissions }) => permissions);
    this.byId = new Map(this.permissions.map((one) => [one.permission, one]));
    this.#cells = new Map(this.permissions.map((one) => [one.permission, cellsOf(one)]));
    this.baseline = this.spell(baseline);
    this.#decided = new Map([...this.#cells].map(([id, cells]) => [id, this.#decidedOf(cells)]));
  }

  /** Words of grants as cells: one without a scope is in all of them. */
  spell(words: readonly string[]): ReadonlySet<string> {
    return new Set(words.flatMap((word) => this.#cells.get(word) ?? [word]));
  }

  /** Of a permission what a role decides: the cells that not everybody has anyhow; all, where everybody has all. */
  decided({ permission }: Permission): readonly string[] {
    return this.#decided.get(permission) ?? [];
  }

  #decidedOf(cells: readonly string[]): readonly string[] {
    const own = cells.filter((cell) => !this.baseline.has(cell));
    return own.length === 0 ? cells : own;
  }

  /** How many permissions these cells give. */
  count(cells: ReadonlySet<string>): number {
    return this.permissions.filter((one) => this.decided(one).some((cell) => cells.has(cell))).length;
  }

  /** In how many permissions the first gives more than the second, and in how many less. */
  compare(role: ReadonlySet<string>, base: ReadonlySet<string>): { readonly more: number; readonly fewer: number } {
    let [more, fewer] = [0, 0];
    for (const cells of this.#cells.values()) {
      if (cells.some((cell) => role.has(cell) && !base.has(cell))) more += 1;
      if (cells.some((cell) => !role.has(cell) && base.has(cell))) fewer += 1;
    }
    return { more, fewer };
  }

  /**
   * Cells in words: a permission that is there in all its scopes once, and what everybody may as one line, where there are
   * several of that.
   */
  say(cells: readonly string[], scopeWord: (scope: string) => string, everybody: string): readonly string[] {
    const given = new Set(cells);
    const common = cells.filter((cell) => this.baseline.has(cell));
    const isCommon = common.length > 2;
    const said = new Set<string>();
    for (const cell of cells) {
      if (isCommon && this.baseline.has(cell)) continue;
      const permission = this.byId.get(cell.split('@')[0] ?? '');
      const isWhole =
        permission !== undefined &&
        this.decided(permission).every((one) => given.has(one) || cell === permission.permission);
      said.add(isWhole ? permission.title : this.titleOf(cell, scopeWord));
    }
    return isCommon ? [...said, everybody] : [...said];
  }

  /** `Send messages`, or `Send messages (shared)` where the cell is one of several that a role decides. */
  titleOf(cell: string, scopeWord: (scope: string) => string): string {
    const [id = '', scope] = cell.split('@');
    const permission = this.byId.get(id);
    if (!permission) return cell;
    const isOneOfSeveral = scope !== undefined && (this.decided(permission).length > 1 || this.baseline.has(cell));
    return isOneOfSeveral ? `${permission.title} (${scopeWord(scope)})` : permission.title;
  }
}

/** The role that another is told against: the first it follows, else the default of the product. */
export function baseOf(role: Role, roles: readonly Role[], defaultRole: string | undefined): Role | undefined {
  const id = role.extends[0] ?? defaultRole;
  return id === role.role ? undefined : roles.find((one) => one.role === id);
}
