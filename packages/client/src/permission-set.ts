/** One permission of somebody, as the sidecar lists it. */
export interface ListedPermission<Permission extends string = string> {
  readonly permission: Permission;
  /** Whether it is held in at least one scope. */
  readonly decision: boolean;
  /** For each scope that there is; undefined: it has none. */
  readonly scopes?: Readonly<Record<string, boolean>>;
  readonly title?: string;
  readonly category?: string;
}

/** What somebody may do in a place, as one answer: to show or to grey out. Plain data, so that it can be sent to a page. */
export interface HeldPermissions<Permission extends string = string> {
  readonly permissions: readonly ListedPermission<Permission>[];
  readonly revision: string;
}

/**
 * Whether a permission is held in a scope; without a scope, in at least one. What is not listed is not held. The server asks
 * again before it acts: a page can be old.
 */
export function holds<Permission extends string>(
  { permissions }: HeldPermissions<Permission>,
  permission: Permission,
  scope?: string,
): boolean {
  const { decision, scopes = {} } = permissions.find((one) => one.permission === permission) ?? {};
  if (decision !== true) return false;
  return scope === undefined || (Object.hasOwn(scopes, scope) && scopes[scope] === true);
}
