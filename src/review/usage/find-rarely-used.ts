import { quote } from '../../compile/words/describe-value.ts';
import { reviewLimits } from '../../policy/review/review-limits.ts';
import { wordGrants, type GrantUse, type RoleGround } from './find-role-findings.ts';
import { grantsOf, type RoleGrant } from './role-grants.ts';
import type { NewFinding } from './usage-finding.ts';

/** Permissions of built-in roles that few of many holders use: they may be better in a role of their own. */
export function findRarelyUsed({ policy, tally, holdings }: RoleGround): NewFinding[] {
  return [...policy.catalog.roles.values()].flatMap((role): NewFinding[] => {
    const holding = holdings.of(role);
    if (holding.heard < reviewLimits.rarelyHolders || !holding.isLong) return [];
    const few = Math.floor(holding.heard * reviewLimits.rarelyShare);
    const grants = grantsOf(policy, role).map((grant): GrantUse => {
      const { permission, scope } = grant;
      return { grant, use: tally.useOf(role, permission, scope), isAsked: tally.wasAsked(permission, scope) };
    });
    const rare = grants.filter(({ grant, isAsked }) => isAsked && tally.usersOf(role, grant.permission) <= few);
    const whole = new Set(rare.map(({ grant }) => grant.permission));
    const told = new Set(grants.flatMap(({ grant }): RoleGrant[] => (whole.has(grant.permission) ? [grant] : [])));
    return wordGrants(grants, told).map(({ word, first }): NewFinding => {
      const users = tally.usersOf(role, first.permission);
      const used = users === 0 ? 'none' : `${users}`;
      return {
        kind: 'rarely-used',
        about: { role: role.id, permission: word },
        message: `${quote(word)} of built-in role ${quote(role.id)} was used by ${used} of its ${holding.heard} holders`,
        evidence: { holders: holding.heard, users, use: tally.useOf(role, first.permission, first.scope) },
        position: first.rule.origin,
        taking: undefined,
        byHand: 'built-in roles change in git alone; a role for the few who need it is `role create`',
      };
    });
  });
}
