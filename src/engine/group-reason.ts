import type { Decision, EnforceRequest, Reason } from '../policy/decision.ts';
import { heldAt, type TimedRole, type Workspace } from '../policy/policy-set.ts';
import type { KnownMembers } from './known-members.ts';

/**
 * The same decision with the group in its reason, where the subject holds the role that decided by one alone. Reasons are
 * remembered by what is held, and by whom it is held is each subject's own.
 */
export function withGroup(
  found: Decision,
  { subjectType: type, subjectId: id }: EnforceRequest,
  { place, members, atMs }: AskedPlace,
): Decision {
  if (!place || place.organization.groups.byId.size === 0) return found;
  const reason = nameGroup(found.reason, members.assignmentsOf(place, { type, id }), atMs);
  return reason === found.reason ? found : { decision: found.decision, reason };
}

/** The place that was asked about, and who is known there. */
interface AskedPlace {
  readonly place: Workspace | undefined;
  readonly members: Pick<KnownMembers, 'assignmentsOf'>;
  readonly atMs: number;
}

function nameGroup(reason: Reason, assignments: readonly TimedRole[], atMs: number): Reason {
  if (reason.role === undefined || (reason.code !== 'granted' && reason.code !== 'denied-by-role')) return reason;
  const holding = heldAt(assignments, atMs).filter(({ role }) => role.id === reason.role);
  const [first] = holding;
  if (first?.group === undefined || holding.some(({ group }) => group === undefined)) return reason;
  const { group } = first;
  const by = `role \`${reason.role}\``;
  const message = reason.message.replace(by, () => `${by}, held by group \`${group}\`,`);
  const { code, role, ...rest } = reason;
  return { ...rest, code, message, role, group };
}
