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
} from '../../../policy/policy-set.ts';
import type { Position } from '../../../policy/position.ts';
import { groupPlace, keptOf, type Place, type RuntimeMember, rolesGiven } from '../../../policy/runtime-member.ts';
import { isGroup } from '../../members/group-questions.ts';
import { groupBy } from './group-by.ts';

/**
 * A policy as if its files listed the members at run time, too, so that what is asked about everybody is asked about
 * them. They have no line of their own and stand where their workspace or organization begins. What somebody handed over
 * whom the files list, they do not hold.
 */
export function withRuntimeMembers(places: PolicyPlaces, members: Iterable<RuntimeMember>): PolicySet {
  const byPlace = groupBy([...members], ({ place }) => keyOf(place));
  if (byPlace.size === 0) return places.policy;
  const added = (place: Place, known: MembersOf, position: Position | undefined): MembersOf | undefined =>
    addMembers(places, byPlace.get(keyOf(place)) ?? [], known, position);
  const organizations = new Map(
    places.policy.organizations.map((organization): [Organization, Organization] => {
      const { id, position } = organization;
      if (id === undefined) return [organization, organization];
      const all = added({ kind: 'organization', id }, organization, position);
      const groups = addGrouped(organization, byPlace);
      const isSame = all === undefined && groups === organization.groups;
      return [organization, isSame ? organization : { ...organization, ...all, groups }];
    }),
  );
  const workspaces = [...places.policy.workspaces].map(([id, workspace]) => {
    const organization = organizations.get(workspace.organization) ?? workspace.organization;
    const all = added({ kind: 'workspace', id }, workspace, workspace.position);
    const isSame = organization === workspace.organization && all === undefined;
    return [id, isSame ? workspace : { ...workspace, organization, ...all }] as const;
  });
  return { ...places.policy, organizations: [...organizations.values()], workspaces: new Map(workspaces) };
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
    const member = memberOf(places, runtime, position ?? nowhere);
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

function memberOf(places: PolicyPlaces, { place, subject, assignments }: RuntimeMember, position: Position): Member {
  return {
    subject,
    properties: undefined,
    position,
    assignments: rolesGiven(places.policy, place, assignments).map((given) => ({ ...given, position })),
  };
}
