import { quote } from '../../compile/words/describe-value.ts';
import { controllersOf, formatCell, isOnPlan } from '../../policy/permission.ts';
import { rolesAt, type PolicySet } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import { heldCells } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { assignLimit } from '../members/assign-limit.ts';
import type { ChangeFault } from '../members/assignment-rules.ts';
import {
  controlsMembers,
  fromThen,
  nameOfPlace,
  planOf,
  subjectName,
  workspacesOf,
} from '../members/change-question.ts';
import {
  actorRolesOn,
  findEarlier,
  instantsOf,
  type ActorRoles,
  type ChangeGround,
  type HeldRole,
  type KnownPlace,
} from '../members/member-roles.ts';
import { affectedHolders, cellsThen, changedRoles, type JudgedPolicy, type RolePair } from './role-edit-people.ts';

/** An edit of a role, and what it is judged on. */
export interface RoleEditQuestion {
  /** Before the edit; its `earlier` is where the actor is judged. */
  readonly ground: ChangeGround;
  /** Undefined where the files have errors after it. */
  readonly after: JudgedPolicy | undefined;
  readonly place: KnownPlace;
  readonly edit: string;
  readonly actor: SubjectId;
}

/** A cell that an edit gives or takes, and where. */
interface Shifted {
  readonly index: number;
  readonly where: string;
  readonly who: string;
  readonly fromMs: number;
}

/**
 * Why an actor may not make an edit of a role: they must hold a permission that `controls: roles`, in all its scopes, now
 * and for as long as the edit gives something; and under `escalation: prevent` all that it gives and takes.
 */
export function findRoleEditFault(question: RoleEditQuestion): ChangeFault | undefined {
  const { ground, place, actor } = question;
  const roles = actorRolesOn(ground);
  const held = heldBy(roles, place, actor);
  const now = findMissingControl(question, held, ground.atMs);
  if (now || !question.after) return now;
  const shifts = findShifts(question, question.after);
  for (const instant of judgedInstants(held, shifts, ground.atMs)) {
    const later = shifts.gives(instant) ? findMissingControl(question, held, instant) : undefined;
    if (later) return later;
  }
  return findUnassignable(question, shifts.pairs, held) ?? findEscalation(question, shifts, roles);
}

/** Now, whenever something of the actor's begins or ends, and whenever somebody comes to be given something. */
function judgedInstants(held: readonly HeldRole[], { given }: Shifts, atMs: number): readonly number[] {
  return [...new Set([...instantsOf(held, atMs), ...given.map(({ fromMs }) => fromMs)])].sort(
    (one, other) => one - other,
  );
}

function heldBy(roles: ActorRoles, place: KnownPlace, actor: SubjectId): readonly HeldRole[] {
  const above = place.kind === 'organization' ? roles.asStaff(actor) : roles.above(place.workspace, actor);
  return [...roles.at(place, actor), ...above];
}

function findMissingControl(
  { ground, place, actor }: RoleEditQuestion,
  held: readonly HeldRole[],
  instant: number,
): ChangeFault | undefined {
  const { policy, atMs } = ground;
  const controlling = controllersOf(policy.catalog.permissions.values(), place.kind, 'roles');
  const code = 'actor-not-allowed';
  if (controlling.length === 0) {
    const message = 'no permission of roles.yaml says `controls: roles`, so roles are changed in git alone';
    return { code, message };
  }
  const onPlan = controlling.filter((permission) => isOnPlan(permission, planOf(place)));
  const may = cellsThen(held, instant);
  if (onPlan.some(({ cells }) => cells.every(({ index }) => may.has(index)))) return undefined;
  const named = (onPlan.length > 0 ? onPlan : controlling).map(({ id }) => quote(id)).join(' or ');
  const lacked = onPlan.length > 0 ? '' : ', which its plan does not have';
  const later = instant === atMs ? '' : ', for as long as it gives something';
  const who = subjectName(policy, actor);
  const message = `${who} cannot change roles of ${nameOfPlace(place)}${fromThen(instant, atMs)}: that needs ${named} in all scopes${lacked}${later}`;
  return { code, message, permission: onPlan[0]?.id ?? controlling[0]?.id ?? '' };
}

interface Shifts {
  readonly pairs: readonly RolePair[];
  readonly given: readonly Shifted[];
  readonly taken: readonly Shifted[];
  /** Whether something is given at an instant. */
  readonly gives: (atMs: number) => boolean;
}

