import { quote } from '../../../compile/words/describe-value.ts';
import { findOrganization, findParent, type PolicySet, type Workspace } from '../../../policy/policy-set.ts';
import { describeHolderCount, ownerOf, type Role } from '../../../policy/role.ts';
import type { CellPairs } from '../matching/cell-pairs.ts';
import type { ComparedPolicies } from '../matching/compared-policies.ts';
import { noticeOf } from './notice.ts';
import type { Notice } from '../matching/policy-difference.ts';
import { organizationIn, workspaceIn } from '../matching/renamed.ts';
import { effectsOf, isAllowing } from '../matching/role-effects.ts';
import type { RoleMatches } from '../matching/role-matches.ts';

/** The number of those who hold a role, and whether it reaches anybody. */
export interface RoleHolders {
  readonly before: (role: Role) => number;
  readonly after: (role: Role) => number;
  /** Whether somebody holds it after, or a role that follows it. */
  readonly isHeld: (role: Role) => boolean;
}

/** Roles that are new, gone or renamed, and those that changed while nobody holds them. */
export class RoleNoticeFinder {
  readonly #before: PolicySet;
  readonly #after: PolicySet;
  readonly #cells: CellPairs;
  readonly #matches: RoleMatches;
  readonly #holders: RoleHolders;

  constructor({ before, after, cells, matches }: ComparedPolicies, holders: RoleHolders) {
    this.#before = before.policy;
    this.#after = after.policy;
    this.#cells = cells;
    this.#matches = matches;
    this.#holders = holders;
  }

  renamed(): Notice[] {
    return this.#matches.renamings.map(({ before, after }) => {
      const text = `role ${quote(before.id)}${ofOwner(after)} is now called ${quote(after.id)}, ${this.#describeHolders(after)}`;
      return noticeOf('role-renamed', text, { workspace: after.workspace, position: after.position });
    });
  }

  /** The roles of a workspace that is new or gone come and go with it. */
  ofWorkspaces(): Notice[] {
    return [...this.#after.workspaces.values()].flatMap((workspace) => {
      const workspaceBefore = workspaceIn(this.#before, this.#after, workspace);
      if (!workspaceBefore || workspaceBefore === workspace) return [];
      return this.#among(workspaceBefore.roles, workspace.roles);
    });
  }

  ofCatalog(): Notice[] {
    const [before, after] = [this.#before.catalog, this.#after.catalog];
    return before === after ? [] : this.#among(before.roles, after.roles);
  }

  /** The same of organizations. */
  ofOrganizations(): Notice[] {
    return this.#after.organizations.flatMap((organization) => {
      const before = organizationIn(this.#before, this.#after, organization);
      return !before || before.roles === organization.roles ? [] : this.#among(before.roles, organization.roles);
    });
  }

  #among(before: ReadonlyMap<string, Role>, after: ReadonlyMap<string, Role>): Notice[] {
    const notices: Notice[] = [];
    for (const role of after.values()) {
      const roleBefore = this.#matches.beforeOf(role);
      const { workspace, position } = role;
      if (!roleBefore) {
        const text = `role ${quote(role.id)}${ofOwner(role)} is new, ${this.#describeHolders(role)}`;
        notices.push(noticeOf('role-added', text, { workspace, position }));
      } else if (roleBefore !== role) {
        notices.push(...changedRules(roleBefore, role), ...this.#changedUnheld(roleBefore, role));
      }
    }
    for (const role of before.values()) if (!this.#matches.afterOf(role)) notices.push(this.#removed(role));
    return notices;
  }

  #describeHolders(role: Role): string {
    const count = this.#holders.after(role);
    return count === 0 ? 'held by nobody' : `held by ${count}`;
  }

  #removed(role: Role): Notice {
    const owner = ownerIn(this.#after, this.#before, role);
    const heir = owner?.retired.get(role.id);
    const held = this.#holders.before(role);
    const where = heir ? `; its holders go to ${quote(heir.id)}` : '';
    const text = `role ${quote(role.id)}${ofOwner(role)} is gone, ${held === 0 ? 'and nobody held it' : `${held} held it`}${where}`;
    const more = { workspace: role.workspace, position: role.position, side: 'before' } as const;
    return noticeOf('role-removed', text, more);
  }

  // What a held role gains is told of its holders; of a role that waits for holders nobody would hear.
  #changedUnheld(before: Role, role: Role): Notice[] {
    if (this.#holders.isHeld(role)) return [];
    const { gained, lost } = this.#ownChange(before, role);
    if (gained.length + lost.length === 0) return [];
    const what = [
      ...(gained.length > 0 ? [`allows ${listSome(gained)}`] : []),
      ...(lost.length > 0 ? [`no longer allows ${listSome(lost)}`] : []),
    ].join(' and ');
    const text = `role ${quote(role.id)}${ofOwner(role)}, held by nobody, now ${what}`;
    return [noticeOf('role-changed', text, { workspace: role.workspace, position: role.position })];
  }

  // Without what a role it extends gained or lost just so: that is told there.
  #ownChange(before: Role, role: Role): { gained: string[]; lost: string[] } {
    const changes = this.#changeOf(before, role);
    const parents = role.extends.flatMap((id) => {
      const parent = findParent(this.#after, role, id);
      const parentBefore = parent && this.#matches.beforeOf(parent);
      return parent && parentBefore && parent !== parentBefore ? [this.#changeOf(parentBefore, parent)] : [];
    });
    const names = (wanted: number): string[] =>
      this.#cells.all
        .filter(({ index }) => changes[index] === wanted && !parents.some((parent) => parent[index] === wanted))
        .map(({ name }) => name);
    return { gained: names(1), lost: names(-1) };
  }

  #changeOf(before: Role, after: Role): Int8Array {
    const { all, ofBefore, ofAfter } = this.#cells;
    const effectsBefore = effectsOf([before], ofBefore, all.length);
    const effectsAfter = effectsOf([after], ofAfter, all.length);
    return Int8Array.from(effectsBefore, (effect, index) => {
      return Number(isAllowing(effectsAfter[index])) - Number(isAllowing(effect));
    });
  }
}

