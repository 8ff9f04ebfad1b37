import { allMembers, type PolicySet, type Workspace } from '../../../policy/policy-set.ts';
import type { Role } from '../../../policy/role.ts';
import type { CellPairs } from './cell-pairs.ts';
import { effectsOf } from './role-effects.ts';

/** A role that has another id and is otherwise the same. */
export interface Renaming {
  readonly before: Role;
  readonly after: Role;
}

/** Which role of one policy is which of the other: the one with the same id, or the one it was renamed to. */
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
    return this.#renamedTo.get(role) ?? findSame(this.#after, role);
  }

  beforeOf(role: Role): Role | undefined {
    return this.#renamedFrom.get(role) ?? findSame(this.#before, role);
  }
}

/** The role of this id where `role` lives: in the catalog, or in its workspace, which may have got it from the catalog. */
function findSame(policy: PolicySet, role: Role): Role | undefined {
  const builtIn = policy.catalog.roles.get(role.id);
  if (role.workspace === undefined) return builtIn;
  return builtIn ?? policy.workspaces.get(role.workspace)?.roles.get(role.id);
}

function findRenamings(before: PolicySet, after: PolicySet, cells: CellPairs): Renaming[] {
  const found: Renaming[] = [];
  const isSame = (old: Role, young: Role): boolean => isSameRole(old, young, before, after, cells);
  if (before.catalog !== after.catalog) found.push(...matchRoles(before.catalog.roles, after.catalog.roles, isSame));
  for (const workspace of after.workspaces.values()) {
    const old = before.workspaces.get(workspace.id);
    if (old && old !== workspace) found.push(...findWorkspaceRenamings(old, workspace, after, isSame));
  }
  return found;
}

function findWorkspaceRenamings(
  before: Workspace,
  after: Workspace,
  policy: PolicySet,
  isSame: (old: Role, young: Role) => boolean,
): Renaming[] {
  if (hasSameIds(before.roles, after.roles)) return [];
  const declared = [...before.roles.values()].flatMap((old) => {
    const heir = after.retired.get(old.id);
    const isNew = heir && after.roles.get(heir.id) === heir && !before.roles.has(heir.id);
    return isNew && !after.roles.has(old.id) ? [{ before: old, after: heir }] : [];
  });
  // Two retired roles that went to one new role are a merger, not a renaming.
  const renamed = declared.filter(({ after: heir }) => declared.filter((other) => other.after === heir).length === 1);
  const rest = [...before.roles].filter(([id]) => !policy.catalog.roles.has(id) && !after.retired.has(id));
  const fresh = [...after.roles].filter(([, role]) => !renamed.some((renaming) => renaming.after === role));
  return [...renamed, ...matchRoles(new Map(rest), new Map(fresh), isSame)];
}

// Then each is what it was, whatever it was retired for.
function hasSameIds(before: ReadonlyMap<string, Role>, after: ReadonlyMap<string, Role>): boolean {
  if (before.size !== after.size) return false;
  for (const id of before.keys()) if (!after.has(id)) return false;
  return true;
}

// Only one to one: of two roles that both look like the old one nobody can say which it became.
function matchRoles(
  before: ReadonlyMap<string, Role>,
  after: ReadonlyMap<string, Role>,
  isSame: (old: Role, young: Role) => boolean,
): Renaming[] {
  const gone = [...before.values()].filter((role) => !after.has(role.id));
  const fresh = [...after.values()].filter((role) => !before.has(role.id));
  if (gone.length === 0 || fresh.length === 0) return [];
  const pairs = gone.flatMap((old) =>
    fresh.filter((young) => isSame(old, young)).map((young) => [old, young] as const),
  );
  const isOnly = (role: Role): boolean => pairs.filter((pair) => pair.includes(role)).length === 1;
  return pairs.filter((pair) => pair.every(isOnly)).map(([old, young]) => ({ before: old, after: young }));
}

// The same cells held by the same people; a role that nobody holds must have kept its title at least.
function isSameRole(old: Role, young: Role, before: PolicySet, after: PolicySet, cells: CellPairs): boolean {
  if (old.spans !== young.spans || !isSameEffects(old, young, cells)) return false;
  const [then, now] = [holdersOf(before, old), holdersOf(after, young)];
  if (then.size !== now.size || [...then].some((holder) => !now.has(holder))) return false;
  return then.size > 0 || old.title === young.title;
}

function isSameEffects(old: Role, young: Role, { all, ofBefore, ofAfter }: CellPairs): boolean {
  const [then, now] = [effectsOf([old], ofBefore, all.length), effectsOf([young], ofAfter, all.length)];
  return then.every((effect, index) => effect === now[index]);
}

/** Everybody who is given a role at any time, by workspace or organization, type and id. */
export function holdersOf(policy: PolicySet, role: Role): ReadonlySet<string> {
  const holders = new Set<string>();
  const add = (place: string, members: Workspace['members']): void => {
    for (const { subject, assignments } of allMembers(members)) {
      if (assignments.some((assignment) => assignment.role === role))
        holders.add(`${place} ${subject.type} ${subject.id}`);
    }
  };
  const own = role.workspace === undefined ? undefined : policy.workspaces.get(role.workspace);
  for (const workspace of own ? [own] : policy.workspaces.values()) add(workspace.id, workspace.members);
  // Ids hold no slash, so no workspace is called like this.
  for (const { id, members } of policy.organizations) add(`/${id ?? ''}`, members);
  return holders;
}
