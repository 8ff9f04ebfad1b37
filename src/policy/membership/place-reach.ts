import { findOrganization, findWorkspace, type PolicySet } from '../policy-set.ts';
import { partsOfGroup, type Place } from '../runtime-member.ts';

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
  const named = kind === 'group' ? partsOfGroup(id).organization : id;
  const organization = kind === 'workspace' ? findWorkspace(policy, id)?.organization : findOrganization(policy, named);
  if (organization?.id === undefined) return kind !== 'workspace' && organizations.has(named);
  const { id: known, formerly } = organization;
  return organizations.has(known) || (formerly !== undefined && organizations.has(formerly));
}
