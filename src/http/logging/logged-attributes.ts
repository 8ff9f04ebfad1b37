import type { EnforceRequest } from '../../policy/decision.ts';
import type { PlainAttribute } from '../../policy/decision-log/decision-line.ts';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { Permission } from '../../policy/permission.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { lookInto } from '../../policy/text/json-path.ts';
import type { JsonValue } from '../../policy/text/json.ts';
import { quote } from '../../compile/words/describe-value.ts';

/** Attributes of a request that go into a line; values that are too large or not plain are left out. */
export interface TakenAttributes {
  readonly values: readonly (readonly [path: string, value: PlainAttribute | readonly PlainAttribute[]])[];
  readonly leftOut: readonly string[];
  /** About what they take in memory. */
  readonly bytes: number;
}

/** The paths of attributes that somebody wants in the decision log. */
export class AttributeSelection {
  readonly #names: ReadonlySet<string>;
  // Of the permissions of one policy; another one has others.
  #byPermission = new WeakMap<Permission, readonly (readonly string[])[]>();

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
  }

  /** Those that no `when` of a policy looks up: they are misspelt, or of another policy. */
  unknownIn({ catalog }: PolicySet): readonly string[] {
    const known = new Set([...catalog.permissions.values()].flatMap(pathsOf).map((path) => path.join('.')));
    return [...this.#names].filter((name) => !known.has(name));
  }

  /** Undefined: the permission looks up none of them, or the request named its scopes, so that nothing was looked up. */
  take(request: EnforceRequest, permission: Permission): TakenAttributes | undefined {
    if (request.scopes !== undefined) return undefined;
    const paths = this.#pathsFor(permission);
    if (paths.length === 0) return undefined;
    const values: [string, PlainAttribute | readonly PlainAttribute[]][] = [];
    const leftOut: string[] = [];
    let bytes = 0;
    for (const path of paths) {
      const value = valueAt(request, path);
      if (value === undefined) continue;
      const size = sizeOf(value);
      if (size === undefined) leftOut.push(path.join('.'));
      else {
        values.push([path.join('.'), value as PlainAttribute | readonly PlainAttribute[]]);
        bytes += size;
      }
    }
    return { values, leftOut, bytes };
  }

  #pathsFor(permission: Permission): readonly (readonly string[])[] {
    let paths = this.#byPermission.get(permission);
    if (!paths) {
      paths = pathsOf(permission).filter((path) => this.#names.has(path.join('.')));
      this.#byPermission.set(permission, paths);
    }
    return paths;
  }
}

/** Reads a list of paths as somebody types it. Throws a RolebookError for one that no request can have. */
export function parseAttributeNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (isOfRequest(name)) continue;
    throw new RolebookError('usage', `\`--decision-log-attributes\` cannot name ${quote(name)}`, {
      help: 'name paths that a `when` looks up: `resource.owner`, `context.ip`, `subject.properties.team`',
    });
  }
  return [...new Set(names)];
}

function isOfRequest(name: string): boolean {
  const [root = '', ...rest] = name.split('.');
  const path = root === 'subject' ? rest.slice(1) : rest;
  if (root === 'subject' ? rest[0] !== 'properties' : root !== 'resource' && root !== 'context') return false;
  return path.length > 0 && rest.length < limits.pathSegments && path.every((segment) => segment !== '');
}

/** All that the `when` of a permission looks up in a request, each once. */
function pathsOf({ scopes }: Permission): (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  for (const { when } of scopes) {
    for (const { path, other } of when ?? []) {
      for (const one of 'path' in other ? [path, other.path] : [path]) found.set(one.join('.'), one);
    }
  }
  return [...found.values()];
}

// What the request says, not what the policy has in its place: that can be looked up when the line is read.
function valueAt(request: EnforceRequest, path: readonly string[]): JsonValue | undefined {
  const [root] = path;
  if (root === 'resource') return lookInto(request.resource, path, 1);
  return root === 'context' ? lookInto(request.context, path, 1) : lookInto(request.subjectProperties, path, 2);
}

/** About how many bytes a value takes; undefined for one that is not written down. */
function sizeOf(value: JsonValue): number | undefined {
  if (Array.isArray(value)) {
    if (value.length > limits.loggedAttributeValues) return undefined;
    const sizes = (value as readonly JsonValue[]).map((one) => (Array.isArray(one) ? undefined : sizeOf(one)));
    return sizes.reduce<number | undefined>(
      (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
      16,
    );
  }
  if (typeof value === 'object' && value !== null) return undefined;
  if (typeof value !== 'string') return 16;
  return value.length > limits.loggedAttributeCharacters ? undefined : value.length + 16;
}
