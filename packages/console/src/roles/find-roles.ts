import type { Person, Role } from '../api/types.ts';
import type { Cells } from '../api/cells.ts';

/** A role that was found, and by what, where it is not its own name. */
export interface FoundRole {
  readonly role: Role;
  readonly by?: { readonly kind: 'permission' | 'person'; readonly name: string };
}

interface Wanted {
  readonly search: string;
  readonly which: 'all' | 'builtIn' | 'custom';
  readonly cells: Cells;
  /** Whom the sidecar found by the same words. */
  readonly people: readonly Person[];
}

/** Finds roles by their names, by what they give, and by who holds them. */
export function findRoles(roles: readonly Role[], { search, which, cells, people }: Wanted): readonly FoundRole[] {
  const text = search.trim().toLowerCase();
  const wanted = roles.filter((role) => which === 'all' || role.builtIn === (which === 'builtIn'));
  if (text === '') return alphabetical(wanted).map((role) => ({ role }));
  const holding = new Map(people.flatMap((one) => one.roles.map(({ role }) => [role, one.name ?? one.subject.id])));
  const giving = new Map<string, string>();
  for (const one of cells.permissions) {
    if (![one.title, one.permission].some((word) => word.toLowerCase().includes(text))) continue;
    for (const word of [one.permission, ...cells.decided(one)]) giving.set(word, one.title);
  }
  return alphabetical(wanted).flatMap((role): readonly FoundRole[] => {
    if ([role.title, role.role, role.description ?? ''].some((word) => word.toLowerCase().includes(text))) {
      return [{ role }];
    }
    const person = holding.get(role.role);
    if (person !== undefined) return [{ role, by: { kind: 'person', name: person } }];
    const given = role.grants.find((word) => giving.has(word));
    return given === undefined ? [] : [{ role, by: { kind: 'permission', name: giving.get(given) ?? given } }];
  });
}

/** Roles of the product in the order of its file, which is that of what they may; those of the workspace by their titles. */
function alphabetical(roles: readonly Role[]): readonly Role[] {
  const own = roles.filter((role) => !role.builtIn).sort((one, other) => byLetters(one.title, other.title));
  return [...roles.filter((role) => role.builtIn), ...own];
}

const plain = /^[A-Za-z0-9 ]*$/;

/** As a reader sorts. What orders the letters of all languages costs a browser much at its first call, and plain names need none of it. */
export function byLetters(one: string, other: string): number {
  if (!plain.test(one) || !plain.test(other)) return one.localeCompare(other);
  const [left, right] = [one.toLowerCase(), other.toLowerCase()];
  if (left === right) return one > other ? -1 : Number(one < other);
  return left < right ? -1 : 1;
}
