import { writtenMembers } from '../../../policy/membership/effective-members.ts';
import {
  allMembers,
  findOrganization,
  type Member,
  type PolicySet,
  type Workspace,
} from '../../../policy/policy-set.ts';
import { isBuiltIn, type Role } from '../../../policy/role.ts';
import type { CellPairs } from './cell-pairs.ts';
import { organizationIn, workspaceIn } from './renamed.ts';
import { effectsOf } from './role-effects.ts';

/** A role that has another id and is otherwise the same. */
export interface Renaming {
  readonly before: Role;
  readonly after: Role;
}

/** The pairs of one role in two policies: the one with the same id, or the one it was renamed to. */
export class RoleMatches {
  readonly renamings: readonly Renaming[];
  readonly #before: PolicySet;
  readonly #after: PolicySet;
  readonly #renamedTo = new Map<Role, Role>();
  readonly #renamedFrom = new Map<Role, Role>();

  constructor(before: PolicySet, after: PolicySet, cells: CellPairs) {
    this.#before = before;
    this.#after = after;
    this.renamings = findRenamings(before, after, cells);
    for (const renaming of this.renamings) {
      this.#renamedTo.set(renaming.before, renaming.after);
      this.#renamedFrom.set(renaming.after, renaming.before);
    }
  }

  afterOf(role: Role): Role | undefined {
    return this.#renamedTo.get(role) ?? findSame(this.#after, this.#before, role);
  }

  beforeOf(role: Role): Role | undefined {
    return this.#renamedFrom.get(role) ?? findSame(this.#before, this.#after, role);
  }
}

/**
 * The role of this id where `role` lives: in the catalog, in its organization or in its workspace, which may have got it
 * from either.
 */
function findSame(other: PolicySet, own: PolicySet, role: Role): Role | undefined {
  const builtIn = other.catalog.roles.get(role.id);
  if (builtIn || isBuiltIn(role)) return builtIn;
  const workspace = role.workspace === undefined ? undefined : own.workspaces.get(role.workspace);
  if (workspace) {
    const there = workspaceIn(other, own, workspace);
    return there && (there.organization.roles.get(role.id) ?? there.roles.get(role.id));
  }
  const organization = findOrganization(own, role.organization ?? '');
  return organization && organizationIn(other, own, organization)?.roles.get(role.id);
}

type IsSame = (before: Role, after: Role) => boolean;

function findRenamings(before: PolicySet, after: PolicySet, cells: CellPairs): Renaming[] {
  const found: Renaming[] = [];
  const isSame: IsSame = (roleBefore, roleAfter) => isSameRole(roleBefore, roleAfter, before, after, cells);
  if (before.catalog !== after.catalog) found.push(...matchRoles(before.catalog.roles, after.catalog.roles, isSame));
  for (const organization of after.organizations) {
    const known = organizationIn(before, after, organization);
    if (!known || known.roles === organization.roles) continue;
    found.push(...findOwnRenamings(known, organization, [after.catalog.roles], isSame));
  }
  for (const workspace of after.workspaces.values()) {
    const workspaceBefore = workspaceIn(before, after, workspace);
    if (!workspaceBefore || workspaceBefore === workspace) continue;
    const above = [after.catalog.roles, workspace.organization.roles];
    found.push(...findOwnRenamings(workspaceBefore, workspace, above, isSame));
  }
  return found;
}

/** A place that defines roles, and says where those went that it deleted. */
type Owner = Pick<Workspace, 'roles' | 'retired'>;

