import { CORE_SCHEMA, load } from 'js-yaml';

/*
 * What policy files say, read by a stock YAML reader and worked out again in the plainest way: sets of `permission@scope`.
 * Of no use but to be compared with.
 */

type Data = Readonly<Record<string, unknown>>;

export interface PlainReading {
  /** Every `permission@scope`; without scopes it ends at the `@`. */
  readonly grantables: ReadonlySet<string>;
  readonly subjects: ReadonlySet<string>;
  readonly workspaces: readonly string[];
  /** Whether somebody is allowed what stands for `permission@scope`. */
  allows(subject: string, workspace: string, grantable: string, nowMs: number): boolean;
}

export function readPlainly(texts: Readonly<Record<string, string>>): PlainReading {
  const read = (path: string): Data =>
    load(texts[path]?.replace(/^\ufeff/, '') ?? '{}', { schema: CORE_SCHEMA }) as Data;
  const roles = read('roles.yaml');
  const organization = read('policies/organization.yaml');
  const workspace = read('policies/support.yaml');
  const grantables = new Set(grantablesOf(roles));
  const expand = (words: unknown): Set<string> =>
    new Set(listOf(words).flatMap((word) => expandWord(String(word), grantables)));
  const builtIn = dataOf(roles['roles']);
  const custom = dataOf(workspace['roles']);
  const entryOf = (id: string): Data => dataOf(Object.hasOwn(custom, id) ? custom[id] : builtIn[id]);

  const grantsOf = (id: string, depth = 0): Set<string> => {
    if (depth > 50) return new Set();
    const { extends: parents, without, grants } = entryOf(id);
    const found = new Set(listOf(parents).flatMap((parent) => [...grantsOf(String(parent), depth + 1)]));
    for (const word of expand(without)) found.delete(word);
    for (const word of expand(grants)) found.add(word);
    return found;
  };
  const deniesOf = (id: string, depth = 0): Set<string> => {
    if (depth > 50) return new Set();
    const { extends: parents, denies } = entryOf(id);
    return new Set([
      ...expand(denies),
      ...listOf(parents).flatMap((parent) => [...deniesOf(String(parent), depth + 1)]),
    ]);
  };
  const baseline = expand(roles['baseline']);
  const heldBy = (file: Data, subject: string, nowMs: number): string[] => {
    const found = dataOf(file['members'])[subject];
    if (found === undefined) return [];
    const entry =
      typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Data)['roles'] : found;
    return listOf(entry).flatMap((one) => (typeof one === 'string' ? [one] : holdsNow(dataOf(one), nowMs)));
  };
  return {
    grantables,
    subjects: new Set([...Object.keys(dataOf(organization['members'])), ...Object.keys(dataOf(workspace['members']))]),
    workspaces: [String(workspace['workspace'])],
    allows: (subject, _workspace, grantable, nowMs) => {
      const held = [...heldBy(workspace, subject, nowMs), ...heldBy(organization, subject, nowMs)];
      if (held.length === 0) return false;
      if (baseline.has(grantable)) return true;
      return held.some((id) => grantsOf(id).has(grantable)) && !held.some((id) => deniesOf(id).has(grantable));
    },
  };
}

function* grantablesOf(roles: Data): Generator<string> {
  for (const category of Object.values(dataOf(roles['permissions']))) {
    for (const [id, details] of Object.entries(dataOf(category))) {
      const scopes = listOf(dataOf(details)['scopes']);
      if (scopes.length === 0) yield `${id}@`;
      for (const scope of scopes) yield `${id}@${String(scope)}`;
    }
  }
}

function expandWord(word: string, grantables: ReadonlySet<string>): string[] {
  const at = word.indexOf('@');
  const [name, scope] = at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  return [...grantables].filter((grantable) => {
    const [permission = '', own = ''] = grantable.split('@');
    if (scope !== undefined && own !== scope) return false;
    return name === '*' || permission === name || (name.endsWith(':*') && permission.startsWith(name.slice(0, -1)));
  });
}

function holdsNow({ role, from, until }: Data, nowMs: number): string[] {
  const startMs = from === undefined ? -Infinity : instantOf(from);
  const day = 86_400_000;
  const isDate = typeof until === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(until);
  const endMs = until === undefined ? Infinity : instantOf(until) + (isDate ? day : 0);
  return startMs <= nowMs && nowMs < endMs ? [String(role)] : [];
}

function instantOf(time: unknown): number {
  return typeof time === 'string' ? Date.parse(time) : NaN;
}

function dataOf(value: unknown): Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
