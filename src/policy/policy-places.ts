import {
  findWritten,
  type Assignment,
  type Group,
  type GroupedSubject,
  type Member,
  type Organization,
  type PolicySet,
  type Workspace,
} from './policy-set.ts';
import { listOfRole, type Role } from './role.ts';
import { type Place, findRoleAt, partsOfGroup } from './runtime-member.ts';
import type { SubjectId } from './subject.ts';

/** The places of a policy and what may be held there, for asking about many memberships. */
export class PolicyPlaces {
  readonly policy: PolicySet;
  readonly #isWaitedInAny: boolean;
  readonly #organizations = new Map<string, { organization: Organization; workspaces: Workspace[] }>();

  constructor(policy: PolicySet) {
    this.policy = policy;
    this.#isWaitedInAny = [...policy.catalog.roles.values()].some(spansMemberships);
    for (const organization of policy.organizations) {
      if (organization.id !== undefined) this.#organizations.set(organization.id, { organization, workspaces: [] });
    }
    for (const workspace of policy.workspaces.values()) {
      const { id } = workspace.organization;
      if (id !== undefined) this.#organizations.get(id)?.workspaces.push(workspace);
    }
  }

  /** The organization that a place belongs to, or is. */
  organizationAt({ kind, id }: Place): Organization | undefined {
    if (kind === 'workspace') return this.policy.workspaces.get(id)?.organization;
    return this.organizationOf(kind === 'group' ? partsOfGroup(id).organization : id);
  }

  /** Whether a role of the organization may hold only where its holder is a member. */
  isWaitedIn({ id, roles }: Organization): boolean {
    return id !== undefined && (this.#isWaitedInAny || [...roles.values()].some(spansMemberships));
  }

  has({ kind, id }: Place): boolean {
    if (kind === 'group') return this.groupAt(id) !== undefined;
    return kind === 'workspace' ? this.policy.workspaces.has(id) : this.#organizations.has(id);
  }

  /** The group of a place that is one. */
  groupAt(id: string): Group | undefined {
    const { organization, group } = partsOfGroup(id);
    return this.organizationOf(organization)?.groups.byId.get(group);
  }

  organizationOf(id: string): Organization | undefined {
    return this.#organizations.get(id)?.organization;
  }

  /** Where a membership counts; of one in a group, where it may. */
  workspacesOf({ kind, id }: Place): readonly Workspace[] {
    if (kind === 'organization') return this.#organizations.get(id)?.workspaces ?? [];
    if (kind === 'group') return this.#organizations.get(partsOfGroup(id).organization)?.workspaces ?? [];
    const workspace = this.policy.workspaces.get(id);
    return workspace ? [workspace] : [];
  }

  /** A role that may be given there. */
  roleAt(place: Place, id: string): Role | undefined {
    const role = findRoleAt(this.policy, place, id);
    return role && listOfRole(role) === place.kind ? role : undefined;
  }

  /** Where the holders of a role go that is there no more. */
  heirAt({ kind, id: place }: Place, id: string): Role | undefined {
    const { catalog, workspaces } = this.policy;
    const workspace = kind === 'workspace' ? workspaces.get(place) : undefined;
    const organization = workspace?.organization ?? this.#organizations.get(place)?.organization;
    const heirs = [workspace?.retired.get(id), organization?.retired.get(id), catalog.defaultRole];
    return heirs.find((heir) => heir && listOfRole(heir) === kind);
  }

  /** The line of YAML that says the membership there. */
  writtenMember({ kind, id }: Place, subject: SubjectId): GroupedSubject | undefined {
    if (kind === 'group') return this.groupAt(id)?.subjects.get(subject.type)?.get(subject.id);
    return this.#writtenAt({ kind, id }, subject);
  }

  /** What YAML gives there. */
  writtenAssignments(place: Place, subject: SubjectId): readonly Assignment[] | undefined {
    return place.kind === 'group' ? undefined : this.#writtenAt(place, subject)?.assignments;
  }

  #writtenAt({ kind, id }: Place, subject: SubjectId): Member | undefined {
    const place = kind === 'workspace' ? this.policy.workspaces.get(id) : this.#organizations.get(id)?.organization;
    return place && findWritten(place, subject);
  }
}

function spansMemberships({ spans }: Role): boolean {
  return spans === 'memberships';
}
