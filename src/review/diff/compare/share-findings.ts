import type { PolicySet } from '../../../policy/policy-set.ts';
import type { Role } from '../../../policy/role.ts';
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
  readonly builtIns: BuiltInHolders;
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

/** Holders of built-in roles in these workspaces, by the roles' ids. */
export interface BuiltInHolders {
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
    builtIns: findBuiltInHolders(compared, holders),
    elsewhere: { before: findElsewhere(before, 'before', pairs), after: findElsewhere(after, 'after', pairs) },
    workspaces: { before: idsOfWorkspaces(before), after: idsOfWorkspaces(after) },
  };
}

function idsOfWorkspaces({ workspaces }: PolicySet): string[] {
  return [...workspaces.values()].flatMap(({ id, formerly }) => (formerly === undefined ? [id] : [id, formerly]));
}

function findBuiltInHolders({ before, after, matches }: ComparedPolicies, { isHeld }: RoleHolders): BuiltInHolders {
  if (before.policy.catalog === after.policy.catalog) return { held: new Set(), before: new Map(), after: new Map() };
  const rolesAfter = [...after.policy.catalog.roles.values()];
  const onlyBefore = [...before.policy.catalog.roles.values()].filter((role) => !matches.afterOf(role));
  const onlyAfter = rolesAfter.filter((role) => !matches.beforeOf(role));
  const countIn = ({ policy }: PolicySide, roles: readonly Role[]): ReadonlyMap<string, number> =>
    new Map(roles.map((role) => [role.id, countHolders(policy.workspaces.values(), role)]));
  return {
    held: new Set(rolesAfter.filter(isHeld).map(({ id }) => id)),
    before: countIn(before, onlyBefore),
    after: countIn(after, onlyAfter),
  };
}
