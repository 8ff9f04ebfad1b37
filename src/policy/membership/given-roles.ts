import {
  findMember,
  groupType,
  type Group,
  type Organization,
  type PolicySet,
  type TimedRole,
  type Workspace,
} from '../policy-set.ts';
import { groupPlace, keptOf, rolesGiven, type Place, type RuntimeMember } from '../runtime-member.ts';
import type { SubjectId } from '../subject.ts';
import { type MembersPlace } from './effective-members.ts';

/** The memberships that were given while the product runs. */
export interface GivenMemberships {
  get(place: Place, type: string, id: string): RuntimeMember | undefined;
  list(place: Place): Iterable<RuntimeMember>;
  /** The ids of the groups of an organization that a subject was put into; undefined for none. */
  groupsOf(organization: string, type: string, id: string): Iterable<string> | undefined;
  /** Of all places together. */
  readonly size: number;
}

/**
 * All that a subject was given at a place, by YAML and at run time, itself and by the groups it is in: the one answer to
 * what somebody holds there, at any time.
 */
export function givenAt(
  policy: PolicySet,
  place: MembersPlace,
  subject: SubjectId,
  runtime: GivenMemberships,
): readonly TimedRole[] {
  const listed = findMember(place.members, subject)?.assignments ?? nothing;
  const { organization, at } = placeOf(place);
  const member = at && runtime.size > 0 ? runtime.get(at, subject.type, subject.id) : undefined;
  const written = member ? keptOf(listed, member) : listed;
  const own = member && at ? rolesGiven(policy, at, member.assignments) : nothing;
  const groups = groupsOfSubject(organization, subject, runtime);
  if (groups.length === 0) return own.length === 0 ? written : [...written, ...own];
  return [...written, ...own, ...groups.flatMap((group) => givenToGroup(policy, place, group.id, runtime))];
}

/** The same above the workspaces of an organization: what it gives, and what a subject has as staff. */
export function givenAbove(
  policy: PolicySet,
  organization: Organization,
  subject: SubjectId,
  runtime: GivenMemberships,
): readonly TimedRole[] {
  const given = givenAt(policy, organization, subject, runtime);
  const asStaff = policy.staff.size === 0 ? nothing : (findMember(policy.staff, subject)?.assignments ?? nothing);
  return asStaff.length === 0 ? given : [...given, ...asStaff];
}

/** All that a subject was given in a workspace and above it. */
export function givenIn(
  policy: PolicySet,
  workspace: Workspace,
  subject: SubjectId,
  runtime: GivenMemberships,
): readonly TimedRole[] {
  const here = givenAt(policy, workspace, subject, runtime);
  const above = givenAbove(policy, workspace.organization, subject, runtime);
  return above.length === 0 ? here : [...here, ...above];
}

/** What a group was given at a place, by YAML or at run time, as those hold it who are in it. */
export function givenToGroup(
  policy: PolicySet,
  place: MembersPlace,
  group: string,
  runtime: GivenMemberships,
): readonly TimedRole[] {
  const written = place.groupMembers.get(group)?.assignments ?? nothing;
  const { at } = placeOf(place);
  const given = at && runtime.size > 0 ? givenTo(policy, at, { type: groupType, id: group }, runtime) : nothing;
  return [...written, ...given].map(({ role, fromMs, untilMs, reason, position }) => {
    return { role, fromMs, untilMs, reason, ...(position && { position }), group };
  });
}

/** The groups of an organization that a subject is in, by YAML and by run time. */
export function groupsOfSubject(
  organization: Organization,
  subject: SubjectId,
  runtime: GivenMemberships,
): readonly Group[] {
  const written = writtenGroups(organization, subject);
  const { id, groups } = organization;
  const given = id === undefined || runtime.size === 0 ? undefined : runtime.groupsOf(id, subject.type, subject.id);
  if (!given) return written;
  const added = [...given].flatMap((name) => groups.byId.get(name) ?? []).filter((group) => !written.includes(group));
  return added.length === 0 ? written : [...written, ...added];
}

/** Everybody who is in a group, by YAML and by run time, each once. */
export function* subjectsOfGroup(
  { id }: Organization,
  group: Group,
  runtime: Pick<GivenMemberships, 'list'>,
): Generator<SubjectId, undefined> {
  for (const [type, byId] of group.subjects) for (const name of byId.keys()) yield { type, id: name };
  if (id === undefined) return undefined;
  for (const { subject } of runtime.list(groupPlace(id, group.id))) {
    if (group.subjects.get(subject.type)?.has(subject.id) !== true) yield subject;
  }
  return undefined;
}

const nothing: readonly TimedRole[] = [];
const noGroup: readonly Group[] = [];

function writtenGroups({ groups }: Organization, { type, id }: SubjectId): readonly Group[] {
  return groups.ofSubject.get(type)?.get(id) ?? noGroup;
}

function givenTo(
  policy: PolicySet,
  at: Place,
  { type, id }: SubjectId,
  runtime: GivenMemberships,
): readonly TimedRole[] {
  const member = runtime.get(at, type, id);
  return member ? rolesGiven(policy, at, member.assignments) : nothing;
}

function placeOf(place: MembersPlace): { readonly organization: Organization; readonly at: Place | undefined } {
  if (isWorkspace(place)) return { organization: place.organization, at: { kind: 'workspace', id: place.id } };
  return { organization: place, at: place.id === undefined ? undefined : { kind: 'organization', id: place.id } };
}

function isWorkspace(place: MembersPlace): place is Workspace {
  return 'organization' in place;
}
