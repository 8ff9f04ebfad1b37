export const permissionIds = ['doc', 'tag'].flatMap((resource) =>
  ['read', 'edit', 'Delete-2', '2fa.on'].map((action) => `${resource}:${action}`),
);
/** What belongs to the company. */
export const companyPermissionIds = ['bill:read', 'bill:pay'];

/** A wildcard for a scope that no permission has is an error. */
export function keepable(kept: readonly string[], grants: readonly string[]): readonly string[] {
  return kept.filter((grant) => grants.includes(grant));
}

/** Whether a role may say this: a name reaches nothing that is kept from it, a wildcard something else, too. */
export function maySay(grant: string, kept: readonly string[], choices: readonly (readonly string[])[]): boolean {
  const all = new Set(kept.flatMap((text) => meaningOf(text, choices)));
  const beyond = meaningOf(grant, choices).filter((meant) => all.has(meant));
  const isWildcard = grant.startsWith('*') || grant.endsWith(':*');
  return beyond.length === 0 || (isWildcard && beyond.length < meaningOf(grant, choices).length);
}

/** `doc:read@self` and so on. */
function meaningOf(grant: string, choices: readonly (readonly string[])[]): readonly string[] {
  const [name = '', scope] = grant.split('@');
  return [...permissionIds, ...companyPermissionIds].slice(0, choices.length).flatMap((id, index) => {
    const isNamed = name === '*' || name === id || name === `${id.split(':')[0]}:*`;
    const scopeIds = choices[index]?.length ? choices[index] : [undefined];
    return isNamed ? scopeIds.filter((one) => scope === undefined || one === scope).map((one) => `${id}@${one}`) : [];
  });
}
