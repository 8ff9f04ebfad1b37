import { cellsOfAll } from '../../compile/checks/check-exclusive.ts';
import { subjectsOfGroup } from '../../policy/membership/given-roles.ts';
import { allMembers, rolesAt } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import {
  MemberRoles,
  membersPlaceOf,
  type HeldRole,
  type KnownPlace,
  type RuntimeMemberships,
} from '../members/member-roles.ts';
import type { PolicySet, Workspace } from '../../policy/policy-set.ts';

/** A policy, and who is a member beside it. */
export interface JudgedPolicy {
  readonly policy: PolicySet;
  readonly members: RuntimeMemberships;
}

/** Somebody whose roles give something else after an edit, in a workspace. */
export interface AffectedHolder {
  readonly subject: SubjectId;
  readonly before: readonly HeldRole[];
  readonly after: readonly HeldRole[];
}

/** A role before an edit and what has become of it; undefined: it was not there. */
export interface RolePair {
  readonly before: Role | undefined;
  readonly after: Role | undefined;
}

/** The roles of a place that are another thing after an edit: changed, made, or gone to another one. */
export function changedRoles(before: KnownPlace | undefined, after: KnownPlace): RolePair[] {
  const [were, are] = [definedAt(before), definedAt(after)];
  const { retired } = are;
  const pairs: RolePair[] = [...were.roles.values()].map((role) => {
    return { before: role, after: are.roles.get(role.id) ?? retired.get(role.id) };
  });
  const heirs = new Set(pairs.map((pair) => pair.after));
  for (const role of are.roles.values()) {
    if (!were.roles.has(role.id) && !heirs.has(role)) pairs.push({ before: undefined, after: role });
  }
  return pairs.filter((pair) => !isSameRole(pair.before, pair.after) || pair.before?.id !== pair.after?.id);
}

/** The holders of roles in a workspace who gain or lose by an edit; of those who hold the same, one for all. */
export function* affectedHolders(
  workspace: { readonly before: Workspace; readonly after: Workspace },
  sides: { readonly before: JudgedPolicy; readonly after: JudgedPolicy },
): Generator<AffectedHolder> {
  const [heldBefore, heldAfter] = [
    new MemberRoles(sides.before.policy, sides.before.members),
    new MemberRoles(sides.after.policy, sides.after.members),
  ];
  const all = (held: MemberRoles, at: Workspace, subject: SubjectId): readonly HeldRole[] => [
    ...held.at({ kind: 'workspace', id: at.id, workspace: at }, subject),
    ...held.above(at, subject),
  ];
  const told = new Set<string>();
  for (const subject of subjectsAt(workspace.before, sides.before.members)) {
    const before = all(heldBefore, workspace.before, subject);
    const after = all(heldAfter, workspace.after, subject);
    const key = `${signature(before)}>${signature(after)}`;
    if (told.has(key)) continue;
    told.add(key);
    if (!isSameHeld(before, after)) yield { subject, before, after };
  }
}

/** Everybody who holds something in a workspace or above it, each once or twice. */
function* subjectsAt(workspace: Workspace, members: RuntimeMemberships): Generator<SubjectId> {
  const { organization } = workspace;
  const company =
    organization.id === undefined ? [] : [{ kind: 'organization', id: organization.id, organization } as const];
  for (const place of [{ kind: 'workspace', id: workspace.id, workspace } as const, ...company]) {
    const at = membersPlaceOf(place);
    for (const { subject } of allMembers(at.members)) yield subject;
    for (const { subject } of members.list(place)) yield subject;
    for (const group of organization.groups.byId.values()) {
      if (at.groupMembers.has(group.id) || members.size > 0) yield* subjectsOfGroup(organization, group, members);
    }
  }
}

function signature(held: readonly HeldRole[]): string {
  return held
    .map(({ role, fromMs, untilMs }) => `${role.workspace ?? ''}/${role.id} ${fromMs ?? ''} ${untilMs ?? ''}`)
    .sort()
    .join();
}

function isSameHeld(before: readonly HeldRole[], after: readonly HeldRole[]): boolean {
  if (signature(before) !== signature(after)) return false;
  return before.every(({ role }) => after.some((one) => one.role.id === role.id && isSameRole(role, one.role)));
}

/** Whether two roles allow and deny the same. */
function isSameRole(before: Role | undefined, after: Role | undefined): boolean {
  if (!before || !after) return before === after;
  if (before === after) return true;
  const { rules } = after;
  return (
    before.rules.length === rules.length &&
    before.rules.every(({ cell, effect }, index) => {
      const other = rules[index];
      return cell === other?.cell && effect === other.effect;
    })
  );
}

/** The cells that roles give at an instant, by cell index. */
export function cellsThen(held: readonly HeldRole[], atMs: number): ReadonlySet<number> {
  return cellsOfAll(rolesAt(held, atMs));
}

/** The roles that a place defines itself, and those that it did. */
export interface DefinedRoles {
  readonly roles: ReadonlyMap<string, Role>;
  readonly retired: ReadonlyMap<string, Role>;
}

/** A company may have roles of its own, too. */
export function definedAt(place: KnownPlace | undefined): DefinedRoles {
  const at = place && membersPlaceOf(place);
  return at && 'roles' in at && 'retired' in at ? at : { roles: new Map(), retired: new Map() };
}
