import { quote } from '../../compile/words/describe-value.ts';
import { controllersOf, formatCell, isOnPlan } from '../../policy/permission.ts';
import { listedRolesAt, rolesAt } from '../../policy/policy-set.ts';
import { listOfRole, type Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { assignLimit } from './assign-limit.ts';
import type { ChangeFault } from './assignment-rules.ts';
import {
  cellsAt,
  controlsMembers,
  fromThen,
  gainsAt,
  givesAt,
  isOwn,
  subjectName,
  nameOfPlace,
  planOf,
  type ChangeQuestion,
} from './change-question.ts';
import { actorRolesOn, MemberRoles, type ActorRoles, type HeldRole } from './member-roles.ts';

/*
 * What the actor of a change must hold: now, and as long as the change gives something. What only takes is judged now.
 */

/** Now, and every later instant at which something is given. */
function* judgedInstants(question: ChangeQuestion): Generator<number> {
  for (const atMs of question.instants) if (atMs === question.atMs || givesAt(question, atMs)) yield atMs;
}

/** The actor must hold a permission that `controls: members`, in all its scopes. */
export function findMissingControl(question: ChangeQuestion): ChangeFault | undefined {
  const { policy, place, actor } = question;
  for (const atMs of judgedInstants(question)) {
    if (!controlsMembers(policy, place, rolesAt(actor, atMs))) return describeMissingControl(question, atMs);
  }
  return undefined;
}

/**
 * Who controls members by roles with `assigns` alone hands out, changes and takes what these name, and nothing else: now,
 * and for as long as the change gives something.
 */
export function findUnassignable(question: ChangeQuestion): ChangeFault | undefined {
  const { policy, actor, place, change, atMs } = question;
  const touched = touchedRoles(question);
  if (touched.length === 0) return undefined;
  for (const instant of judgedInstants(question)) {
    const limit = assignLimit(rolesAt(actor, instant), policy.catalog, place.kind, planOf(place));
    const beyond = limit && touched.find(({ id }) => !limit.has(id));
    if (!beyond) continue;
    const names = [...limit].map(quote).join(', ');
    const may = names === '' ? 'no role' : `only ${names}`;
    const who = subjectName(policy, change.actor);
    const message = `${who} hands out, changes and takes ${may} in ${nameOfPlace(place)}${fromThen(instant, atMs)}, and this changes ${quote(beyond.id)}`;
    return { code: 'not-assignable', message };
  }
  return undefined;
}

/** The roles that somebody comes to hold, or to hold no more, or at other times. */
function touchedRoles({ before, after }: ChangeQuestion): readonly Role[] {
  const keyOf = ({ fromMs, untilMs }: HeldRole): string => `${fromMs ?? ''} ${untilMs ?? ''}`;
  const times = (held: readonly HeldRole[], role: Role): string =>
    held
      .filter((one) => one.role === role)
      .map(keyOf)
      .sort()
      .join();
  const roles = new Set([...before, ...after].map(({ role }) => role));
  return [...roles].filter((role) => times(before, role) !== times(after, role));
}

function describeMissingControl(question: ChangeQuestion, instant: number): ChangeFault {
  const { policy, place, change, atMs } = question;
  const controlling = controllersOf(policy.catalog.permissions.values(), place.kind);
  const code = 'actor-not-allowed';
  if (controlling.length === 0) {
    const message = 'no permission of roles.yaml says `controls: members`, so nobody can change members at run time';
    return { code, message };
  }
  const onPlan = controlling.filter((permission) => isOnPlan(permission, planOf(place)));
  if (onPlan.length === 0) {
    const which = `${controlling.map(({ id }) => quote(id)).join(' or ')}, which the plan of ${nameOfPlace(place)} does not have`;
    return { code, message: `nobody can change members there at run time: that needs ${which}` };
  }
  const named = onPlan.map(({ id }) => quote(id)).join(' or ');
  const alone = place.kind === 'organization' ? ' through a role that spans it' : '';
  const who = subjectName(policy, change.actor);
  const later = instant === atMs ? '' : ', for as long as it gives something';
  const message = `${who} cannot change members of ${nameOfPlace(place)}${fromThen(instant, atMs)}: that needs ${named} in all scopes${alone}${later}`;
  const permission = onPlan[0]?.id ?? '';
  const gain = isOwn(change) && instant === atMs ? describeGain(question) : '';
  return { code, message: `${message}${gain}`, permission };
}

// Anybody may give up roles of their own, but not to be rid of what one of them denies.
function describeGain({ policy, views, instants, atMs, before, after }: ChangeQuestion): string {
  const isGiven = instants.some((instant) => {
    const had = listedRolesAt(before, instant);
    return listedRolesAt(after, instant).some((role) => !had.includes(role));
  });
  if (isGiven) return '';
  for (const view of views) {
    for (const instant of instants) {
      const [cell] = [...gainsAt(view, instant)].flatMap((index) => policy.catalog.cells[index] ?? []);
      if (!cell) continue;
      const what = `${quote(formatCell(cell))} in ${view.where}${fromThen(instant, atMs)}`;
      return `; giving up what denies it would gain ${what}`;
    }
  }
  return '';
}

/**
 * Whoever holds a role from above, now or later, is touched only by actors who hold one there. What spans memberships
 * is one where its holder is a member: whoever is not may be made one by those who manage the workspace.
 */
export function findSpanningMember(question: ChangeQuestion): ChangeFault | undefined {
  const { policy, members, atMs, place, change, views } = question;
  const roles = actorRolesOn(question);
  const above = (held: ActorRoles, subject: SubjectId): readonly HeldRole[] =>
    place.kind === 'workspace'
      ? held.above(place.workspace, subject)
      : [...held.at(place, subject), ...held.asStaff(subject)];
  const ofSubject = above(new MemberRoles(policy, members), change.subject);
  const ofActor =
    place.kind === 'workspace' ? [...roles.at(place, change.actor), ...above(roles, change.actor)] : question.actor;
  const lasts = ({ untilMs }: HeldRole, instant: number): boolean => untilMs === undefined || untilMs > instant;
  for (const instant of judgedInstants(question)) {
    const isMember =
      place.kind === 'organization' ||
      views.some(({ before }) => before.some((one) => one.role.spans === 'workspace' && lasts(one, instant)));
    const spans = ofSubject.find((one) => lasts(one, instant) && (isMember || one.role.spans !== 'memberships'));
    if (!spans || rolesAt(ofActor, instant).some((role) => listOfRole(role) !== 'workspace')) continue;
    const [who, actor] = [subjectName(policy, change.subject), subjectName(policy, change.actor)];
    const where = spans.role.spans === 'everything' ? 'everywhere' : 'in the whole organization';
    const message = `${who} holds ${quote(spans.role.id)} ${where}, and ${actor} holds no such role${fromThen(instant, atMs)}`;
    return { code: 'organization-member', message };
  }
  return undefined;
}

/**
 * Under `escalation: prevent` nobody gains, by anybody's hand, what the hand may not do itself, now and then; and nobody
 * is touched who holds what the hand does not. `gains`: nobody is touched, for nothing is taken from them.
 */
export function findEscalation(question: ChangeQuestion, looksAt: 'all' | 'gains' = 'all'): ChangeFault | undefined {
  const { policy, atMs, change, views, instants } = question;
  if (policy.catalog.escalation !== 'prevent') return undefined;
  const actor = subjectName(policy, change.actor);
  const who = subjectName(policy, change.subject);
  const describe = (index: number, verb: string, where: string, instant: number): ChangeFault | undefined => {
    const cell = policy.catalog.cells[index];
    if (!cell) return undefined;
    const what = `${verb} ${quote(formatCell(cell))} in ${where}${fromThen(instant, atMs)}`;
    const message = `${who} ${what}, which ${actor} does not hold (\`escalation: prevent\`)`;
    return { code: 'escalation-prevented', message, permission: cell.permission.id };
  };
  for (const view of views) {
    const mayNow = cellsAt(view.actor, atMs);
    for (const instant of instants) {
      const may = instant === atMs ? mayNow : cellsAt(view.actor, instant);
      for (const index of gainsAt(view, instant)) {
        if (!mayNow.has(index) || !may.has(index)) return describe(index, 'would gain', view.where, instant);
      }
      for (const index of looksAt === 'gains' || isOwn(change) ? [] : cellsAt(view.before, instant)) {
        if (!mayNow.has(index)) return describe(index, 'holds', view.where, instant);
      }
    }
  }
  return undefined;
}
