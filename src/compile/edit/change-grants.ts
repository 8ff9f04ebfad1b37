import type { RoleEntry } from '../file/entries.ts';
import type { Grantable, GrantTable } from '../file/grant-table.ts';
import { quote } from '../words/describe-value.ts';
import { wordsFor } from './granted-words.ts';
import { RefusedEdit } from './policy-edit.ts';
import { isWildcard } from '../resolve/barred-grant.ts';
import { withWildcards } from './wildcard-words.ts';

/** The surroundings of a role: what it gets from elsewhere, which its own text does not say. */
export interface RoleSurroundings {
  readonly table: GrantTable;
  readonly baseline: ReadonlySet<Grantable>;
  /** What a role of this place cannot hold; of a wildcard that is spelled out it is left out. */
  readonly unreachable: ReadonlySet<Grantable>;
  /** What the roles that it extends allow and deny. */
  readonly inherited: ReadonlySet<Grantable>;
  readonly denied: ReadonlySet<Grantable>;
}

export type GrantLists = Pick<RoleEntry, 'grants' | 'without' | 'denies'>;

/** The wish for a role: what it is to allow, and what no more; which wildcards are to stand among its grants. */
export interface WantedGrants {
  readonly allow: ReadonlySet<Grantable>;
  readonly disallow: ReadonlySet<Grantable>;
  readonly always: readonly string[];
  /** What no grant by a wildcard is to mean. */
  readonly spelled: ReadonlySet<Grantable>;
}

/**
 * The lists of a role that is to allow some things, and others no more: as few words as will do. What is inherited is taken
 * out by `without`; a wildcard of which a part goes is spelled out.
 */
export function changeGrants(
  role: string,
  entry: GrantLists,
  wanted: WantedGrants,
  around: RoleSurroundings,
): GrantLists {
  const { table, baseline, inherited } = around;
  const own = expand(entry.grants, table);
  const without = expand(entry.without, table);
  const denied = expand(entry.denies, table);
  const added = new Set<Grantable>();
  const restored = new Set<Grantable>();
  const allowedAgain = new Set<Grantable>();
  for (const one of wanted.allow) {
    if (baseline.has(one)) continue;
    if (around.unreachable.has(one)) throw outOfReach(role, one);
    if (wanted.disallow.has(one)) throw contradiction(role, one);
    if (around.denied.has(one)) throw deniedByParent(role, one);
    if (denied.has(one)) allowedAgain.add(one);
    if (own.has(one)) continue;
    if (!inherited.has(one)) added.add(one);
    else if (without.has(one)) restored.add(one);
  }
  const dropped = new Set<Grantable>();
  const taken = new Set<Grantable>();
  for (const one of wanted.disallow) {
    // It does not give it anyway.
    if (around.unreachable.has(one) || denied.has(one) || around.denied.has(one)) continue;
    if (own.has(one)) dropped.add(one);
    if (inherited.has(one) && !without.has(one)) taken.add(one);
  }
  const named = spellOut(entry.grants ?? [], wanted.spelled, around);
  return {
    grants: withWildcards(joinWords(takeOut(named, dropped, around), added, around), wanted.always, table),
    without: joinWords(takeOut(entry.without ?? [], restored, around), taken, around),
    denies: takeOut(entry.denies ?? [], allowedAgain, around),
  };
}

/** What words name, each once. */
export function expand(words: readonly string[] | undefined, table: GrantTable): Set<Grantable> {
  return new Set((words ?? []).flatMap((word) => resolved(word, table)));
}

/** What words name that a role can have; a wildcard does not name what it cannot. */
export function expandReachable(
  words: readonly string[] | undefined,
  table: GrantTable,
  unreachable: ReadonlySet<Grantable>,
): Set<Grantable> {
  const reach = (word: string): readonly Grantable[] =>
    word.includes('*') ? resolved(word, table).filter((one) => !unreachable.has(one)) : resolved(word, table);
  return new Set((words ?? []).flatMap(reach));
}

/** What words name that a role can be without; a word that names nothing else than the baseline cannot be meant. */
export function expandBeyond(
  role: string,
  words: readonly string[] | undefined,
  table: GrantTable,
  baseline: ReadonlySet<Grantable>,
): Set<Grantable> {
  const found = new Set<Grantable>();
  for (const word of words ?? []) {
    const all = resolved(word, table);
    const rest = all.filter((one) => !baseline.has(one));
    const [first] = all;
    if (rest.length === 0 && first) throw ofBaseline(role, first);
    for (const one of rest) found.add(one);
  }
  return found;
}

function resolved(word: string, table: GrantTable): readonly Grantable[] {
  const found = table.resolve(word);
  if ('grantables' in found) return found.grantables;
  throw new RefusedEdit('unknown-permission', found.message, typeof found.help === 'string' ? found.help : undefined);
}

