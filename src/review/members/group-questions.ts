import { givenToGroup, groupsOfSubject, subjectsOfGroup } from '../../policy/membership/given-roles.ts';
import { groupType, type Organization, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import { rolesGiven, type RuntimeAssignment } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { questionOf, type ChangeQuestion, type MemberChange } from './change-question.ts';
import { noDelta, type Delta, type Shift } from './change-views.ts';
import {
  findGroup,
  MemberRoles,
  membersPlaceOf,
  type KnownGroup,
  type KnownPlace,
  type RuntimeMemberships,
  type ChangeGround,
} from './member-roles.ts';

/*
 * A group holds nothing itself: to give it a role is to give it to everybody in it, and to put somebody into it is to
 * give all that it holds. So each becomes the questions of just that.
 */

/** Whether a subject among members is a group. */
export function isGroup({ catalog }: PolicySet, { type }: SubjectId): boolean {
  return type === groupType && !catalog.subjectTypes.includes(groupType);
}

/** The questions of giving a group roles at a place: as if somebody held nothing else, and for everybody in it. */
export interface GroupQuestions {
  readonly nominal: ChangeQuestion;
  /** As if somebody held what the group holds at other places, too: some of it may hold by what is given here. */
  readonly whole: ChangeQuestion;
  readonly people: Iterable<ChangeQuestion>;
}

export function questionsOfGrant(
  ground: ChangeGround,
  place: KnownPlace,
  group: KnownGroup,
  change: MemberChange,
  earlier: readonly RuntimeAssignment[],
): GroupQuestions {
  const { policy } = ground;
  const delta = { before: rolesGiven(policy, place, earlier), after: rolesGiven(policy, place, change.assignments) };
  const deltaAt = (one: KnownPlace): Delta => (one.kind === place.kind && one.id === place.id ? delta : noDelta);
  const ofGroup: Shift['rest'] = (one) =>
    deltaAt(one) === noDelta ? givenToGroup(policy, membersPlaceOf(one), group.group.id, ground.members) : [];
  const nominal = questionOf(ground, place, change, { rest: () => [], asStaff: [], delta: deltaAt }, delta);
  const whole = questionOf(ground, place, change, { rest: ofGroup, asStaff: [], delta: deltaAt }, delta);
  return { nominal, whole, people: peopleQuestions() };

  function* peopleQuestions(): Generator<ChangeQuestion> {
    const held = new MemberRoles(policy, ground.members);
    for (const subject of distinctSubjects(ground, place, group)) {
      const rest: Shift['rest'] = (one) => {
        const all = held.at(one, subject);
        return deltaAt(one) === noDelta ? all : all.filter((role) => role.group !== group.group.id);
      };
      const shift = { rest, asStaff: held.asStaff(subject), delta: deltaAt };
      yield questionOf(ground, place, { ...change, subject }, shift, delta);
    }
  }
}

/** The questions of putting somebody into a group or out of it: one for each place where the group holds something. */
export function questionsOfJoining(
  ground: ChangeGround,
  group: KnownGroup,
  change: MemberChange,
  isIn: boolean,
): readonly ChangeQuestion[] {
  const { policy, members } = ground;
  const { subject } = change;
  const held = new MemberRoles(policy, members);
  const willBeIn = change.assignments.length > 0;
  const deltaAt = (place: KnownPlace): Delta => {
    const given = givenToGroup(policy, membersPlaceOf(place), group.group.id, members);
    return given.length === 0 ? noDelta : { before: isIn ? given : [], after: willBeIn ? given : [] };
  };
  const rest: Shift['rest'] = (place) => held.at(place, subject).filter((one) => one.group !== group.group.id);
  const places = placesOfGroup(policy, group, members);
  const shift = { rest, asStaff: held.asStaff(subject), delta: deltaAt };
  return places.map((place) => questionOf(ground, place, change, shift, deltaAt(place)));
}

/** Where a group holds something; where it does nowhere, the organization is what counts. */
export function placesOfGroup(policy: PolicySet, { of, group }: KnownGroup, members: RuntimeMemberships): KnownPlace[] {
  const found: KnownPlace[] = [];
  const above = { kind: 'organization', id: of.id ?? '', organization: of } as const;
  if (givenToGroup(policy, of, group.id, members).length > 0) found.push(above);
  for (const workspace of workspacesOfOrganization(policy, of)) {
    if (givenToGroup(policy, workspace, group.id, members).length === 0) continue;
    found.push({ kind: 'workspace', id: workspace.id, workspace });
  }
  return found.length > 0 ? found : [above];
}

/** The group that a subject among members stands for, by the id that it has now. */
export function findGroupOf(policy: PolicySet, place: KnownPlace, subject: SubjectId): KnownGroup | undefined {
  const { id } = place.kind === 'workspace' ? place.workspace.organization : place.organization;
  const found = id === undefined ? undefined : findGroup(policy, `${id}/${subject.id}`);
  return found?.group.id === subject.id ? found : undefined;
}

function workspacesOfOrganization({ workspaces }: PolicySet, organization: Organization): readonly Workspace[] {
  return [...workspaces.values()].filter((workspace) => workspace.organization === organization);
}

/**
 * Those in a group, but of those who hold the same by the same groups and nothing else one for all: what is asked of
 * each of a hundred thousand has one answer.
 */
function* distinctSubjects(
  { policy, members }: ChangeGround,
  place: KnownPlace,
  { of, group }: KnownGroup,
): Generator<SubjectId> {
  const places: KnownPlace[] = [{ kind: 'organization', id: of.id ?? '', organization: of }];
  const workspaces = place.kind === 'workspace' ? [place.workspace] : workspacesOfOrganization(policy, of);
  for (const workspace of workspaces) places.push({ kind: 'workspace', id: workspace.id, workspace });
  const listed = new Set<string>();
  for (const one of places) {
    for (const [type, byId] of membersPlaceOf(one).members) for (const id of byId.keys()) listed.add(`${type} ${id}`);
    for (const { subject } of members.list(one)) listed.add(`${subject.type} ${subject.id}`);
  }
  const told = new Set<string>();
  for (const subject of subjectsOfGroup(of, group, members)) {
    if (!listed.has(`${subject.type} ${subject.id}`)) {
      const groups = groupsOfSubject(of, subject, members).map(({ id }) => id);
      const key = groups.sort().join('+');
      if (told.has(key)) continue;
      told.add(key);
    }
    yield subject;
  }
}
