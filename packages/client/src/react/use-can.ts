import { holds } from '../permission-set.ts';
import { useRolebook } from './rolebook-provider.ts';

/**
 * Whether who looks at the page holds a permission, in a scope or in at least one; `false` for as long as that is not known. To
 * show or to grey out: the server asks again before it acts.
 */
export function useCan(permission: string, scope?: string): boolean {
  const { held } = useRolebook();
  return held !== undefined && holds(held, permission, scope);
}

/** `useCan` for the words of one policy: `const useCan: UseCan<Permission, Scope> = …`, with the types of `rolebook types`. */
export type UseCan<Permission extends string = string, Scope extends string = string> = (
  permission: Permission,
  scope?: Scope,
) => boolean;

export { RolebookProvider, useRolebook } from './rolebook-provider.ts';
export type { KnownPermissions, RolebookProviderProps } from './rolebook-provider.ts';
export type { HeldPermissions, ListedPermission } from '../permission-set.ts';
