import { limits } from './limits.ts';

// These patterns are fixed; no text of a user ever becomes one.
const idPattern = /^[a-z][a-z0-9-]*$/;
const permissionPartPattern = /^[A-Za-z][A-Za-z0-9_.-]*$/;

/** Ids of organizations, workspaces, roles, scopes and subject types. */
export function isId(text: string): boolean {
  return text.length <= limits.idCharacters && idPattern.test(text);
}

/** `resource:action`, each part `[A-Za-z][A-Za-z0-9_.-]*`; case matters. */
export function isPermissionId(text: string): boolean {
  if (text.length > limits.permissionCharacters) return false;
  const parts = text.split(':');
  return parts.length === 2 && parts.every((part) => permissionPartPattern.test(part));
}

export function isResourceName(text: string): boolean {
  return text.length <= limits.permissionCharacters && permissionPartPattern.test(text);
}
