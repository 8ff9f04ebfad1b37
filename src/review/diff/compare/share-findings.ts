import type { PolicySet } from '../../../policy/policy-set.ts';
import { roleKey, type Role } from '../../../policy/role.ts';
import { holdersOf } from '../matching/role-matches.ts';
import type { ComparedPolicies } from '../matching/compared-policies.ts';
import { countHolders, heldOrFollowed } from '../matching/held-roles.ts';
import { findElsewhere, findPropertyNotices, findRoleMoves, type MemberElsewhere } from '../notices/member-notices.ts';
import { findPlacedWorkspaces, findRemovedWorkspaces } from '../notices/place-notices.ts';
import type { AccessChange, Notice, PolicySide } from '../matching/policy-difference.ts';
import { RoleNoticeFinder, type RoleHolders } from '../notices/role-notices.ts';
import type { WorkspacePairs } from '../matching/workspace-pairs.ts';

/**
 * Findings in a share of the workspaces, or in all of them: plain data, which holds on to nothing of the two policies.
 * What is told only when all workspaces are known is in `merge-findings.ts`.
 */
export interface ShareFindings {
  /** Every gain and loss in these workspaces, by workspace. */
  readonly changes: readonly AccessChange[];
  readonly notices: ShareNotices;
  readonly shared: SharedHolders;
  /** Who is in one of these workspaces on one side only. */
  readonly elsewhere: { readonly before: readonly MemberElsewhere[]; readonly after: readonly MemberElsewhere[] };
  /** Ids of these workspaces, and former ones. */
  readonly workspaces: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Findings about single workspaces, each kind in the order of the workspaces. */
export interface ShareNotices {
  readonly placed: readonly Notice[];
  readonly removed: readonly Notice[];
  readonly renamedRoles: readonly Notice[];
  readonly roles: readonly Notice[];
  readonly roleMoves: readonly Notice[];
  readonly properties: readonly Notice[];
}

/** Holders in these workspaces of roles that others see, too, built in or of an organization; by the roles' keys. */
export interface SharedHolders {
  /** Those that somebody holds after, or a role that follows them. */
  readonly held: ReadonlySet<string>;
  /** How many hold those that are there before only. */
  readonly before: ReadonlyMap<string, number>;
  /** How many hold those that are there after only. */
  readonly after: ReadonlyMap<string, number>;
}

export function findInShare(
  changes: readonly AccessChange[],
  compared: ComparedPolicies,
  pairs: WorkspacePairs,
): ShareFindings {
  const [before, after] = [compared.before.policy, compared.after.policy];
  let held: ReturnType<typeof heldOrFollowed> | undefined;
  const holders: RoleHolders = {
    before: (role) => holdersOf(before, role).size,
    after: (role) => holdersOf(after, role).size,
    isHeld: (role) => (held ??= heldOrFollowed(after)).has(role),
  };
  const roles = new RoleNoticeFinder(compared, holders);
  return {
    changes,
    notices: {
      placed: findPlacedWorkspaces(before, after),
      removed: findRemovedWorkspaces(before, after),
      renamedRoles: roles.renamed(),
      roles: roles.ofWorkspaces(),
      roleMoves: findRoleMoves(pairs, compared.matches, after.catalog),
      properties: findPropertyNotices(pairs, before.catalog, after.catalog),
    },
    shared: findSharedHolders(compared, holders),
    elsewhere: { before: findElsewhere(before, 'before', pairs), after: findElsewhere(after, 'after', pairs) },
    workspaces: { before: idsOfWorkspaces(before), after: idsOfWorkspaces(after) },
  };
}

function idsOfWorkspaces({ workspaces }: PolicySet): string[] {
  return [...workspaces.values()].flatMap(({ id, formerly }) => (formerly === undefined ? [id] : [id, formerly]));
}

function findSharedHolders({ before, after, matches }: ComparedPolicies, { isHeld }: RoleHolders): SharedHolders {
  const [rolesBefore, rolesAfter] = changedRoles(before.policy, after.policy);
  const onlyBefore = rolesBefore.filter((role) => !matches.afterOf(role));
  const onlyAfter = rolesAfter.filter((role) => !matches.beforeOf(role));
  const countIn = ({ policy }: PolicySide, roles: readonly Role[]): ReadonlyMap<string, number> =>
    new Map(roles.map((role) => [roleKey(role), countHolders(policy.workspaces.values(), role)]));
  return {
    held: new Set(rolesAfter.filter(isHeld).map(roleKey)),
    before: countIn(before, onlyBefore),
    after: countIn(after, onlyAfter),
  };
}

// Of the catalog and of organizations, where they are not what they were.
function changedRoles(before: PolicySet, after: PolicySet): readonly [before: Role[], after: Role[]] {
  const rolesOf = (side: PolicySet, other: PolicySet): Role[] => {
    const known = new Set(other.organizations.map(({ roles }) => roles));
    const owners = [side.catalog, ...side.organizations].filter(
      (owner) => owner !== other.catalog && !known.has(owner.roles),
    );
    return owners.flatMap(({ roles }) => [...roles.values()]);
  };
  return [rolesOf(before, after), rolesOf(after, before)];
}
