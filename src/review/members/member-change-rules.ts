import { quote } from '../../compile/words/describe-value.ts';
import { findMember } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../policy/runtime-member.ts';
import { findEscalation, findMissingControl, findSpanningMember } from './actor-rules.ts';
import { findAssignmentFault, type ChangeFault } from './assignment-rules.ts';
import {
  createQuestion,
  isLeave,
  subjectName,
  nameOfPlace,
  type ChangeGround,
  type MemberChange,
  type ChangeQuestion,
} from './change-question.ts';
import { findLookAlikeMember } from './look-alike-members.ts';
import { findPlace } from './member-roles.ts';
import { findExclusive, findMissingRequirement, findWrongHolders } from './result-rules.ts';

/**
 * Why a change may not be made, by the first rule that it breaks; undefined: it may. `before` is the membership as it
 * is. Giving up one's own roles needs no permission, and only the number of holders can stop it.
 */
export function findChangeFault(
  ground: ChangeGround,
  change: MemberChange,
  before: RuntimeMember | undefined,
): ChangeFault | undefined {
  const { policy, atMs } = ground;
  const place = findPlace(policy, change.place);
  if (!place) return describeUnknownPlace(change.place);
  const earlier = before?.assignments ?? [];
  const fault = findAssignmentFault(policy, place, change.assignments, earlier, atMs);
  if (fault) return fault;
  const question = createQuestion(ground, place, change, earlier);
  if (isLeave(question, earlier)) return findInGit(question) ?? findWrongHolders(question);
  return (
    findMissingControl(question) ??
    findInGit(question) ??
    findLookAlike(question, earlier) ??
    findSpanningMember(question) ??
    findEscalation(question) ??
    findWrongHolders(question) ??
    findExclusive(question) ??
    findMissingRequirement(question)
  );
}

function describeUnknownPlace(place: Place): ChangeFault {
  const code = place.kind === 'workspace' ? 'unknown-workspace' : 'unknown-organization';
  return { code, message: `no ${place.kind} of the live policy has the id ${quote(place.id)}` };
}

/** Members written in YAML belong to git. */
function findInGit({ policy, place, change: { subject } }: ChangeQuestion): ChangeFault | undefined {
  const { members } = place.kind === 'workspace' ? place.workspace : place.organization;
  const member = findMember(members, subject);
  if (!member) return undefined;
  const written = formatPosition(member.position);
  const message = `${subjectName(policy, subject)} is a member of ${nameOfPlace(place)} by ${written}; change it there, in git`;
  return { code: 'member-in-git', message };
}

function findLookAlike(
  { policy, members, place, change: { subject, assignments } }: ChangeQuestion,
  earlier: readonly RuntimeAssignment[],
): ChangeFault | undefined {
  const comes = earlier.length === 0 && assignments.length > 0;
  return comes ? findLookAlikeMember(policy, members, place, subject) : undefined;
}
