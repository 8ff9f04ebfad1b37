import type { Cell } from '../policy/permission.ts';
import { isAtOrganization, type PolicySet, type Workspace } from '../policy/policy-set.ts';
import { formatHolders, isBuiltIn, listOfRole, type Effect, type Role } from '../policy/role.ts';

/** A role as a settings page shows it. */
export interface ListedRole {
  readonly role: string;
  readonly title: string;
  readonly description?: string;
  readonly builtIn: boolean;
  /** The organization that defines it; absent for a built-in role and for one of the workspace. */
  readonly organization?: string;
  readonly spans: Role['spans'];
  /** How many must hold it; `1+`: so many at least. */
  readonly holders?: number | string;
  /** The only roles that its holders hand out, change and take. */
  readonly assigns?: readonly string[];
  readonly extends: readonly string[];
  /** `permission` or `permission@scope`: everything it allows, flattened, the baseline included. */
  readonly grants: readonly string[];
  /** What it denies whatever other role is held. */
  readonly denies: readonly string[];
}

/**
 * The roles that a workspace sees: built-in, its organization's and its own, in the order of the files; never another's.
 * Of an organization itself those that can be given there.
 */
export function rolesOf({ catalog }: PolicySet, workspace: Workspace): Role[] {
  const { organization } = workspace;
  const roles = [catalog, organization, workspace].flatMap((owner) => [...owner.roles.values()]);
  return isAtOrganization(workspace) ? roles.filter((role) => listOfRole(role) === 'organization') : roles;
}

export function describeRole(role: Role): ListedRole {
  return {
    role: role.id,
    title: role.title,
    ...(role.description === undefined ? {} : { description: role.description }),
    builtIn: isBuiltIn(role),
    ...(role.organization === undefined ? {} : { organization: role.organization }),
    spans: role.spans,
    ...(role.holders === undefined ? {} : { holders: formatHolders(role.holders) }),
    ...(role.assigns === undefined ? {} : { assigns: [...role.assigns] }),
    extends: role.extends,
    grants: wordsOf(role, 'allow'),
    denies: wordsOf(role, 'deny'),
  };
}

function wordsOf(role: Role, effect: Effect): string[] {
  return wordsOfCells(new Set(role.rules.filter((rule) => rule.effect === effect).map((rule) => rule.cell)));
}

/** Cells as grants name them. A permission that is reached in each of its scopes is named without one. */
export function wordsOfCells(reached: ReadonlySet<Cell>): string[] {
  const permissions = new Set([...reached].map((cell) => cell.permission));
  return [...permissions].flatMap((permission) => {
    const within = permission.scopes.filter((scope) => {
      const cell = permission.cellsByWord.get(scope.id);
      return cell !== undefined && reached.has(cell);
    });
    if (within.length === permission.scopes.length) return [permission.id];
    return within.map((scope) => `${permission.id}@${scope.id}`);
  });
}
