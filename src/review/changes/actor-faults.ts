import { RuntimeMembers } from '../../engine/runtime-members.ts';
import { quote } from '../../compile/words/describe-value.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from '../members/assignment-rules.ts';
import { findEarlier, findPlace, type ChangeGround, type KnownPlace } from '../members/member-roles.ts';
import { objectOfEdit, placeOfEdit, type EditFault, type EditFaultCode } from './asked-edit.ts';
import { membersAfter, withRows } from './changed-rows.ts';
import type { EditStep } from './edit-steps.ts';
import { findGroupEditFault } from './group-edit-rules.ts';
import { findMemberEditFault } from './member-edit-rules.ts';
import type { JudgedPolicy } from './role-edit-people.ts';
import { findRoleEditFault } from './role-edit-rules.ts';
import { findWaiverEditFault } from './waiver-edit-rules.ts';

/** The ground on which an actor of edits is judged, beside the edits. */
export interface ActorGround {
  /** What is live before the change. */
  readonly live: PolicySet;
  readonly given: readonly RuntimeMember[];
  readonly actor: SubjectId;
  readonly atMs: number;
  /** Whether they come with the right to make companies and workspaces, which no role gives. */
  readonly provisions: boolean;
  /** Whether somebody looks at the change before it is made. */
  readonly isReviewed: boolean;
}

/** Which edits an actor may not make, and why, in order. The actor is judged on what is live before the first of them. */
export function findActorFaults(steps: readonly EditStep[], judged: ActorGround): EditFault[] {
  const { live, given, atMs } = judged;
  const faults: EditFault[] = [];
  const liveMembers = new RuntimeMembers(given);
  let now: readonly RuntimeMember[] = given;
  for (const step of steps) {
    const next = step.row ? withRows(now, [step.row.after]) : step.after && membersAfter(now, step.before, step.after);
    const members = now === given ? liveMembers : new RuntimeMembers(now);
    const ground = { policy: step.before, members, atMs, earlier: { policy: live, members: liveMembers } };
    const after = step.after && { policy: step.after, members: next === now ? members : new RuntimeMembers(next) };
    const fault = findFault(step, ground, after, judged);
    if (fault) faults.push(describeFault(step, fault));
    now = next ?? now;
  }
  return faults;
}

type FoundFault = Omit<ChangeFault, 'code'> & { readonly code: EditFaultCode };

function findFault(
  step: EditStep,
  ground: ChangeGround,
  after: JudgedPolicy | undefined,
  { actor, provisions, isReviewed }: ActorGround,
): FoundFault | undefined {
  const { edit } = step;
  const object = objectOfEdit(edit);
  if (object === 'workspace' || object === 'organization') {
    const message = `${quote(edit.edit)} is made by the product itself: no role gives the right to it`;
    return provisions ? undefined : { code: 'provision-only', message };
  }
  if (object === 'test') {
    const message = `${quote(edit.edit)} is made where somebody reviews it alone`;
    return isReviewed ? undefined : { code: 'reviewed-only', message };
  }
  if (edit.edit === 'waiver.add' || edit.edit === 'waiver.end')
    return findWaiverEditFault(ground, edit, { actor, isReviewed });
  if (edit.edit === 'member.set' || edit.edit === 'member.remove')
    return findMemberEditFault(ground, edit, step.row, actor);
  if (object === 'group') {
    const named = edit as unknown as Parameters<typeof findGroupEditFault>[2];
    return findGroupEditFault(ground, after?.policy, named, actor);
  }
  const place = object === 'role' ? knownPlace(edit, ground, after) : undefined;
  if (place) return findRoleEditFault({ ground, after, place, edit: edit.edit, actor });
  return { code: 'in-git-only', message: `${quote(edit.edit)} is made in git alone, whoever asks` };
}

function knownPlace(
  edit: EditStep['edit'],
  { policy }: ChangeGround,
  after: JudgedPolicy | undefined,
): KnownPlace | undefined {
  const named = placeOfEdit(edit);
  if (!named) return undefined;
  const found = findPlace(policy, named);
  if (found || !after) return found;
  const made = findPlace(after.policy, named);
  return made && findEarlier(policy, made);
}

function describeFault({ index }: EditStep, { code, message, permission }: FoundFault): EditFault {
  const help = helpFor[code];
  return {
    edit: index,
    kind: 'not-allowed',
    code,
    message,
    ...(help === undefined ? {} : { help }),
    ...(permission === undefined ? {} : { permission }),
  };
}

/** What would be right, for each rule that an actor can break. */
const helpFor: Readonly<Partial<Record<EditFaultCode, string>>> = {
  'actor-not-allowed': 'have somebody make it who holds that, for as long as it is to last',
  'escalation-prevented': 'have somebody make it who holds all of that',
  'organization-member': 'have somebody make it who holds a role of the whole organization',
  'not-assignable': 'have somebody make it who hands out that role, too',
  'in-git-only': 'change it in a pull request',
  'provision-only': 'have the product make it when somebody signs up or buys',
  'reviewed-only': 'change the test in a pull request',
  'kept-by-others': 'propose it, or change it in a pull request',
};
