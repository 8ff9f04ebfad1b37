import { CellPairs } from './cell-pairs.ts';
import type { PolicySide } from './policy-difference.ts';
import { RoleMatches } from './role-matches.ts';

/** Two policies, and which of the one is which of the other. */
export interface ComparedPolicies {
  readonly before: PolicySide;
  readonly after: PolicySide;
  readonly cells: CellPairs;
  readonly matches: RoleMatches;
}

export function matchPolicies(before: PolicySide, after: PolicySide): ComparedPolicies {
  const cells = new CellPairs(before.policy.catalog, after.policy.catalog);
  return { before, after, cells, matches: new RoleMatches(before.policy, after.policy, cells) };
}
