import { controllersOf, type Cell } from '../../policy/permission.ts';
import { findMember, holdsAt, type PolicySet } from '../../policy/policy-set.ts';
import { ruleFor } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';

/** Whether somebody keeps the roles of every company, as the people of the product itself do. */
export function keepsEveryRole({ catalog, staff }: PolicySet, subject: SubjectId, atMs: number): boolean {
  const given = findMember(staff, subject)?.assignments.filter((one) => holdsAt(one, atMs));
  if (!given || given.length === 0) return false;
  const rulesOf = (effect: 'allow' | 'deny') => (cell: Cell) =>
    given.some(({ role }) => ruleFor(role, cell)?.effect === effect);
  const [allows, denies] = [rulesOf('allow'), rulesOf('deny')];
  return controllersOf(catalog.permissions.values(), 'workspace', 'roles').some(({ cells }) =>
    cells.every((cell) => allows(cell) && !denies(cell)),
  );
}
