import { effectiveMembers, isMemberAt } from '../../policy/membership/effective-members.ts';
import { allSpanning, findSpanning, isAnybodyAbove } from '../../policy/membership/spanning-members.ts';
import {
  listedRolesAt,
  rolesAt,
  type Assignment,
  type Member,
  type Members,
  type Organization,
  type Workspace,
} from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';

/** The subjects that hold just these roles of a workspace at once, at some time. */
export interface Holders {
  /** Ids, sorted and joined by `+`. */
  readonly key: string;
  readonly roles: readonly Role[];
  /** Listed in the workspace's file. */
  readonly own: SubjectId[];
  /** Listed in `organization.yaml` or as staff; those who are listed in the workspace, too, count there. */
  spanning: readonly Member[];
}

/** A survey of members by the roles they hold together, at an instant or later. */
export class HolderSurvey {
  readonly #fromMs: number;
  readonly #staff: Members;
  readonly #spanning = new Map<Organization, ReadonlyMap<string, { roles: readonly Role[]; members: Member[] }>>();

  constructor(staff: Members, fromMs: number) {
    this.#staff = staff;
    this.#fromMs = fromMs;
  }

  /** `alone` says which roles count where somebody holds one, `among` which make a set of several count. */
  holdersIn(
    workspace: Workspace,
    counts: { readonly alone: (role: Role) => boolean; readonly among: (role: Role) => boolean },
  ): ReadonlyMap<string, Holders> {
    const { organization } = workspace;
    const found = new Map<string, Holders>();
    const isAbove = isAnybodyAbove(organization, this.#staff);
    for (const member of effectiveMembers(workspace)) {
      const above = isAbove ? findSpanning(organization, this.#staff, member.subject) : undefined;
      const assignments = above ? [...member.assignments, ...above.assignments] : member.assignments;
      const isCounted = assignments.length === 1 ? counts.alone : counts.among;
      if (!assignments.some(({ role }) => isCounted(role))) continue;
      for (const roles of this.#heldTogether(assignments)) {
        const key = keyOfRoles(roles);
        const holders = found.get(key);
        if (holders) holders.own.push(member.subject);
        else found.set(key, { key, roles, own: [member.subject], spanning: [] });
      }
    }
    for (const [key, group] of this.#spanningOf(organization)) {
      if (!group.roles.some(counts.among)) continue;
      const holders = found.get(key);
      if (holders) holders.spanning = group.members;
      else found.set(key, { key, roles: group.roles, own: [], spanning: group.members });
    }
    return found;
  }

  #spanningOf(organization: Organization): ReadonlyMap<string, { roles: readonly Role[]; members: Member[] }> {
    const known = this.#spanning.get(organization);
    if (known) return known;
    const groups = new Map<string, { roles: readonly Role[]; members: Member[] }>();
    for (const member of allSpanning(organization, this.#staff)) {
      // What waits for a membership counts: whoever makes themselves a member has it then.
      for (const roles of this.#heldTogether(member.assignments, listedRolesAt)) {
        const key = keyOfRoles(roles);
        const group = groups.get(key);
        if (group) group.members.push(member);
        else groups.set(key, { roles, members: [member] });
      }
    }
    this.#spanning.set(organization, groups);
    return groups;
  }

  /** Every set of roles that these assignments give at one instant. */
  #heldTogether(assignments: readonly Assignment[], rolesThen = rolesAt): readonly (readonly Role[])[] {
    const [only] = assignments;
    if (only && assignments.length === 1) {
      const holds = only.role.spans !== 'memberships' && (only.untilMs ?? Infinity) > this.#fromMs;
      return holds ? [[only.role]] : [];
    }
    const edges = assignments.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]);
    const instants = [this.#fromMs, ...edges.filter((ms) => ms !== undefined && ms > this.#fromMs)];
    const sets = new Map<string, readonly Role[]>();
    for (const atMs of instants as number[]) {
      const sorted = [...rolesThen(assignments, atMs)].sort((left, right) => compareText(left.id, right.id));
      if (sorted.length > 0) sets.set(keyOfRoles(sorted), sorted);
    }
    return [...sets.values()];
  }
}

/** All of a group's subjects. A spanning member with roles in the workspace belongs to the group of all their roles. */
export function holdingSubjects(holders: Holders, workspace: Workspace): readonly SubjectId[] {
  const elsewhere = holders.spanning.filter(({ subject }) => !isMemberAt(workspace, subject));
  return [...holders.own, ...elsewhere.map(({ subject }) => subject)];
}

/** Ids hold no `+`, and those of one workspace are unique, so a key stands for one set of roles. */
export function keyOfRoles(roles: readonly Role[]): string {
  const [only] = roles;
  return only && roles.length === 1 ? only.id : roles.map(({ id }) => id).join('+');
}
