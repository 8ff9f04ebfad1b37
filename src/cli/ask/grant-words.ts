import type { Catalog } from '../../policy/catalog.ts';
import type { AllowedPermission } from '../../review/access/allowed-permission.ts';

/** Permissions in few words: `tag:*` where all of a resource are among them, and `*` where all are. */
export function shortenPermissions({ permissions }: Pick<Catalog, 'permissions'>, ids: readonly string[]): string[] {
  const wanted = new Set(ids);
  if (wanted.size === permissions.size && permissions.size > 1) return ['*'];
  const counts = new Map<string, number>();
  for (const { resource } of permissions.values()) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  const ofResource = new Map<string, string[]>();
  for (const id of wanted) {
    const resource = permissions.get(id)?.resource ?? id;
    ofResource.set(resource, [...(ofResource.get(resource) ?? []), id]);
  }
  return [...ofResource].flatMap(([resource, its]) => {
    return its.length > 1 && its.length === counts.get(resource) ? [`${resource}:*`] : its;
  });
}

/** The scopes in which something is allowed; undefined: in all that a request can be in. */
export function limitingScopes(
  { scopes, possible }: AllowedPermission,
  within?: readonly string[],
): readonly string[] | undefined {
  const held = within ?? possible.filter((scope) => scopes?.[scope] === true);
  return held.length < possible.length ? held : undefined;
}
