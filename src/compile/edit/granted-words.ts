import type { Effect, Role } from '../../policy/role.ts';
import type { Permission } from '../../policy/permission.ts';

/** What a role allows or denies, in the words of a grant: each permission once, or once for each scope that is reached. */
export function grantedWords(role: Role, effect: Effect): string[] {
  const reached = new Set(role.rules.filter((rule) => rule.effect === effect).map((rule) => rule.cell));
  const permissions = new Set([...reached].map((cell) => cell.permission));
  return [...permissions].flatMap((permission) => {
    const within = permission.scopes.filter((scope) => {
      const cell = permission.cellsByWord.get(scope.id);
      return cell !== undefined && reached.has(cell);
    });
    return wordsFor(
      permission,
      within.map(({ id }) => id),
    );
  });
}

/** One permission in some of its scopes; in all of them it is named without one. */
export function wordsFor(permission: Pick<Permission, 'id' | 'scopes'>, scopeIds: readonly string[]): string[] {
  if (scopeIds.length === permission.scopes.length) return [permission.id];
  return scopeIds.map((scope) => `${permission.id}@${scope}`);
}
