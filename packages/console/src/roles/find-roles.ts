import type { Person, Role } from '../api/types.ts';
import type { Cells } from './cells.ts';

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
  if (text === '') return wanted.map((role) => ({ role }));
  const permissions = cells.permissions.filter((one) =>
    [one.title, one.permission].some((word) => word.toLowerCase().includes(text)),
  );
  return wanted.flatMap((role): readonly FoundRole[] => {
    if ([role.title, role.role, role.description ?? ''].some((word) => word.toLowerCase().includes(text))) {
      return [{ role }];
    }
    const person = people.find((one) => one.roles.some((given) => given.role === role.role));
    if (person) return [{ role, by: { kind: 'person', name: person.name ?? person.subject.id } }];
    const given = cells.spell(role.grants);
    const permission = permissions.find((one) => cells.decided(one).some((cell) => given.has(cell)));
    return permission ? [{ role, by: { kind: 'permission', name: permission.title } }] : [];
  });
}
