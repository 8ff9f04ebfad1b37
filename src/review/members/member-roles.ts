import { givenAbove, givenAt, type GivenMemberships } from '../../policy/membership/given-roles.ts';
import type { MembersPlace } from '../../policy/membership/effective-members.ts';
import {
  findMember,
  findOrganization,
  findWorkspace,
  type Group,
  type Organization,
  type PolicySet,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import { groupPlace, partsOfGroup, type Place } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';

/** A role and when it is held; from YAML or given at run time. */
export type HeldRole = Pick<TimedRole, 'role' | 'fromMs' | 'untilMs' | 'group'>;

/** Memberships given at run time. */
export type RuntimeMemberships = GivenMemberships;

/** The ground that a change is judged on. */
export interface ChangeGround {
  readonly policy: PolicySet;
  readonly members: RuntimeMemberships;
  /** Now. Whatever a change brings later counts, too: nobody is asked again when a time has come. */
  readonly atMs: number;
  /**
   * The ground before the first of several edits that are one change, where the actor is judged: what an edit gives the
   * actor is no right to make the next. Undefined: this is it.
   */
  readonly earlier?: { readonly policy: PolicySet; readonly members: RuntimeMemberships } | undefined;
}

/** The place where roles are given, as the policy knows it, by the id that it has now. */
export type KnownPlace =
  | { readonly kind: 'workspace'; readonly id: string; readonly workspace: Workspace }
  | { readonly kind: 'organization'; readonly id: string; readonly organization: Organization };

/** A group as the policy knows it. */
export interface KnownGroup {
  readonly kind: 'group';
  readonly id: string;
  readonly of: Organization;
  readonly group: Group;
}

/** The group of an id, also of one that it had. */
export function findGroup(policy: PolicySet, id: string): KnownGroup | undefined {
  const parts = partsOfGroup(id);
  const of = findOrganization(policy, parts.organization);
  const group = of?.groups.byId.get(of.formerGroups?.get(parts.group) ?? parts.group);
  return of && group && { kind: 'group', id: groupPlace(of.id ?? '', group.id).id, of, group };
}

/** The place itself of a place that is known. */
export function membersPlaceOf(place: KnownPlace): MembersPlace {
  return place.kind === 'workspace' ? place.workspace : place.organization;
}

export function findPlace(policy: PolicySet, { kind, id }: Place): KnownPlace | undefined {
  if (kind === 'workspace') {
    const workspace = findWorkspace(policy, id);
    return workspace && { kind, id: workspace.id, workspace };
  }
  if (kind === 'group') return undefined;
  const organization = findOrganization(policy, id);
  return organization && { kind, id: organization.id ?? id, organization };
}

/** All that subjects hold, from YAML and from run time together, at any time. */
export class MemberRoles {
  readonly #policy: PolicySet;
  readonly #runtime: RuntimeMemberships;

  constructor(policy: PolicySet, runtime: RuntimeMemberships) {
    this.#policy = policy;
    this.#runtime = runtime;
  }

  /** At one place alone, by groups, too. */
  at(place: KnownPlace, subject: SubjectId): readonly HeldRole[] {
    return givenAt(this.#policy, membersPlaceOf(place), subject, this.#runtime);
  }

  /** What a workspace has from its organization, and from the staff of the product. */
  above({ organization }: Workspace, subject: SubjectId): readonly HeldRole[] {
    return givenAbove(this.#policy, organization, subject, this.#runtime);
  }

  /** What holds everywhere. */
  asStaff(subject: SubjectId): readonly HeldRole[] {
    return findMember(this.#policy.staff, subject)?.assignments ?? [];
  }
}

/** The roles that the actor of a change holds. */
export type ActorRoles = Pick<MemberRoles, 'at' | 'above' | 'asStaff'>;

export function actorRolesOn({ policy, members, earlier }: ChangeGround): ActorRoles {
  if (!earlier) return new MemberRoles(policy, members);
  const held = new MemberRoles(earlier.policy, earlier.members);
  const at: ActorRoles['at'] = (place, actor) => {
    const known = findEarlier(earlier.policy, place);
    return known ? held.at(known, actor) : [];
  };
  const asStaff: ActorRoles['asStaff'] = (actor) => held.asStaff(actor);
  const above: ActorRoles['above'] = ({ organization }, actor) => {
    const { id } = organization;
    return [...(id === undefined ? [] : at({ kind: 'organization', id, organization }, actor)), ...asStaff(actor)];
  };
  return { at, above, asStaff };
}

/** A place as an earlier policy knows it, where it may have had another id. */
export function findEarlier(policy: PolicySet, place: KnownPlace): KnownPlace | undefined {
  const { kind, id } = place;
  const { formerly } = place.kind === 'workspace' ? place.workspace : place.organization;
  return (
    findPlace(policy, { kind, id }) ?? (formerly === undefined ? undefined : findPlace(policy, { kind, id: formerly }))
  );
}

/** `nowMs` and every later instant at which one of these begins or ends, in order. */
export function instantsOf(held: readonly HeldRole[], nowMs: number): number[] {
  const later = held
    .flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
    .filter((ms) => ms !== undefined && ms > nowMs && Number.isFinite(ms));
  return [nowMs, ...new Set(later as number[])].sort((left, right) => left - right);
}
