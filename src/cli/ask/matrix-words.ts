import type { PolicySet, Workspace } from '../../policy/policy-set.ts';
import { isBuiltIn, type Role } from '../../policy/role.ts';
import type { CellState, MatrixCell } from '../../review/access/role-matrix.ts';
import type { MatrixCategory } from './matrix-layout.ts';

/** A matrix, as it is told in any format. */
export interface MatrixOutcome {
  readonly policy: PolicySet;
  /** A workspace, or a company; undefined: the built-in roles, wherever they are held. */
  readonly place: Workspace | undefined;
  readonly roles: readonly Role[];
  readonly categories: readonly MatrixCategory[];
  readonly display: (file: string) => string;
}

/** Signs that read without colours. What is blank is not given. */
export const signs: Readonly<Record<CellState, string>> = {
  own: '●',
  inherited: '○',
  everybody: '·',
  'taken-out': '−',
  denied: '✗',
  'off-plan': '$',
  none: '',
  cannot: '',
  'no-request': '',
};

const legends: readonly (readonly [CellState, string])[] = [
  ['own', 'given by the role'],
  ['inherited', 'from a role it follows'],
  ['everybody', 'every member'],
  ['taken-out', 'taken out of what it follows'],
  ['denied', 'denied, whatever else'],
  ['off-plan', 'not in the plan'],
];

/** What the signs mean that are there. */
export function legendOf({ categories }: Pick<MatrixOutcome, 'categories'>): readonly (readonly [CellState, string])[] {
  const states = new Set<CellState>();
  for (const { lines } of categories) {
    for (const { cells, isAside } of lines) if (!isAside) for (const { state } of cells) states.add(state);
  }
  return legends.filter(([state]) => states.has(state));
}

/** A cell in words. Titles are as the policy has them. */
export function sayCell({ state, from }: MatrixCell, role: Role): string {
  const other = from?.title ?? 'a role it follows';
  switch (state) {
    case 'own':
      return 'yes';
    case 'inherited':
      return `yes, from ${other}`;
    case 'everybody':
      return 'yes, every member may';
    case 'taken-out':
      return role.isFrozen ? 'no, the plan has no custom roles' : `no, taken out of ${other}`;
    case 'denied':
      return from ? `denied, by ${other}` : 'denied, whatever other role is held';
    case 'off-plan':
      return 'no, not in the plan of the company';
    case 'cannot':
      return 'no, no role of its kind can hold it';
    case 'no-request':
      return 'no request is in this scope here';
    case 'none':
      return 'no';
  }
}

/** What a role is beside its title: who defines it, how far it reaches. */
export function kindsOfRole(role: Role): readonly string[] {
  const kind = isBuiltIn(role) ? 'built in' : role.organization === undefined ? '' : 'of the company';
  return [kind, reaches[role.spans], role.isFrozen ? 'frozen' : ''].filter((part) => part !== '');
}

const reaches: Readonly<Record<Role['spans'], string>> = {
  workspace: '',
  organization: 'company-wide',
  memberships: 'where one is a member',
  everything: 'staff',
};

/** What it shows, as a title. */
export function titleOf({ place }: Pick<MatrixOutcome, 'place'>): string {
  return place?.title ?? 'Built-in roles';
}
