import type { PolicyPlaces } from '../../../policy/policy-places.ts';
import type { MembersPlace } from '../../../policy/membership/effective-members.ts';
import { indexGroups } from '../../../policy/membership/group-index.ts';
import {
  findMember,
  type Group,
  type GroupedSubject,
  type Groups,
  type Member,
  type Organization,
  type PolicySet,
  type Workspace,
} from '../../../policy/policy-set.ts';
import type { Position } from '../../../policy/position.ts';
import {
  groupPlace,
  keptOf,
  type Place,
  type RuntimeAssignment,
  type RuntimeMember,
  rolesGiven,
} from '../../../policy/runtime-member.ts';
import { isGroup } from '../../members/group-questions.ts';
import { groupBy } from './group-by.ts';

/** A policy with its members at run time. */
export interface JoinedPolicy {
  /** What its files alone say. */
  readonly written: PolicySet;
  readonly members: Iterable<RuntimeMember>;
  readonly byPlace: MembersByPlace;
  /** Both together. */
  readonly policy: PolicySet;
}

type MembersByPlace = ReadonlyMap<string, readonly RuntimeMember[]>;

/**
 * A policy as if its files listed the members at run time, too, so that what is asked about everybody is asked about
 * them. They have no line of their own and stand where their workspace or organization begins. What somebody handed over
 * whom the files list, they do not hold.
 */
export function withRuntimeMembers(places: PolicyPlaces, members: Iterable<RuntimeMember>): PolicySet {
  return joinRuntimeMembers(places, members).policy;
}

/** The same beside another one: where files and members are those of `before`, what comes of them is the same object. */
export function joinRuntimeMembers(
  places: PolicyPlaces,
  members: Iterable<RuntimeMember>,
  before?: JoinedPolicy,
): JoinedPolicy {
  const { policy: written } = places;
  const byPlace = before?.members === members ? before.byPlace : groupBy([...members], ({ place }) => keyOf(place));
  const policy = byPlace.size === 0 ? written : join(places, byPlace, before && knownPlaces(before, written, byPlace));
  return { written, members, byPlace, policy };
}

function join(places: PolicyPlaces, byPlace: MembersByPlace, known: KnownPlaces | undefined): PolicySet {
  const added = (place: Place, known: MembersOf, position: Position | undefined): MembersOf | undefined =>
    addMembers(places, byPlace.get(keyOf(place)) ?? [], known, position);
  const organizations = new Map(
    places.policy.organizations.map((organization): [Organization, Organization] => {
      const { id, position } = organization;
      const same = known?.organizations.get(organization);
      if (same) return [organization, same];
      if (id === undefined) return [organization, organization];
      const all = added({ kind: 'organization', id }, organization, position);
      const groups = addGrouped(organization, byPlace);
      const isSame = all === undefined && groups === organization.groups;
      return [organization, isSame ? organization : { ...organization, ...all, groups }];
    }),
  );
  const workspaces = [...places.policy.workspaces].map(([id, workspace]) => {
    const organization = organizations.get(workspace.organization) ?? workspace.organization;
    const same = known?.workspaces.get(workspace);
    if (same?.organization === organization) return [id, same] as const;
    const all = added({ kind: 'workspace', id }, workspace, workspace.position);
    const isSame = organization === workspace.organization && all === undefined;
    return [id, isSame ? workspace : { ...workspace, organization, ...all }] as const;
  });
  return { ...places.policy, organizations: [...organizations.values()], workspaces: new Map(workspaces) };
}

interface KnownPlaces {
  readonly organizations: ReadonlyMap<Organization, Organization>;
  readonly workspaces: ReadonlyMap<Workspace, Workspace>;
}

// By the places as the files alone have them. What a role means stands in the catalog, so that must be the same, too.
function knownPlaces(before: JoinedPolicy, after: PolicySet, byPlace: MembersByPlace): KnownPlaces | undefined {
  const { written, policy } = before;
  if (written.catalog !== after.catalog) return undefined;
  const isSame = (place: Place): boolean => isSameList(before.byPlace.get(keyOf(place)), byPlace.get(keyOf(place)));
  const organizations = written.organizations.flatMap((organization, index): [Organization, Organization][] => {
    const { id, groups } = organization;
    const joined = policy.organizations[index];
    const all = id !== undefined && [...groups.byId.keys()].every((group) => isSame(groupPlace(id, group)));
    return joined && all && isSame({ kind: 'organization', id }) ? [[organization, joined]] : [];
  });
  const workspaces = [...written.workspaces].flatMap(([id, workspace]): [Workspace, Workspace][] => {
    const joined = policy.workspaces.get(id);
    return joined && isSame({ kind: 'workspace', id }) ? [[workspace, joined]] : [];
  });
  return { organizations: new Map(organizations), workspaces: new Map(workspaces) };
}

