import { brokenPairs, rolesThatGive } from '../../compile/checks/check-exclusive.ts';
import { quote } from '../../compile/words/describe-value.ts';
import type { ExclusivePair } from '../../policy/catalog.ts';
import {
  isLackedAtCompany,
  missingRequirements,
  requirementKey,
  type MissingRequirement,
} from '../../policy/missing-requirement.ts';
import type { Permission } from '../../policy/permission.ts';
import { rolesAt } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import type { ChangeFault } from './assignment-rules.ts';
import { cellsAt, fromThen, subjectName, type ChangeQuestion } from './change-question.ts';

/*
 * What must hold of members whoever changes them, now and later. What was wrong before a change does not stop it.
 */

/** Nobody gets both sides of an exclusive pair, now or later. */
export function findExclusive({ policy, atMs, change, views, instants }: ChangeQuestion): ChangeFault | undefined {
  const { catalog } = policy;
  if (catalog.exclusive.length === 0) return undefined;
  for (const { where, before, after } of views) {
    for (const instant of instants) {
      const roles = rolesAt(after, instant);
      const known = new Set(brokenPairs(rolesAt(before, instant), catalog));
      const pair = brokenPairs(roles, catalog).find((broken) => !known.has(broken));
      if (!pair) continue;
      const message = describeExclusive(
        subjectName(policy, change.subject),
        pair,
        roles,
        where,
        fromThen(instant, atMs),
      );
      return { code: 'exclusive-permissions', message };
    }
  }
  return undefined;
}

export function describeExclusive(
  who: string,
  pair: ExclusivePair,
  roles: readonly Role[],
  where: string,
  when: string,
): string {
  const sides = [pair.first, pair.second].map((permission) => withGivers(permission, roles));
  return `${who} would hold both ${sides.join(' and ')} in ${where}${when}, which exclude each other`;
}

/** Nobody gets a permission without what it requires, or keeps it without, now or later; by all they hold together. */
export function findMissingRequirement({
  policy,
  atMs,
  change,
  views,
  instants,
}: ChangeQuestion): ChangeFault | undefined {
  const { catalog } = policy;
  if (catalog.requiring.length === 0) return undefined;
  for (const { where, before, after, isThere } of views) {
    for (const instant of instants) {
      const known = new Set(missingRequirements(cellsAt(before, instant), catalog).map(requirementKey));
      const missing = missingRequirements(cellsAt(after, instant), catalog);
      // Where no workspace is, the company itself is there.
      const counted = isThere ? missing : missing.filter(isLackedAtCompany);
      const lack = counted.find((one) => !known.has(requirementKey(one)));
      if (!lack) continue;
      const roles = rolesAt(after, instant);
      const message = describeRequirement(
        subjectName(policy, change.subject),
        lack,
        roles,
        where,
        fromThen(instant, atMs),
      );
      return { code: 'missing-requirement', message, permission: lack.required.id };
    }
  }
  return undefined;
}

export function describeRequirement(
  who: string,
  { permission, required }: MissingRequirement,
  roles: readonly Role[],
  where: string,
  when: string,
): string {
  return `${who} would hold ${withGivers(permission, roles)} and not ${quote(required.id)} in ${where}${when}, which it requires`;
}

function withGivers(permission: Permission, roles: readonly Role[]): string {
  const givers = rolesThatGive(permission, roles).map(({ id }) => quote(id));
  return `${quote(permission.id)} (${givers.join(', ')})`;
}
