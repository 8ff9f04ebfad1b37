import type { Decision, EnforceRequest, Reason } from '../policy/decision.ts';
import { heldAt } from '../policy/policy-set.ts';
import type { KnownMembers } from './known-members.ts';
import type { OrganizationPlaces } from './organization-places.ts';

/** One who asks, and where. */
type AskedSubject = Pick<EnforceRequest, 'subjectType' | 'subjectId' | 'workspace' | 'organization'>;

/**
 * The groups behind decisions. Reasons are remembered by what is held, and by whom it is held is each subject's own, so it
 * is found when somebody wants to know.
 */
export class GroupReasons {
  readonly #organizations: OrganizationPlaces;
  readonly #members: Pick<KnownMembers, 'assignmentsOf'>;
  #changes = 0;

  constructor(organizations: OrganizationPlaces, members: Pick<KnownMembers, 'assignmentsOf'>) {
    this.#organizations = organizations;
    this.#members = members;
  }

  /** Whether there are any. */
  get areThere(): boolean {
    return this.#organizations.haveGroups;
  }

  /** How often a membership changed; by what somebody held a role before that is not known any more. */
  get changes(): number {
    return this.#changes;
  }

  noteChange(): void {
    this.#changes += 1;
  }

  /** The same decision with the group in its reason, where the subject holds the role that decided by one alone. */
  nameIn(found: Decision, request: AskedSubject, atMs: number): Decision {
    const { code, role } = found.reason;
    if (role === undefined || (code !== 'granted' && code !== 'denied-by-role')) return found;
    const group = this.behind(role, request, atMs);
    return group === undefined ? found : { decision: found.decision, reason: withGroup(found.reason, role, group) };
  }

  /** The group by which somebody holds a role; undefined where they hold it without one, too. */
  behind(roleId: string, request: AskedSubject, atMs: number): string | undefined {
    if (!this.#organizations.haveGroups) return undefined;
    const place = this.#organizations.placeOf(request);
    if (!place || place.organization.groups.byId.size === 0) return undefined;
    const assignments = this.#members.assignmentsOf(place, { type: request.subjectType, id: request.subjectId });
    const holding = heldAt(assignments, atMs).filter(({ role }) => role.id === roleId);
    return holding.some(({ group }) => group === undefined) ? undefined : holding[0]?.group;
  }
}

function withGroup(reason: Reason, role: string, group: string): Reason {
  const by = `role \`${role}\``;
  const message = reason.message.replace(by, () => `${by}, held by group \`${group}\`,`);
  const { code, role: held = role, ...rest } = reason;
  return { ...rest, code, message, role: held, group };
}
