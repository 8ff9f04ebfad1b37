import { holdersOf } from '../matching/role-matches.ts';
import type { ComparedPolicies } from '../matching/compared-policies.ts';
import { countHolders, heldOrFollowed } from '../matching/held-roles.ts';
import { findElsewhere, findPropertyNotices, findRoleMoves, type MemberElsewhere } from '../notices/member-notices.ts';
import { findPlacedWorkspaces, findRemovedWorkspaces } from '../notices/place-notices.ts';
import type { AccessChange, Notice } from '../matching/policy-difference.ts';
import { RoleNoticeFinder, type RoleHolders } from '../notices/role-notices.ts';
import type { WorkspacePairs } from '../matching/workspace-pairs.ts';

/**
 * What a share of the workspaces gave, or all of them: plain data, which holds on to nothing of the two policies. What
 * is told only when all workspaces are known is in `merge-findings.ts`.
 */
export interface ShareFindings {
  /** Every gain and loss in these workspaces, by workspace. */
  readonly changes: readonly AccessChange[];
  readonly notices: ShareNotices;
  readonly builtIns: BuiltInHolders;
  /** Who is in one of these workspaces on one side only. */
  readonly left: readonly MemberElsewhere[];
  readonly joined: readonly MemberElsewhere[];
  /** Ids of these workspaces. */
  readonly workspaces: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Notices about single workspaces, each kind in the order of the workspaces. */
export interface ShareNotices {
  readonly placed: readonly Notice[];
  readonly removed: readonly Notice[];
  readonly renamedRoles: readonly Notice[];
  readonly roles: readonly Notice[];
  readonly roleMoves: readonly Notice[];
  readonly properties: readonly Notice[];
}

/** Who holds built-in roles in these workspaces, by the roles' ids. */
export interface BuiltInHolders {
  /** In the newer policy: those that somebody holds, or a role that follows them. */
  readonly held: ReadonlySet<string>;
  /** How many hold those that are gone. */
  readonly gone: ReadonlyMap<string, number>;
  /** How many hold those that are new. */
  readonly fresh: ReadonlyMap<string, number>;
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
    left: findElsewhere(before, 'before', pairs),
    joined: findElsewhere(after, 'after', pairs),
    workspaces: { before: [...before.workspaces.keys()], after: [...after.workspaces.keys()] },
  };
}

function findBuiltInHolders({ before, after, matches }: ComparedPolicies, { isHeld }: RoleHolders): BuiltInHolders {
  const [then, now] = [before.policy, after.policy];
  if (then.catalog === now.catalog) return { held: new Set(), gone: new Map(), fresh: new Map() };
  const [old, young] = [[...then.catalog.roles.values()], [...now.catalog.roles.values()]];
  const gone = old.filter((role) => !matches.afterOf(role));
  const fresh = young.filter((role) => !matches.beforeOf(role));
  return {
    held: new Set(young.filter(isHeld).map(({ id }) => id)),
    gone: new Map(gone.map((role) => [role.id, countHolders(then.workspaces.values(), role)])),
    fresh: new Map(fresh.map((role) => [role.id, countHolders(now.workspaces.values(), role)])),
  };
}
