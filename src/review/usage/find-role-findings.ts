import { areMembersControlled } from '../../policy/permission.ts';
import { allRoles, findOrganization, type PolicySet } from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import { allowsCell, heldCells, isBuiltIn, listOfRole, roleKey, type Role } from '../../policy/role.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { rootOf } from '../diff/causes/trace-rule.ts';
import type { RoleHolding, RoleHoldings } from './held-memberships.ts';
import { Ancestry, grantsOf, placeOfRole, type RoleGrant } from './role-grants.ts';
import type { FindingAbout, NewFinding, Taking, Use } from './usage-finding.ts';
import type { UsageTally } from './usage-tally.ts';

/** All that roles are judged by. */
export interface RoleGround {
  readonly policy: PolicySet;
  readonly tally: UsageTally;
  readonly holdings: RoleHoldings;
  /** Whether memberships at run time were asked for; undefined: there are none to be asked for. */
  readonly knowsRuntime: boolean;
}

/** A permission of a role and how often its holders used it; undefined: never. */
export interface GrantUse {
  readonly grant: RoleGrant;
  readonly use: Use | undefined;
  /** Whether anybody asked for it, anywhere: else it says nothing of the holders. */
  readonly isAsked: boolean;
}

/** A custom role as the log shows it. */
export interface JudgedRole {
  readonly role: Role;
  readonly holding: RoleHolding;
  /** Its holders and those of roles that follow it. */
  readonly reach: RoleHolding;
  readonly grants: readonly GrantUse[];
  readonly isExtended: boolean;
  /** `silent`: of no place where it is held the log says anything. */
  readonly standing: 'used' | 'idle' | 'unheld' | 'too-new' | 'silent';
}

/** Every custom role, in the order of places, with what its holders and those who hold what follows it did. */
export function judgeRoles(ground: RoleGround): readonly JudgedRole[] {
  const { policy, tally, holdings } = ground;
  const ancestry = new Ancestry(policy);
  const followers = new Map<Role, Role[]>();
  const roles = allRoles(policy);
  for (const role of roles) {
    for (const above of ancestry.of(role)) followers.set(above, [...(followers.get(above) ?? []), role]);
  }
  return roles
    .filter((role) => !isBuiltIn(role) && !role.isFrozen)
    .sort((left, right) => compareText(roleKey(left), roleKey(right)))
    .map((role) => {
      const family = followers.get(role) ?? [role];
      const grants = grantsOf(policy, role).map((grant): GrantUse => {
        const { permission, scope } = grant;
        return { grant, use: tally.useOf(role, permission, scope), isAsked: tally.wasAsked(permission, scope) };
      });
      const reach = joinHoldings(family.map((one) => holdings.of(one)));
      const isUsed = grants.some(({ use }) => use !== undefined);
      const standing = isUsed ? 'used' : standingOf(reach);
      return { role, holding: holdings.of(role), reach, grants, isExtended: family.length > 1, standing };
    });
}

function standingOf({ count, heard, isLong }: RoleHolding): JudgedRole['standing'] {
  if (count === 0) return 'unheld';
  if (heard === 0) return 'silent';
  return isLong ? 'idle' : 'too-new';
}

function joinHoldings(all: readonly RoleHolding[]): RoleHolding {
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    heard: all.reduce((sum, { heard }) => sum + heard, 0),
    names: all.flatMap(({ names }) => names),
    isLong: all.some(({ isLong }) => isLong),
  };
}

/** Roles that nobody holds, and roles whose holders used nothing of them. */
export function findIdleRoles(judged: readonly JudgedRole[], ground: RoleGround): NewFinding[] {
  return judged.flatMap((one): NewFinding[] => {
    const { role, holding, isExtended, grants } = one;
    if (isExtended || (one.standing !== 'idle' && one.standing !== 'unheld')) return [];
    // What the application asks of nobody, nobody can use.
    if (one.standing === 'idle' && grants.every(({ isAsked }) => !isAsked)) return [];
    const isHeld = one.standing === 'idle';
    const of = describePlaceOf(role);
    const message = isHeld
      ? `role ${quote(role.id)} of ${of} ${usedByNone(holding.count)}`
      : `nobody holds role ${quote(role.id)} of ${of}`;
    return [
      {
        kind: isHeld ? 'idle-role' : 'unused-role',
        about: aboutRole(ground.policy, role),
        message,
        evidence: { holders: holding.count, names: holding.names },
        position: role.position,
        ...deletion(ground, role, isHeld),
      },
    ];
  });
}