// What a role says of handing out and holding roles changes nobody's permissions by itself.
function changedRules(before: Role, role: Role): Notice[] {
  const changes = [
    ...(assignsOf(before) === assignsOf(role) ? [] : [`now hands out ${assignsOf(role)}`]),
    ...(holdersOf(before) === holdersOf(role) ? [] : [`must now be held by ${holdersOf(role)}`]),
  ];
  if (changes.length === 0) return [];
  const text = `role ${quote(role.id)}${ofOwner(role)} ${changes.join(' and ')}`;
  return [noticeOf('role-changed', text, { workspace: role.workspace, position: role.position })];
}

function assignsOf({ assigns }: Role): string {
  if (!assigns) return 'any role, where it controls members';
  return assigns.size === 0 ? 'no role' : `${[...assigns].sort().map(quote).join(', ')} alone`;
}

function holdersOf({ holders }: Role): string {
  return holders ? describeHolderCount(holders) : 'nobody in particular';
}

// The place in `other` that defined a role of `own`.
function ownerIn(other: PolicySet, own: PolicySet, role: Role): Pick<Workspace, 'retired'> | undefined {
  const workspace = role.workspace === undefined ? undefined : own.workspaces.get(role.workspace);
  if (workspace) return workspaceIn(other, own, workspace);
  const organization = findOrganization(own, role.organization ?? '');
  return organization && organizationIn(other, own, organization);
}

function ofOwner(role: Role): string {
  const owner = ownerOf(role);
  return owner === undefined ? '' : ` of ${quote(owner)}`;
}

function listSome(names: readonly string[]): string {
  const shown = names.slice(0, 6).map(quote).join(', ');
  return names.length > 6 ? `${shown} and ${names.length - 6} more` : shown;
}
