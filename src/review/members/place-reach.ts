import { findOrganization, findWorkspace, type PolicySet } from '../../policy/policy-set.ts';
import type { Place } from '../../policy/runtime-member.ts';

/**
 * Whether a place belongs to one of these organizations; undefined: to any. A place that is not there belongs to none, so
 * that nobody learns of what is not theirs. An organization is named by either of its ids.
 */
export function isWithin(
  policy: PolicySet,
  { kind, id }: Place,
  organizations: ReadonlySet<string> | undefined,
): boolean {
  if (organizations === undefined) return true;
  const organization = kind === 'organization' ? findOrganization(policy, id) : findWorkspace(policy, id)?.organization;
  if (organization?.id === undefined) return kind === 'organization' && organizations.has(id);
  const { id: known, formerly } = organization;
  return organizations.has(known) || (formerly !== undefined && organizations.has(formerly));
}
