import type { PolicySet } from '../../policy/policy-set.ts';
import type { Place } from '../../policy/runtime-member.ts';

/**
 * Whether a place belongs to one of these organizations; undefined: to any. A place that is not there belongs to none, so
 * that nobody learns of what is not theirs.
 */
export function isWithin(
  policy: PolicySet,
  { kind, id }: Place,
  organizations: ReadonlySet<string> | undefined,
): boolean {
  if (organizations === undefined) return true;
  const organization = kind === 'organization' ? id : policy.workspaces.get(id)?.organization.id;
  return organization !== undefined && organizations.has(organization);
}