// Whoever goes to another role by it must gain nothing: that would be no taking away.
function deletion(
  { policy, knowsRuntime }: RoleGround,
  role: Role,
  isHeld: boolean,
): Pick<NewFinding, 'taking' | 'byHand'> {
  const place = placeOfRole(role);
  const { defaultRole: heir } = policy.catalog;
  const byHand = (why: string): Pick<NewFinding, 'taking' | 'byHand'> => ({ taking: undefined, byHand: why });
  if (!place || !heir || listOfRole(heir) !== listOfRole(role)) {
    return byHand('no default role says what its holders would get; `role delete` with `--to` does');
  }
  const taking: Taking = { does: 'delete-role', place, role: role.id, to: heir.id };
  if (!isHeld) {
    if (knowsRuntime || !areMembersControlled(policy.catalog.permissions.values())) return { taking };
    return byHand('members are given roles at run time, too, and these files do not tell who holds it there');
  }
  const isDenying = role.rules.some(({ effect }) => effect === 'deny');
  const gains = [...heldCells(heir)].some((index) => {
    const cell = policy.catalog.cells[index];
    return cell !== undefined && !allowsCell(role, cell);
  });
  if (!isDenying && !gains) return { taking };
  return byHand(`its holders would get ${quote(heir.id)}, which gives what this one does not`);
}

/** Permissions of used roles that none of the holders used. What others that stay require stays, too. */
export function findUnusedPermissions(judged: readonly JudgedRole[], policy: PolicySet): NewFinding[] {
  const unusedOf = new Map<Role, ReadonlySet<RoleGrant>>();
  for (const one of judged) if (one.standing === 'used' && one.reach.isLong) unusedOf.set(one.role, unusedGrants(one));
  return judged.flatMap(({ role, reach, grants }) => {
    const unused = unusedOf.get(role);
    if (!unused) return [];
    const own = [...unused].filter((grant) => !isToldAbove(policy, role, grant, unusedOf));
    return wordGrants(grants, new Set(own)).map(({ word, first }): NewFinding => {
      const from = rootOf(policy, role, first.rule);
      const inherited = from === role ? '' : `, which comes from ${quote(from.id)},`;
      return {
        kind: 'unused-permission',
        about: { ...aboutRole(policy, role), permission: word },
        message: `${quote(word)} of role ${quote(role.id)} of ${describePlaceOf(role)}${inherited} ${usedByNone(reach.count)}`,
        evidence: {
          holders: reach.count,
          names: reach.names.slice(0, 5),
          ...(from === role ? {} : { other: from.id }),
        },
        position: first.rule.origin,
        ...takeOutOf(role, word),
      };
    });
  });
}

function takeOutOf(role: Role, word: string): Pick<NewFinding, 'taking'> {
  const place = placeOfRole(role);
  return { taking: place && { does: 'disallow', place, role: role.id, word } };
}

function unusedGrants({ grants }: JudgedRole): ReadonlySet<RoleGrant> {
  const unused = new Set(grants.flatMap(({ grant, use, isAsked }) => (use || !isAsked ? [] : [grant])));
  for (let isStable = false; !isStable;) {
    const kept = grants.filter(({ grant }) => !unused.has(grant));
    const required = new Set(kept.flatMap(({ grant }) => grant.permission.requires));
    const needed = [...unused].filter(({ permission }) => required.has(permission.id));
    for (const grant of needed) unused.delete(grant);
    isStable = needed.length === 0;
  }
  return unused;
}

// Taken from the role that says it, it is gone from those that follow.
function isToldAbove(
  policy: PolicySet,
  role: Role,
  { permission, scope, rule }: RoleGrant,
  unusedOf: ReadonlyMap<Role, ReadonlySet<RoleGrant>>,
): boolean {
  const root = rootOf(policy, role, rule);
  if (root === role) return false;
  return [...(unusedOf.get(root) ?? [])].some((one) => one.permission === permission && one.scope === scope);
}

interface WordedGrants {
  readonly word: string;
  readonly first: RoleGrant;
}

/** Some of the grants of a role in words: a permission whose scopes are all among them is named without one. */
export function wordGrants(all: readonly GrantUse[], some: ReadonlySet<RoleGrant>): WordedGrants[] {
  const byPermission = new Map<string, RoleGrant[]>();
  for (const grant of some) {
    byPermission.set(grant.permission.id, [...(byPermission.get(grant.permission.id) ?? []), grant]);
  }
  return [...byPermission].flatMap(([id, grants]): WordedGrants[] => {
    const [first] = grants;
    const given = all.filter(({ grant }) => grant.permission.id === id);
    if (first && given.length === grants.length) return [{ word: id, first }];
    return grants.map((grant) => ({ word: `${id}@${grant.scope}`, first: grant }));
  });
}

/** The words of `waive` for a role. */
export function aboutRole(policy: PolicySet, { id, workspace, organization }: Role): FindingAbout {
  const above =
    workspace === undefined
      ? organization === undefined
        ? undefined
        : findOrganization(policy, organization)?.id
      : policy.workspaces.get(workspace)?.organization.id;
  return {
    ...(above === undefined ? {} : { organization: above }),
    ...(workspace === undefined ? {} : { workspace }),
    role: id,
  };
}

/** A role's name among those of a review. */
export function keyOfRole({ organization, workspace, role }: FindingAbout): string {
  return JSON.stringify([organization ?? null, workspace ?? null, role ?? null]);
}

export function describePlaceOf({ workspace, organization }: Role): string {
  if (workspace !== undefined) return `workspace ${quote(workspace)}`;
  return organization === undefined ? 'roles.yaml' : `organization ${quote(organization)}`;
}

function usedByNone(holders: number): string {
  return holders === 1 ? 'was not used by its only holder' : `was used by none of its ${holders} holders`;
}