function findOwnRenamings(before: Owner, after: Owner, above: readonly Owner['roles'][], isSame: IsSame): Renaming[] {
  if (hasSameIds(before.roles, after.roles)) return [];
  const declared = [...before.roles.values()].flatMap((role) => {
    const heir = after.retired.get(role.id);
    const isNew = heir && after.roles.get(heir.id) === heir && !before.roles.has(heir.id);
    return isNew && !after.roles.has(role.id) ? [{ before: role, after: heir }] : [];
  });
  // Two retired roles that went to one new role are a merger, not a renaming.
  const renamed = declared.filter(({ after: heir }) => declared.filter((other) => other.after === heir).length === 1);
  const isElsewhere = (id: string): boolean => above.some((roles) => roles.has(id)) || after.retired.has(id);
  const restBefore = [...before.roles].filter(([id]) => !isElsewhere(id));
  const restAfter = [...after.roles].filter(([, role]) => !renamed.some((renaming) => renaming.after === role));
  return [...renamed, ...matchRoles(new Map(restBefore), new Map(restAfter), isSame)];
}

// Then each is what it was, whatever it was retired for.
function hasSameIds(before: ReadonlyMap<string, Role>, after: ReadonlyMap<string, Role>): boolean {
  if (before.size !== after.size) return false;
  for (const id of before.keys()) if (!after.has(id)) return false;
  return true;
}

// Only one to one: of two roles that both look like the one before nobody can say which it became.
function matchRoles(before: ReadonlyMap<string, Role>, after: ReadonlyMap<string, Role>, isSame: IsSame): Renaming[] {
  const onlyBefore = [...before.values()].filter((role) => !after.has(role.id));
  const onlyAfter = [...after.values()].filter((role) => !before.has(role.id));
  if (onlyBefore.length === 0 || onlyAfter.length === 0) return [];
  const pairs = onlyBefore.flatMap((role) =>
    onlyAfter.filter((other) => isSame(role, other)).map((other) => ({ before: role, after: other })),
  );
  const isOnly = (role: Role): boolean =>
    pairs.filter((pair) => pair.before === role || pair.after === role).length === 1;
  return pairs.filter((pair) => isOnly(pair.before) && isOnly(pair.after));
}

// The same cells held by the same people; a role that nobody holds must have kept its title at least.
function isSameRole(roleBefore: Role, roleAfter: Role, before: PolicySet, after: PolicySet, cells: CellPairs): boolean {
  if (roleBefore.spans !== roleAfter.spans || !isSameEffects(roleBefore, roleAfter, cells)) return false;
  const [holdersBefore, holdersAfter] = [holdersOf(before, roleBefore), holdersOf(after, roleAfter, before)];
  if (holdersBefore.size !== holdersAfter.size) return false;
  if ([...holdersBefore].some((holder) => !holdersAfter.has(holder))) return false;
  return holdersBefore.size > 0 || roleBefore.title === roleAfter.title;
}

function isSameEffects(before: Role, after: Role, { all, ofBefore, ofAfter }: CellPairs): boolean {
  const effectsBefore = effectsOf([before], ofBefore, all.length);
  const effectsAfter = effectsOf([after], ofAfter, all.length);
  return effectsBefore.every((effect, index) => effect === effectsAfter[index]);
}

/**
 * Everybody who is given a role at any time, by workspace, organization or staff, type and id. What is there in `other`,
 * too, is called by the id it has there.
 */
export function holdersOf(policy: PolicySet, role: Role, other = policy): ReadonlySet<string> {
  const holders = new Set<string>();
  const add = (name: string, members: Iterable<Member>): void => {
    for (const { subject, assignments } of members) {
      if (assignments.some((assignment) => assignment.role === role))
        holders.add(`${name} ${subject.type} ${subject.id}`);
    }
  };
  const own = role.workspace === undefined ? undefined : policy.workspaces.get(role.workspace);
  for (const workspace of own ? [own] : policy.workspaces.values()) {
    add((workspaceIn(other, policy, workspace) ?? workspace).id, writtenMembers(workspace));
  }
  for (const organization of policy.organizations) {
    if (organization.members.size + organization.groupMembers.size === 0) continue;
    const { id = '' } = organizationIn(other, policy, organization) ?? organization;
    // Ids hold no slash, so no workspace is called like this.
    add(`/${id}`, writtenMembers(organization));
  }
  add('//', allMembers(policy.staff));
  return holders;
}
