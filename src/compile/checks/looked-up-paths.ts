import type { Catalog } from '../../policy/catalog.ts';

/** A path that a scope looks up, on either side of a pair. */
export interface LookedUpPath {
  readonly path: readonly string[];
  /** The first scope that does. */
  readonly scope: string;
}

/** Every path that some `when` of a policy looks up, each once, in the order of the file. */
export function findLookedUpPaths({ scopes }: Pick<Catalog, 'scopes'>): LookedUpPath[] {
  const found = new Map<string, LookedUpPath>();
  for (const { id, when } of scopes.values()) {
    for (const { path, other } of when ?? []) {
      for (const side of 'path' in other ? [path, other.path] : [path]) {
        const key = side.join('.');
        if (!found.has(key)) found.set(key, { path: side, scope: id });
      }
    }
  }
  return [...found.values()];
}

/** The names that are looked up directly below `resource`, `context` or `subject.properties`. */
export function namesBelow(root: readonly string[], lookedUp: readonly LookedUpPath[]): Set<string> {
  const below = lookedUp.filter(({ path }) => root.every((name, index) => path[index] === name));
  return new Set(below.map(({ path }) => path[root.length] ?? ''));
}
