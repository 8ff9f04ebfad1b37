import { quote } from '../../compile/words/describe-value.ts';
import { suggest } from '../../compile/words/suggest.ts';
import { findOrganization } from '../../policy/policy-set.ts';
import { describeHolderCount } from '../../policy/role.ts';
import { formatPosition } from '../../policy/position.ts';
import { partsOfGroup, type RuntimeAssignment, type RuntimeMember } from '../../policy/runtime-member.ts';
import { findEscalation, findMissingControl, findSpanningMember, findUnassignable } from './actor-rules.ts';
import type { ChangeFault } from './assignment-rules.ts';
import { isLeave, subjectName, type ChangeDoor, type ChangeQuestion, type MemberChange } from './change-question.ts';
import { findGroupOf, questionsOfGrant, questionsOfJoining } from './group-questions.ts';
import { findLookAlikeInGroup, findLookAlikeMember } from './look-alike-members.ts';
import { findGroup, type KnownGroup, type KnownPlace, type ChangeGround } from './member-roles.ts';
import { findExclusive, findMissingRequirement } from './result-rules.ts';

/** Why somebody may not be put into a group, or out of it. */
export function findJoiningFault(
  ground: ChangeGround,
  change: MemberChange,
  before: RuntimeMember | undefined,
  door: ChangeDoor = 'run time',
): ChangeFault | undefined {
  const { policy } = ground;
  const group = findGroup(policy, change.place.id);
  if (!group) return describeUnknownGroup(ground, change);
  const earlier = before?.assignments ?? [];
  const questions = questionsOfJoining(ground, group, change, earlier.length > 0);
  const isHere = door === 'run time';
  const inGit = isHere ? findInGit(ground, group, change) : undefined;
  if (questions.every((question) => isLeave(question, change.assignments, earlier))) return inGit;
  return (
    firstFault(questions, findMissingControl) ??
    inGit ??
    (isHere ? findLookAlike(ground, group, change, questions, earlier) : undefined) ??
    firstFault(questions, findUnassignable) ??
    firstFault(questions, findSpanningMember) ??
    firstFault(questions, findEscalation) ??
    (isHere ? firstFault(questions, findExclusive) : undefined) ??
    (isHere ? firstFault(questions, findMissingRequirement) : undefined)
  );
}

/** Why a group may not be given these roles at a place, beyond what is wrong with the roles themselves. */
export function findGrantFault(
  ground: ChangeGround,
  place: KnownPlace,
  change: MemberChange,
  earlier: readonly RuntimeAssignment[],
  { inGit, door }: { readonly inGit: ChangeFault | undefined; readonly door: ChangeDoor },
): ChangeFault | undefined {
  const group = findGroupOf(ground.policy, place, change.subject);
  if (!group) return describeUnknownMember(place, change);
  const { nominal, whole, people } = questionsOfGrant(ground, place, group, change, earlier);
  const fault =
    findMissingControl(nominal) ??
    inGit ??
    findHolders(nominal) ??
    findUnassignable(nominal) ??
    findEscalation(nominal) ??
    findEscalation(whole);
  if (fault) return fault;
  for (const question of people) {
    const found =
      findMissingControl(question) ??
      findUnassignable(question) ??
      findSpanningMember(question) ??
      findEscalation(question) ??
      (door === 'files' ? undefined : (findExclusive(question) ?? findMissingRequirement(question)));
    if (found) return found;
  }
  return undefined;
}

function firstFault(
  questions: readonly ChangeQuestion[],
  rule: (question: ChangeQuestion) => ChangeFault | undefined,
): ChangeFault | undefined {
  for (const question of questions) {
    const fault = rule(question);
    if (fault) return fault;
  }
  return undefined;
}

/** How many are in a group changes, so it holds no role of which there must be a number. */
function findHolders({ after }: ChangeQuestion): ChangeFault | undefined {
  const counted = after.find(({ role }) => role.holders !== undefined)?.role;
  if (!counted?.holders) return undefined;
  const must = describeHolderCount(counted.holders);
  const message = `a group cannot hold role ${quote(counted.id)}, of which there must be ${must}`;
  return { code: 'wrong-holders', message };
}

function findInGit(
  { policy }: ChangeGround,
  { of, group }: KnownGroup,
  { subject }: MemberChange,
): ChangeFault | undefined {
  const written = group.subjects.get(subject.type)?.get(subject.id);
  if (!written) return undefined;
  const who = subjectName(policy, subject);
  const where = formatPosition(written.position);
  const message = `${who} is in group ${quote(group.id)} of organization ${quote(of.id ?? '')} by ${where}; change it there, in git`;
  return { code: 'member-in-git', message };
}

function findLookAlike(
  { policy, members }: ChangeGround,
  group: KnownGroup,
  { subject, assignments }: MemberChange,
  questions: readonly ChangeQuestion[],
  earlier: readonly RuntimeAssignment[],
): ChangeFault | undefined {
  if (earlier.length > 0 || assignments.length === 0) return undefined;
  const inGroup = findLookAlikeInGroup(policy, members, group, subject);
  return inGroup ?? firstFault(questions, ({ place }) => findLookAlikeMember(policy, members, place, subject));
}

function describeUnknownGroup({ policy }: ChangeGround, { place }: MemberChange): ChangeFault {
  const { organization: id, group } = partsOfGroup(place.id);
  const organization = findOrganization(policy, id);
  if (!organization) {
    return { code: 'unknown-organization', message: `no organization of the live policy has the id ${quote(id)}` };
  }
  const help = suggest(group, [...organization.groups.byId.keys()]);
  const message = `organization ${quote(id)} has no group ${quote(group)}; declare it under \`groups\` of its organization.yaml`;
  return { code: 'unknown-group', message: help === undefined ? message : `${message}; ${help}` };
}

function describeUnknownMember(place: KnownPlace, { subject }: MemberChange): ChangeFault {
  const organization = place.kind === 'workspace' ? place.workspace.organization : place.organization;
  const help = suggest(subject.id, [...organization.groups.byId.keys()]);
  const message = `the organization of ${place.kind} ${quote(place.id)} has no group ${quote(subject.id)}`;
  return { code: 'unknown-group', message: help === undefined ? message : `${message}; ${help}` };
}
