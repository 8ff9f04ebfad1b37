import { quote } from '../../compile/words/describe-value.ts';
import { rolesGiven, type Place, type RuntimeMember } from '../../policy/runtime-member.ts';
import { findEscalation, findMissingControl, findSpanningMember, findUnassignable } from './actor-rules.ts';
import { findAssignmentFault, type ChangeFault } from './assignment-rules.ts';
import {
  createQuestion,
  isLeave,
  type ChangeDoor,
  type ChangeQuestion,
  type MemberChange,
  type Predecessor,
} from './change-question.ts';
import { describeInGit, isGift, planHandover, writtenMember } from './plan-handover.ts';
import { findWrongHolders } from './holder-rules.ts';
import { findLookAlikeMember } from './look-alike-members.ts';
import { findGrantFault, findJoiningFault } from './group-change-rules.ts';
import { isGroup } from './group-questions.ts';
import { findPlace, type ChangeGround, type KnownPlace } from './member-roles.ts';
import { findExclusive, findMissingRequirement } from './result-rules.ts';

/**
 * Why a change may not be made, by the first rule that it breaks; undefined: it may. `before` is the membership as it
 * is. Giving up one's own roles needs no permission, and only the number of holders can stop it.
 */
export function findChangeFault(
  ground: ChangeGround,
  change: MemberChange,
  before: RuntimeMember | undefined,
  door: ChangeDoor = 'run time',
): ChangeFault | undefined {
  const { policy, atMs } = ground;
  if (change.place.kind === 'group') return findJoiningFault(ground, change, before, door);
  const place = findPlace(policy, change.place);
  if (!place) return describeUnknownPlace(change.place);
  const { subject, assignments, inPlaceOf } = change;
  const earlier = before?.assignments ?? [];
  const fault = findAssignmentFault(policy, place, assignments, earlier, atMs);
  if (fault) return fault;
  const written = door === 'files' ? undefined : writtenMember(place, subject);
  const inGit = written && describeInGit(policy, place, written, 'it');
  if (isGroup(policy, subject)) return findGrantFault(ground, place, change, earlier, { inGit, door });
  if (inPlaceOf) return findHandoverFault(ground, place, { ...change, inPlaceOf });
  const held = { before: rolesGiven(policy, place, earlier), after: rolesGiven(policy, place, assignments) };
  const question = createQuestion(ground, place, change, held);
  const isHere = door === 'run time';
  if (isLeave(question, assignments, earlier)) return inGit ?? (isHere ? findWrongHolders([question]) : undefined);
  return (
    findMissingControl(question) ??
    inGit ??
    (isHere ? findLookAlike(question) : undefined) ??
    findUnassignable(question) ??
    findSpanningMember(question) ??
    findEscalation(question) ??
    (isHere ? findResultFault(question) : undefined)
  );
}

function findResultFault(question: ChangeQuestion): ChangeFault | undefined {
  return findWrongHolders([question]) ?? findExclusive(question) ?? findMissingRequirement(question);
}

// Both sides of a handover are one change: what the rules say of each, and of how many hold a role when both are done.
function findHandoverFault(
  ground: ChangeGround,
  place: KnownPlace,
  change: MemberChange & { readonly inPlaceOf: Predecessor },
): ChangeFault | undefined {
  const plan = planHandover(ground, place, change);
  if ('fault' in plan) return plan.fault;
  const { actor } = change;
  const taken = createQuestion(ground, place, { subject: plan.from.subject, actor }, plan.from);
  const given = createQuestion(ground, place, { subject: plan.to.subject, actor }, plan.to);
  const both = [taken, given];
  const ofActor = isGift(plan, taken, given)
    ? [() => findEscalation(given, 'gains')]
    : [findMissingControl, findUnassignable, findSpanningMember, findEscalation].map(
        (rule) => () => firstFault(both, (question) => rule(question)),
      );
  return (
    firstFault(ofActor, (rule) => rule()) ??
    findLookAlike(given) ??
    findWrongHolders(both) ??
    firstFault(both, findExclusive) ??
    firstFault(both, findMissingRequirement)
  );
}

function firstFault<Item>(
  items: readonly Item[],
  find: (item: Item) => ChangeFault | undefined,
): ChangeFault | undefined {
  for (const item of items) {
    const fault = find(item);
    if (fault) return fault;
  }
  return undefined;
}

function describeUnknownPlace(place: Place): ChangeFault {
  const code = place.kind === 'workspace' ? 'unknown-workspace' : 'unknown-organization';
  return { code, message: `no ${place.kind} of the live policy has the id ${quote(place.id)}` };
}

function findLookAlike({ policy, members, place, change, before, after }: ChangeQuestion): ChangeFault | undefined {
  const comes = before.length === 0 && after.length > 0;
  return comes ? findLookAlikeMember(policy, members, place, change.subject) : undefined;
}
