import { allMembers, type PolicySet } from '../../../policy/policy-set.ts';
import { compareText } from '../../../policy/position.ts';
import { roleKey, type Role } from '../../../policy/role.ts';
import { findCatalogNotices } from '../notices/catalog-notices.ts';
import type { ComparedPolicies } from '../matching/compared-policies.ts';
import { organizationIn } from '../matching/renamed.ts';
import { countAmong, countHolders } from '../matching/held-roles.ts';
import { describeWorkspaceMoves } from '../notices/member-notices.ts';
import type { CatalogLines } from '../notices/notice.ts';
import { findOrganizationNotices } from '../notices/place-notices.ts';
import type { Notice, PolicyDifference } from '../matching/policy-difference.ts';
import { RoleNoticeFinder, type RoleHolders } from '../notices/role-notices.ts';
import { RoleTexts } from '../causes/role-texts.ts';
import type { ShareFindings, ShareNotices } from './share-findings.ts';

/**
 * Makes one difference of what shares of the workspaces gave, in the order of the shares. `compared` are the policies of
 * one of them: the catalog and the organizations are the same in all. Undefined when the shares do not add up: when
 * there is something to tell that none of them could see.
 */
export function mergeFindings(
  shares: readonly ShareFindings[],
  compared: ComparedPolicies,
): PolicyDifference | undefined {
  const [before, after] = [compared.before.policy, compared.after.policy];
  if (shares.length > 1 && (mayBeRenamed(before, after) || meet(shares))) return undefined;
  const all = (kind: keyof ShareNotices): Notice[] => shares.flatMap(({ notices }) => notices[kind]);
  const sharedRoles = new RoleNoticeFinder(compared, sharedHolders(shares, before, after));
  // The product first, people last.
  const notices = [
    ...(before.catalog === after.catalog
      ? []
      : findCatalogNotices(before.catalog, after.catalog, catalogLines(compared))),
    ...findOrganizationNotices(before, after),
    ...all('placed'),
    ...all('removed'),
    ...all('renamedRoles'),
    ...sharedRoles.ofCatalog(),
    ...sharedRoles.ofOrganizations(),
    ...all('roles'),
    ...all('roleMoves'),
    ...describeWorkspaceMoves(
      shares.flatMap(({ elsewhere }) => elsewhere.before),
      shares.flatMap(({ elsewhere }) => elsewhere.after),
      after,
    ),
    ...all('properties'),
  ];
  return { changes: mergeChanges(shares), notices };
}

/** Whether a role that all shares see may have another id now: that depends on who holds it, in all workspaces. */
function mayBeRenamed(before: PolicySet, after: PolicySet): boolean {
  const pairs = after.organizations.flatMap((organization) => {
    const known = organizationIn(before, after, organization);
    return known ? [[known, organization] as const] : [];
  });
  return [[before.catalog, after.catalog] as const, ...pairs].some(([was, is]) => {
    const isRemoved = [...was.roles.keys()].some((id) => !is.roles.has(id));
    return isRemoved && [...is.roles.keys()].some((id) => !was.roles.has(id));
  });
}

/** Whether a workspace is in two of them: it is defined twice, or its file has another path on the other side. */
function meet(shares: readonly ShareFindings[]): boolean {
  const shareOf = new Map<string, number>();
  return shares.some(({ workspaces: { before, after } }, index) =>
    [...before, ...after].some((id) => {
      const known = shareOf.get(id) ?? index;
      shareOf.set(id, index);
      return known !== index;
    }),
  );
}

function mergeChanges(shares: readonly ShareFindings[]): PolicyDifference['changes'] {
  const [first] = shares;
  if (first && shares.length === 1) return first.changes;
  const changes = shares.flatMap((share) => share.changes);
  // A workspace is in one share, so this takes none of its changes out of their order.
  return changes.sort((left, right) => compareText(left.workspace, right.workspace));
}

function sharedHolders(shares: readonly ShareFindings[], before: PolicySet, after: PolicySet): RoleHolders {
  const sum = (side: 'before' | 'after', { organizations, staff }: PolicySet, role: Role): number =>
    shares.reduce(
      (count, { shared }) => count + (shared[side].get(roleKey(role)) ?? 0),
      countHolders(organizations, role) + countAmong(allMembers(staff), role),
    );
  return {
    before: (role) => sum('before', before, role),
    after: (role) => sum('after', after, role),
    isHeld: (role) => shares.some(({ shared }) => shared.held.has(roleKey(role))),
  };
}

function catalogLines({ before, after }: ComparedPolicies): CatalogLines {
  const [textsBefore, textsAfter] = [new RoleTexts(before), new RoleTexts(after)];
  const locate = (texts: RoleTexts, path: readonly (string | number)[]): Notice['position'] => {
    const span = texts.open('roles.yaml')?.positions.locate(path, 'key');
    return span && { file: span.file, line: span.line, column: span.column };
  };
  return { before: (path) => locate(textsBefore, path), after: (path) => locate(textsAfter, path) };
}
