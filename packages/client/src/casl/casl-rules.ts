import type { HeldPermissions } from '../permission-set.ts';

/** A rule of CASL, as `createMongoAbility` takes it. */
export interface CaslRule {
  readonly action: string;
  readonly subject: string;
  readonly conditions?: Readonly<Record<string, unknown>>;
}

/**
 * The rules of CASL for what somebody holds: `message:send` becomes the action `send` on the subject `message`.
 *
 * `conditions` says of each scope which things it reaches, in CASL's words. A permission that is not held in all its scopes becomes
 * a rule for each scope that is held and has such conditions; where there are none, CASL could not tell the things apart, and so
 * there is no rule, which is a deny.
 */
export function caslRules(
  { permissions }: HeldPermissions,
  conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): CaslRule[] {
  return permissions.flatMap(({ permission, decision, scopes }) => {
    if (!decision) return [];
    const colon = permission.indexOf(':');
    const rule = { subject: permission.slice(0, colon), action: permission.slice(colon + 1) };
    const all = Object.entries(scopes ?? {});
    if (all.every(([, isHeld]) => isHeld)) return [rule];
    return all.flatMap(([scope, isHeld]) => {
      const condition = Object.hasOwn(conditions, scope) ? conditions[scope] : undefined;
      return isHeld && condition ? [{ ...rule, conditions: condition }] : [];
    });
  });
}
