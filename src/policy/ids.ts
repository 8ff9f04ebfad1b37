import { limits } from './limits.ts';

/**
 * What ids are made of, as the published schemas have it, too. Case matters everywhere. These patterns are fixed; no text
 * of a user ever becomes one.
 */
export const idPatterns = {
  /** Of organizations, workspaces and groups, which products number, or name by UUID. */
  placeId: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  roleId: /^[A-Za-z][A-Za-z0-9._-]*$/,
  /** Of scopes, subject types and plans. */
  id: /^[a-z][a-z0-9-]*$/,
  /** Of what an organization may set; it stands in paths. */
  property: /^[A-Za-z][A-Za-z0-9_-]*$/,
  resource: /^[A-Za-z][A-Za-z0-9_.-]*$/,
  permission: /^[A-Za-z][A-Za-z0-9_.-]*:[A-Za-z0-9][A-Za-z0-9_.-]*$/,
  /** What a grant may be written as. */
  grant: /^(\*(@[a-z][a-z0-9-]*)?|[A-Za-z][A-Za-z0-9_.-]*:(\*|[A-Za-z0-9][A-Za-z0-9_.-]*(@[a-z][a-z0-9-]*)?))$/,
} as const;

/** Ids of organizations, workspaces and groups. */
export function isPlaceId(text: string): boolean {
  return text.length <= limits.idCharacters && idPatterns.placeId.test(text);
}

export function isRoleId(text: string): boolean {
  return text.length <= limits.idCharacters && idPatterns.roleId.test(text);
}

/** Ids of scopes, subject types and plans. */
export function isLowerCaseId(text: string): boolean {
  return text.length <= limits.idCharacters && idPatterns.id.test(text);
}

/** `resource:action`; an action may begin with a digit. */
export function isPermissionId(text: string): boolean {
  return text.length <= limits.permissionCharacters && idPatterns.permission.test(text);
}

export function isResourceName(text: string): boolean {
  return text.length <= limits.permissionCharacters && idPatterns.resource.test(text);
}