/** The words without these; a word that names others, too, becomes the words for those, unless another one has them. */
export function takeOut(words: readonly string[], gone: ReadonlySet<Grantable>, around: RoleSurroundings): string[] {
  return respell(words, (word) => resolved(word, around.table).some((one) => gone.has(one)), gone, around);
}

/** The words with what the wildcards among them mean today in place of those that mean some of this. */
function spellOut(words: readonly string[], some: ReadonlySet<Grantable>, around: RoleSurroundings): string[] {
  const isHit = (word: string): boolean =>
    isWildcard(word) && resolved(word, around.table).some((one) => some.has(one));
  return respell(words, isHit, new Set(), around);
}

function respell(
  words: readonly string[],
  isHit: (word: string) => boolean,
  gone: ReadonlySet<Grantable>,
  around: RoleSurroundings,
): string[] {
  if (!words.some(isHit)) return [...words];
  const { table, baseline, unreachable } = around;
  const kept = expand(
    words.filter((word) => !isHit(word)),
    table,
  );
  return words.flatMap((word) => {
    if (!isHit(word)) return [word];
    const rest = resolved(word, table).filter(
      (one) => !gone.has(one) && !kept.has(one) && !baseline.has(one) && !unreachable.has(one),
    );
    for (const one of rest) kept.add(one);
    return wordsOf(rest, around);
  });
}

/** The words with these added; a permission of which all scopes are there then is named without them. */
export function joinWords(words: readonly string[], added: ReadonlySet<Grantable>, around: RoleSurroundings): string[] {
  const { table } = around;
  const result = [...words];
  const byPermission = groupByPermission(added);
  for (const [id, ones] of byPermission) {
    const all = table.ofPermission(id).filter((one) => !around.baseline.has(one));
    const named = all.filter((one) => !ones.includes(one) && result.includes(`${id}@${one.scope?.id ?? ''}`));
    if (named.length > 0 && named.length + ones.length === all.length) {
      const first = result.findIndex((word) => word.startsWith(`${id}@`));
      result[first] = id;
      for (const one of named) {
        const rest = result.indexOf(`${id}@${one.scope?.id ?? ''}`);
        if (rest >= 0) result.splice(rest, 1);
      }
    } else result.push(...wordsOf(ones, around));
  }
  return result;
}

function groupByPermission(ones: Iterable<Grantable>): Map<string, Grantable[]> {
  const found = new Map<string, Grantable[]>();
  for (const one of ones) found.set(one.permission.id, [...(found.get(one.permission.id) ?? []), one]);
  return found;
}

// What the baseline has of a permission costs no word.
function wordsOf(ones: readonly Grantable[], { table, baseline }: RoleSurroundings): string[] {
  return [...groupByPermission(ones)].flatMap(([id, some]) => {
    const [{ permission } = { permission: undefined }] = some;
    if (!permission) return [];
    const isWhole = table.ofPermission(id).every((one) => some.includes(one) || baseline.has(one));
    if (isWhole) return [id];
    // Of what was merged the id alone would mean all.
    const parts = new Set(some.map(({ part }) => part));
    return [...parts].flatMap((part) => {
      const ofPart = some.filter((one) => one.part === part);
      const scopes = ofPart.flatMap(({ scope }) => (scope ? [scope.id] : []));
      return wordsFor({ id: part ?? id, scopes: permission.scopes }, scopes);
    });
  });
}

function writtenSubject({ permission, scope }: Grantable): string {
  return quote(scope ? `${permission.id}@${scope.id}` : permission.id);
}

function contradiction(role: string, one: Grantable): RefusedEdit {
  return new RefusedEdit(
    'contradiction',
    `role ${quote(role)} is to allow ${writtenSubject(one)} and not to`,
    'say one of the two',
  );
}

function outOfReach(role: string, one: Grantable): RefusedEdit {
  const isOfCompany = one.permission.spans === 'organization';
  const help = isOfCompany
    ? 'give it by a role with `spans: organization`'
    : '`customRoles` in roles.yaml keeps it from them';
  return new RefusedEdit(
    'out-of-reach',
    `no role of a workspace, as ${quote(role)} is, can hold ${writtenSubject(one)}`,
    help,
  );
}

function deniedByParent(role: string, one: Grantable): RefusedEdit {
  const message = `a role that ${quote(role)} extends denies ${writtenSubject(one)}`;
  return new RefusedEdit('denied-by-parent', message, 'a deny is taken away where it stands');
}

function ofBaseline(role: string, one: Grantable): RefusedEdit {
  const message = `role ${quote(role)} cannot be without ${writtenSubject(one)}, which the baseline gives to every member`;
  return new RefusedEdit('baseline', message, 'take it out of `baseline` in roles.yaml');
}
