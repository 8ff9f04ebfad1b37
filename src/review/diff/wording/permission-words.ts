import type { Catalog } from '../../../policy/catalog.ts';
import { formatCell, type Cell, type Permission } from '../../../policy/permission.ts';

/** A writer of lists of cells in few words: the words of grants. */
export class PermissionWords {
  readonly #after: Catalog;
  readonly #before: Catalog;

  constructor(before: Catalog, after: Catalog) {
    this.#before = before;
    this.#after = after;
  }

  /**
   * `message:send@shared`, `tag:*` or `*`: as few as say just these cells, in the order of the catalog; those that it
   * warns of first, because a list may be cut.
   */
  shorten(kind: 'gained' | 'lost', names: readonly string[]): readonly string[] {
    const catalog = kind === 'gained' ? this.#after : this.#before;
    const cells = new Set(names);
    const plain = this.#wordsOf(catalog, cells, []);
    const scopes = [...catalog.scopes.keys()].filter((id) => holdsScope(catalog, id, cells));
    const scoped = this.#wordsOf(catalog, cells, scopes);
    const words = scoped.length < plain.length ? scoped : plain;
    return [...words.filter((word) => this.#isGrave(word)), ...words.filter((word) => !this.#isGrave(word))];
  }

  /** `scopes`: those that are said by a wildcard, as in `*@personal`. */
  #wordsOf(catalog: Catalog, names: ReadonlySet<string>, scopes: readonly string[]): string[] {
    // Whoever may do everything in a workspace may do nothing of the company with it.
    const levels = new Set([...names].map((name) => catalog.permissions.get(name.split('@')[0] ?? '')?.spans));
    const all = [...catalog.permissions.values()].filter(({ spans }) => levels.has(spans));
    const isWhole = ({ cells }: Permission): boolean => cells.every((cell) => names.has(formatCell(cell)));
    if (all.length > 1 && all.every(isWhole)) return ['*'];
    const found = new Set(scopes.map((id) => `*@${id}`));
    for (const permission of all) {
      const { id, resource, cells } = permission;
      const left = cells.filter(
        (cell) => names.has(formatCell(cell)) && !scopes.some((scope) => cell.scopes.includes(scope)),
      );
      if (left.length === 0) continue;
      const siblings = all.filter((other) => other.resource === resource);
      if (siblings.length > 1 && siblings.every(isWhole)) found.add(`${resource}:*`);
      else if (isWhole(permission)) found.add(id);
      else for (const word of shortenScopes(permission, left)) found.add(word);
    }
    return [...found];
  }

  /** What a word lets somebody do, as the end of a sentence: send messages. Undefined for a wildcard. */
  describe(word: string): string | undefined {
    const title = this.#find(word.split('@')[0] ?? '')?.title;
    if (title === undefined) return undefined;
    // `API keys` stays as it is.
    const [first = '', second = ''] = title;
    return second === second.toLowerCase() ? first.toLowerCase() + title.slice(first.length) : title;
  }

  #isGrave(word: string): boolean {
    const [id = ''] = word.split('@');
    const named = id.endsWith(':*')
      ? [...this.#after.permissions.values()].filter(({ resource }) => id === `${resource}:*`)
      : [this.#find(id)];
    return named.some((permission) => permission?.caution !== undefined || permission?.controls !== undefined);
  }

  #find(id: string): Permission | undefined {
    return this.#after.permissions.get(id) ?? this.#before.permissions.get(id);
  }
}

function holdsScope({ cells }: Catalog, id: string, names: ReadonlySet<string>): boolean {
  const within = cells.filter((cell) => cell.scopes.includes(id));
  const permissions = new Set(within.map(({ permission }) => permission));
  return permissions.size > 1 && within.every((cell) => names.has(formatCell(cell)));
}

// `@self` stands for every combination that `self` is part of; what is left over is told as it is.
function shortenScopes({ id, scopes, cells }: Permission, held: readonly Cell[]): string[] {
  const left = new Set(held);
  const found: string[] = [];
  for (const scope of scopes) {
    const within = cells.filter((cell) => cell.scopes.includes(scope.id));
    if (within.length === 0 || !within.every((cell) => held.includes(cell))) continue;
    found.push(`${id}@${scope.id}`);
    for (const cell of within) left.delete(cell);
  }
  return [...found, ...[...left].map(formatCell)];
}