function isSameList(one: readonly RuntimeMember[] = [], other: readonly RuntimeMember[] = []): boolean {
  if (one === other) return true;
  return one.length === other.length && one.every((member, index) => member === other[index]);
}

function keyOf({ kind, id }: Place): string {
  return `${kind} ${id}`;
}

type MembersOf = Pick<MembersPlace, 'members' | 'groupMembers'>;

function addMembers(
  places: PolicyPlaces,
  added: readonly RuntimeMember[],
  known: MembersOf,
  position: Position | undefined,
): MembersOf | undefined {
  if (added.length === 0) return undefined;
  const members = new Map([...known.members].map(([type, byId]) => [type, new Map(byId)]));
  const groupMembers = new Map(known.groupMembers);
  const plain: PlainAssignments = new Map();
  for (const runtime of added) {
    const { type, id } = runtime.subject;
    const isOfGroup = isGroup(places.policy, runtime.subject);
    // Whoever is written in YAML belongs to git, and holds what they did not hand over.
    const written = isOfGroup ? known.groupMembers.get(id) : findMember(known.members, runtime.subject);
    if (written) {
      const kept = keptOf(written.assignments, runtime);
      if (isOfGroup || kept === written.assignments) continue;
      if (kept.length === 0) members.get(type)?.delete(id);
      else members.get(type)?.set(id, { ...plainOf(written), assignments: kept });
      continue;
    }
    const member = memberOf(places, runtime, position ?? nowhere, plain);
    if (member.assignments.length === 0) continue;
    if (isOfGroup) groupMembers.set(id, member);
    else members.set(type, (members.get(type) ?? new Map<string, Member>()).set(id, member));
  }
  return { members, groupMembers };
}

const nowhere = { file: 'policies', line: 1, column: 1 };

// Who is in a group since run time stands where the group does.
function addGrouped({ id, groups }: Organization, byPlace: ReadonlyMap<string, readonly RuntimeMember[]>): Groups {
  const all = [...groups.byId.values()].map((group): Group => {
    const added = byPlace.get(keyOf(groupPlace(id ?? '', group.id))) ?? [];
    if (added.every(({ assignments }) => assignments.length === 0)) return group;
    const subjects = new Map([...group.subjects].map(([type, byId]) => [type, new Map(byId)]));
    for (const { subject, assignments } of added) {
      const byId = subjects.get(subject.type) ?? new Map<string, GroupedSubject>();
      if (assignments.length === 0 || byId.has(subject.id)) continue;
      subjects.set(subject.type, byId.set(subject.id, { subject, position: group.position }));
    }
    return { ...group, subjects };
  });
  return all.every((group) => groups.byId.get(group.id) === group) ? groups : indexGroups(all);
}

// A spread would miss what a plain member makes when it is asked.
function plainOf({ subject, properties, position }: Member): Omit<Member, 'assignments'> {
  return { subject, properties, position };
}

/** What gives one role without a time and a reason at a place, by its id: the same for all whom it is given. */
type PlainAssignments = Map<string, Member['assignments']>;

function memberOf(
  { policy }: PolicyPlaces,
  { place, subject, assignments }: RuntimeMember,
  position: Position,
  plain: PlainAssignments,
): Member {
  const [first, second] = assignments;
  const isPlain = first && !second && isBare(first);
  const known = isPlain ? plain.get(first.role) : undefined;
  const given = known ?? rolesGiven(policy, place, assignments).map((one) => ({ ...one, position }));
  if (isPlain && !known) plain.set(first.role, given);
  return { subject, properties: undefined, position, assignments: given };
}

function isBare({ handedOver, from, until, reason }: RuntimeAssignment): boolean {
  return handedOver === undefined && from === undefined && until === undefined && reason === undefined;
}
