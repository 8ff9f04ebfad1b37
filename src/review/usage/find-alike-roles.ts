import { quote } from '../../compile/words/describe-value.ts';
import { allRoles, findOrganization, type PolicySet } from '../../policy/policy-set.ts';
import { heldCells, isBuiltIn, listOfRole, roleKey, type Role } from '../../policy/role.ts';
import {
  aboutRole,
  describePlaceOf,
  findUnusedPermissions,
  keyOfRole,
  type JudgedRole,
  type RoleGround,
} from './find-role-findings.ts';
import { placeOfRole } from './role-grants.ts';
import type { NewFinding, Taking } from './usage-finding.ts';

/** Roles that do the very same as another one that is seen where they are. */
export function findSameRoles(judged: readonly JudgedRole[], { policy, holdings }: RoleGround): NewFinding[] {
  const groups = new Map<string, Role[]>();
  for (const role of allRoles(policy).filter(({ isFrozen }) => !isFrozen)) {
    const key = meaningOf(role);
    groups.set(key, [...(groups.get(key) ?? []), role]);
  }
  const extended = new Set(judged.flatMap(({ role, isExtended }) => (isExtended ? [role] : [])));
  return [...groups.values()].flatMap((alike) =>
    // The one that stays comes first: built in before a company's, that before a workspace's, then the one more people hold.
    sortBy(alike, (role) => [rankOf(role), -holdings.of(role).count, roleKey(role)]).flatMap((role, index, sorted) => {
      const other = sorted.slice(0, index).find((one) => isSeenWith(policy, one, role));
      return other && !isBuiltIn(role) ? [describeSame(policy, role, other, extended.has(role))] : [];
    }),
  );
}

function describeSame(policy: PolicySet, role: Role, other: Role, isExtended: boolean): NewFinding {
  const place = placeOfRole(role);
  const canFollow = place && !isExtended && listOfRole(role) === listOfRole(other);
  const taking: Taking | undefined = canFollow
    ? { does: 'delete-role', place, role: role.id, to: other.id }
    : undefined;
  return {
    kind: 'same-role',
    about: aboutRole(policy, role),
    message: `role ${quote(role.id)} of ${describePlaceOf(role)} does the same as ${quote(other.id)} of ${describePlaceOf(other)}`,
    evidence: { other: other.id },
    position: role.position,
    taking,
    ...(taking ? {} : { byHand: 'another role follows it; have that follow the one that stays' }),
  };
}

/** Two used roles of one place that do the same once both are without what nobody uses. */
export function findMergeableRoles(judged: readonly JudgedRole[], policy: PolicySet): NewFinding[] {
  const unused = new Map<string, Set<number>>();
  for (const { about } of findUnusedPermissions(judged, policy)) {
    const key = keyOfRole(about);
    const cells = unused.get(key) ?? new Set<number>();
    unused.set(key, cells);
    for (const index of cellsOfWord(policy, about.permission ?? '')) cells.add(index);
  }
  const byMeaning = new Map<string, Role[]>();
  for (const { role, standing } of judged) {
    if (standing !== 'used') continue;
    const gone = unused.get(keyOfRole(aboutRole(policy, role)));
    const key = JSON.stringify([placeOfRole(role), meaningOf(role, gone)]);
    byMeaning.set(key, [...(byMeaning.get(key) ?? []), role]);
  }
  return [...byMeaning.values()].flatMap(([first, ...others]) =>
    others
      .filter((role) => first && meaningOf(first) !== meaningOf(role))
      .map((role): NewFinding => {
        const other = first?.id ?? '';
        const of = describePlaceOf(role);
        return {
          kind: 'mergeable-role',
          about: aboutRole(policy, role),
          message: `role ${quote(role.id)} and ${quote(other)} of ${of} do the same without what nobody uses`,
          evidence: { other },
          position: role.position,
          taking: undefined,
          byHand: 'take what nobody uses first; then one of them is told as the same as the other',
        };
      }),
  );
}

function cellsOfWord({ catalog }: PolicySet, word: string): number[] {
  const [id = '', scope] = word.split('@');
  const permission = catalog.permissions.get(id);
  const cells = permission?.cells.filter(({ scopes }) => scope === undefined || scopes.includes(scope)) ?? [];
  return cells.filter((cell) => !catalog.baseline.has(cell)).map(({ index }) => index);
}

/** All that a role means, in one text: what it gives and denies, how far it spans, what its holders hand out. */
function meaningOf(role: Role, without: ReadonlySet<number> = new Set()): string {
  const allowed = [...heldCells(role)].filter((index) => !without.has(index)).sort((left, right) => left - right);
  const denied = role.rules.flatMap(({ effect, cell }) => (effect === 'deny' ? [cell.index] : []));
  return JSON.stringify([
    role.spans,
    allowed,
    denied,
    role.assigns ? [...role.assigns].sort() : null,
    role.holders ?? null,
  ]);
}

function isSeenWith(policy: PolicySet, above: Role, role: Role): boolean {
  if (isBuiltIn(above)) return true;
  if (above.workspace !== undefined) return above.workspace === role.workspace;
  const company = findOrganization(policy, above.organization ?? '');
  const workspace = role.workspace === undefined ? undefined : policy.workspaces.get(role.workspace);
  return workspace ? workspace.organization === company : findOrganization(policy, role.organization ?? '') === company;
}

function rankOf(role: Role): number {
  if (isBuiltIn(role)) return 0;
  return role.workspace === undefined ? 1 : 2;
}

function sortBy<One>(all: readonly One[], keysOf: (one: One) => readonly (string | number)[]): One[] {
  return [...all].sort((left, right) => {
    const [mine, theirs] = [keysOf(left), keysOf(right)];
    const differing = mine.findIndex((key, index) => key !== theirs[index]);
    if (differing < 0) return 0;
    return (mine[differing] ?? 0) < (theirs[differing] ?? 0) ? -1 : 1;
  });
}
