import type { HeldPermission } from './types.ts';

/** A permission as somebody would see it. */
export interface SeenPermission extends HeldPermission {
  readonly roles: readonly string[];
  readonly deniedBy: readonly string[];
}

/** What somebody would see. */
export interface Sight {
  readonly roles: readonly { readonly role: string; readonly title: string; readonly until?: string }[];
  readonly permissions: readonly SeenPermission[];
}
