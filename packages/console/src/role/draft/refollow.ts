import type { Cells } from '../../api/cells.ts';
import type { Cell, Role, RoleInFull } from '../../api/types.ts';
import { type Following, givenOf, isLocked, wordOf } from './draft.ts';

/** The cells of a role as they would be if it followed these roles, in this order. What saving it does the sidecar says. */
export function refollow({ cells: before, written }: RoleInFull, parents: readonly Role[], cells: Cells): Following {
  const above = parents.map(({ role, grants, denies }) => ({
    role,
    gives: cells.spell(grants),
    denies: cells.spell(denies),
  }));
  const own = meantBy(written.grants, cells);
  const without = meantBy(written.without, cells);
  const cellOf = (cell: Cell): Cell => {
    const { permission, scope, state, from } = cell;
    if (isLocked(cell) || (state === 'denied' && from === undefined)) return cell;
    const word = wordOf(cell);
    const fresh = { permission, ...(scope !== undefined && { scope }) };
    const denying = above.find(({ denies }) => denies.has(word));
    if (denying) return { ...fresh, decision: false, state: 'denied', from: denying.role };
    if (own.has(word)) return { ...fresh, decision: true, state: 'own' };
    const giving = above.find(({ gives }) => gives.has(word));
    if (!giving) return { ...fresh, decision: false, state: 'none' };
    return without.has(word)
      ? { ...fresh, decision: false, state: 'taken-out', from: giving.role }
      : { ...fresh, decision: true, state: 'inherited', from: giving.role };
  };
  const after = before.map(cellOf);
  return { roles: parents.map(({ role }) => role), cells: after, on: givenOf(after) };
}

/** The cells that grants mean, as a role has them written. */
function meantBy(grants: readonly string[], cells: Cells): ReadonlySet<string> {
  const words = grants.flatMap((grant) => {
    const [name = '', scope] = grant.split('@');
    return cells.permissions
      .filter(({ permission }) => [permission, '*', `${permission.slice(0, permission.indexOf(':'))}:*`].includes(name))
      .flatMap((one) => [...cells.spell([one.permission])])
      .filter((word) => scope === undefined || word.split('@')[1] === scope);
  });
  return new Set(words);
}
