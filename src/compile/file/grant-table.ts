import type { Cell, Permission, Scope } from '../../policy/permission.ts';
import type { ProblemCode } from '../../policy/problem.ts';
import { quote, quoteWhole } from '../words/describe-value.ts';
import type { Suggestion } from '../words/suggest.ts';

/** The smallest thing a grant can name: a permission in one of its scopes, or a permission without scopes. */
export interface Grantable {
  readonly permission: Permission;
  readonly scope: Scope | undefined;
  /** The cells that a grant of it reaches: every combination that the scope is part of. */
  readonly cells: readonly Cell[];
  /**
   * The former id it stands for, of a permission that was merged from several: who has all of them may do its cells, who
   * is denied one may not.
   */
  readonly part: string | undefined;
}

export type GrantResolution =
  | { readonly grantables: readonly Grantable[] }
  | { readonly code: ProblemCode; readonly message: string; readonly help: string | Suggestion };

/**
 * The meaning of the words of a grant in one catalog. A wildcard means what is in the catalog, so nothing unknown is
 * granted.
 */
export class GrantTable {
  readonly all: readonly Grantable[];
  /** Every cell has a number below this. */
  readonly cellCount: number;
  /** The permissions that were merged from several. */
  readonly merged: readonly Permission[];
  /** Those that have a former id. */
  readonly moved: readonly Permission[];
  readonly #permissions: ReadonlyMap<string, Permission>;
  readonly #byPermission = new Map<string, Grantable[]>();
  readonly #byResource = new Map<string, Grantable[]>();
  /** By former id. */
  readonly #byFormer = new Map<string, Grantable[]>();
  readonly #byScope = new Map<string, Grantable[]>();
  readonly #scopeIds: readonly string[];
  /** What was understood before. The catalog bounds it: there are only so many texts that name something in it. */
  readonly #resolved = new Map<string, GrantResolution>();

  constructor(permissions: ReadonlyMap<string, Permission>, scopeIds: readonly string[]) {
    this.#permissions = permissions;
    this.#scopeIds = scopeIds;
    this.moved = [...permissions.values()].filter(({ was }) => was.length > 0);
    this.merged = this.moved.filter(({ was }) => was.length > 1);
    this.all = [...permissions.values()].flatMap(grantablesOf);
    this.cellCount = [...permissions.values()].reduce((count, { cells }) => count + cells.length, 0);
    for (const grantable of this.all) {
      push(this.#byPermission, grantable.permission.id, grantable);
      for (const resource of resourcesOf(grantable)) push(this.#byResource, resource, grantable);
      for (const former of formerIdsOf(grantable)) push(this.#byFormer, former, grantable);
      if (grantable.scope) push(this.#byScope, grantable.scope.id, grantable);
    }
  }

  /** What a former id has become; nothing for any other text. */
  ofFormer(id: string): readonly Grantable[] {
    return this.#byFormer.get(id) ?? [];
  }

  ofPermission(id: string): readonly Grantable[] {
    return this.#byPermission.get(id) ?? [];
  }

  /** Resolves `permission`, `permission@scope`, `resource:*`, `*` and `*@scope`; the form was checked by the schema. */
  resolve(text: string): GrantResolution {
    const known = this.#resolved.get(text);
    if (known) return known;
    const resolution = this.#resolveAnew(text);
    if ('grantables' in resolution) this.#resolved.set(text, resolution);
    return resolution;
  }

  #resolveAnew(text: string): GrantResolution {
    const [name = '', scopeId] = text.split('@');
    if (name === '*') return scopeId === undefined ? { grantables: this.all } : this.#resolveScope(scopeId);
    if (name.endsWith(':*')) return this.#resolveResource(name.slice(0, -2));
    const grantables = this.#permissions.has(name) ? this.ofPermission(name) : this.ofFormer(name);
    if (grantables.length === 0) return unknownPermission(name, this.#permissions);
    if (scopeId === undefined) return { grantables };
    const inScope = grantables.filter((grantable) => grantable.scope?.id === scopeId);
    // A deny in a scope that a part of a split permission has not would let that part through.
    const without = grantables.find(({ permission }) => !inScope.some((found) => found.permission === permission));
    return without ? noSuchScope(without.permission, scopeId) : { grantables: inScope };
  }

  #resolveScope(scopeId: string): GrantResolution {
    const grantables = this.#byScope.get(scopeId);
    if (grantables) return { grantables };
    if (this.#scopeIds.includes(scopeId)) {
      return {
        code: 'unknown-scope',
        message: `no permission has the scope ${quote(scopeId)}`,
        help: 'list it under `scopes` of a permission first',
      };
    }
    return {
      code: 'unknown-scope',
      message: `unknown scope ${quote(scopeId)}`,
      help: { text: scopeId, among: () => this.#scopeIds },
    };
  }

  #resolveResource(resource: string): GrantResolution {
    const grantables = this.#byResource.get(resource);
    if (grantables) return { grantables };
    const message = `${quote(`${resource}:*`)} matches no permission`;
    const moved = [...this.#permissions.values()].find((permission) => permission.resource === resource);
    if (moved) {
      const help = `while ${quote(moved.id)} has \`was\`, the wildcards of its former id reach it; name it by its id`;
      return { code: 'unknown-permission', message, help };
    }
    return {
      code: 'unknown-permission',
      message,
      help: { text: `${resource}:*`, among: () => [...this.#byResource.keys()].map((known) => `${known}:*`) },
    };
  }
}

export function unknownPermission(
  id: string,
  permissions: ReadonlyMap<string, unknown>,
): Extract<GrantResolution, { code: ProblemCode }> {
  const help = { text: id, among: () => permissions.keys() };
  return { code: 'unknown-permission', message: `unknown permission ${quote(id)}`, help };
}

function noSuchScope(permission: Permission, scopeId: string): GrantResolution {
  const known = permission.scopes.map((scope) => scope.id);
  const message = `${quote(permission.id)} has no scope ${quote(scopeId)}`;
  return {
    code: 'unknown-scope',
    message,
    help:
      known.length === 0
        ? `it has no scopes; write ${quoteWhole(permission.id)}`
        : { text: scopeId, among: () => known },
  };
}

function grantablesOf(permission: Permission): Grantable[] {
  const parts: readonly (string | undefined)[] = permission.was.length > 1 ? permission.was : [undefined];
  return parts.flatMap((part): Grantable[] => {
    if (permission.scopes.length === 0) return [{ permission, scope: undefined, cells: permission.cells, part }];
    return permission.scopes.map((scope) => ({
      permission,
      scope,
      cells: permission.cells.filter((cell) => cell.scopes.includes(scope.id)),
      part,
    }));
  });
}

function formerIdsOf({ permission, part }: Grantable): readonly string[] {
  return part === undefined ? permission.was : [part];
}

// Who had a wildcard of the new resource did not have what came there, so nobody gains it by a rename.
function resourcesOf(grantable: Grantable): readonly string[] {
  const former = formerIdsOf(grantable);
  return former.length === 0 ? [grantable.permission.resource] : former.map((id) => id.slice(0, id.indexOf(':')));
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