function findShifts({ ground, place, edit }: RoleEditQuestion, after: JudgedPolicy): Shifts {
  const pairs = changedRoles(place, findEarlier(after.policy, place) ?? place);
  const [given, taken]: [Shifted[], Shifted[]] = [[], []];
  for (const pair of pairs) {
    const [were, are] = [cellsOfRole(pair.before, ground.policy), cellsOfRole(pair.after, ground.policy)];
    const who = `whoever holds role ${quote(pair.after?.id ?? pair.before?.id ?? '')}`;
    const at = { where: nameOfPlace(place), who, fromMs: ground.atMs };
    // What a deleted role gave is taken from its holders, be it that the next one gives it again.
    const isGone = edit === 'role.delete' && pair.before !== undefined && pair.after?.id !== pair.before.id;
    for (const index of are) if (!were.has(index)) given.push({ ...at, index });
    for (const index of were) if (isGone || !are.has(index)) taken.push({ ...at, index });
  }
  if (pairs.length > 0) shiftPeople({ ground, after, place }, given, taken);
  return { pairs, given, taken, gives: (atMs) => given.some(({ fromMs }) => fromMs <= atMs) };
}

// By what all roles of somebody allow and deny together.
function shiftPeople(
  { ground, after, place }: Pick<RoleEditQuestion, 'ground' | 'place'> & { readonly after: JudgedPolicy },
  given: Shifted[],
  taken: Shifted[],
): void {
  const { policy, atMs } = ground;
  for (const before of workspacesOf(policy, place)) {
    const now = after.policy.workspaces.get(before.id);
    if (!now || now === before) continue;
    const where = nameOfPlace({ kind: 'workspace', id: before.id });
    for (const holder of affectedHolders({ before, after: now }, { before: ground, after })) {
      const who = subjectName(policy, holder.subject);
      for (const instant of instantsOf([...holder.before, ...holder.after], atMs)) {
        const [were, are] = [cellsThen(holder.before, instant), cellsThen(holder.after, instant)];
        for (const index of are) if (!were.has(index)) given.push({ index, where, who, fromMs: instant });
        for (const index of were) if (!are.has(index)) taken.push({ index, where, who, fromMs: instant });
      }
    }
  }
}

// The baseline is everybody's, so a role that is made gives nothing by it.
function cellsOfRole(role: Role | undefined, { catalog }: PolicySet): ReadonlySet<number> {
  return role ? heldCells(role) : new Set([...catalog.baseline].map(({ index }) => index));
}

/** Who hands out some roles only makes nobody one that they do not hand out, by deleting a role for another. */
function findUnassignable(
  { ground, place, actor, edit }: RoleEditQuestion,
  pairs: readonly RolePair[],
  held: readonly HeldRole[],
): ChangeFault | undefined {
  const { policy, atMs } = ground;
  const roles = rolesAt(held, atMs);
  if (edit !== 'role.delete' || !controlsMembers(policy, place, roles)) return undefined;
  const limit = assignLimit(roles, policy.catalog, place.kind, planOf(place));
  const touched = pairs
    .filter(({ before, after }) => before?.id !== after?.id)
    .flatMap((pair) => [pair.before, pair.after]);
  const beyond = limit && touched.find((role) => role && !limit.has(role.id));
  if (!beyond) return undefined;
  const names = [...limit].map(quote).join(', ');
  const may = names === '' ? 'no role' : `only ${names}`;
  const message = `${subjectName(policy, actor)} hands out, changes and takes ${may} in ${nameOfPlace(place)}, and this changes ${quote(beyond.id)}`;
  return { code: 'not-assignable', message };
}

/** Under `escalation: prevent` nobody gives by a role, or takes, what they do not hold themselves, now and then. */
function findEscalation(
  { ground, place, actor }: RoleEditQuestion,
  shifts: Shifts,
  roles: ActorRoles,
): ChangeFault | undefined {
  const { policy, atMs } = ground;
  const { given, taken } = shifts;
  if (policy.catalog.escalation !== 'prevent' || given.length + taken.length === 0) return undefined;
  const describe = ({ index, where, who, fromMs }: Shifted, verb: string, instant: number): ChangeFault | undefined => {
    const cell = policy.catalog.cells[index];
    if (!cell) return undefined;
    const what = `${who} would ${verb} ${quote(formatCell(cell))} in ${where}${fromThen(fromMs, atMs)}`;
    const then = instant > fromMs ? fromThen(instant, atMs) : '';
    const message = `${what}, which ${subjectName(policy, actor)} does not hold${then} (\`escalation: prevent\`)`;
    return { code: 'escalation-prevented', message, permission: cell.permission.id };
  };
  // A role of a company is held in all its workspaces, so what the actor holds in the company counts.
  const held = heldBy(roles, place, actor);
  const mayNow = cellsThen(held, atMs);
  for (const one of given) if (!mayNow.has(one.index)) return describe(one, 'gain', atMs);
  for (const instant of judgedInstants(held, shifts, atMs)) {
    const may = cellsThen(held, instant);
    const beyond = given.find(({ index, fromMs }) => fromMs <= instant && !may.has(index));
    if (beyond) return describe(beyond, 'gain', instant);
  }
  for (const one of taken) if (!mayNow.has(one.index)) return describe(one, 'lose', atMs);
  return undefined;
}
