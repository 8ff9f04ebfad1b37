import { suggest } from '../../compile/words/suggest.ts';
import type { ListedName } from '../../engine/permission-listing.ts';
import { findPermissions, formerPermissions } from '../../policy/catalog.ts';
import { RolebookError } from '../../policy/errors.ts';
import {
  atOrganization,
  findOrganization,
  findWorkspace,
  type PolicySet,
  type Workspace,
} from '../../policy/policy-set.ts';

/*
 * Names of the command line that must be in the policy. One that is not there is wrong usage, with what was meant.
 */

/** A permission by its id or a former one. */
export function findAskedPermission({ catalog }: PolicySet, id: string): ListedName {
  const permissions = findPermissions(catalog, id);
  if (permissions.length > 0) return { id, permissions };
  if (id.endsWith('*')) {
    const help = 'ask about one permission at a time; `rolebook matrix` shows all of them';
    throw new RolebookError('usage', `\`${id}\` is a wildcard, not a permission`, { help });
  }
  throw unknown('permission', id, [...catalog.permissions.keys(), ...formerPermissions(catalog.permissions).keys()]);
}

/** Scopes of that permission: a request that is in all of these. */
export function requireScopes({ id, permissions }: ListedName, scopes: readonly string[]): void {
  const known = [...new Set(permissions.flatMap((permission) => permission.scopes.map((scope) => scope.id)))];
  for (const scope of scopes) {
    if (known.includes(scope)) continue;
    if (known.length === 0) throw new RolebookError('usage', `\`${id}\` has no scopes, found \`${scope}\``);
    throw new RolebookError('usage', `\`${id}\` has no scope \`${scope}\``, helpFor(scope, known));
  }
}

export function findAskedWorkspace(policy: PolicySet, id: string): Workspace {
  const found = findWorkspace(policy, id);
  if (found) return found;
  if (findOrganization(policy, id)) {
    const help = `write \`--organization ${id}\` to ask about the company`;
    throw new RolebookError('usage', `\`${id}\` is an organization, not a workspace`, { help });
  }
  throw unknown('workspace', id, policy.workspaces.keys());
}

/** An organization as a place. `asWorkspace` says how one asks about a workspace instead. */
export function findAskedOrganization(policy: PolicySet, id: string, asWorkspace: string): Workspace {
  const found = findOrganization(policy, id);
  const place = found && atOrganization(found);
  if (place) return place;
  if (findWorkspace(policy, id)) {
    const help = `write \`${asWorkspace}\` to ask about the workspace`;
    throw new RolebookError('usage', `\`${id}\` is a workspace, not an organization`, { help });
  }
  throw unknown(
    'organization',
    id,
    policy.organizations.flatMap((one) => one.id ?? []),
  );
}

/** The id of a role that is built in, or that some company or workspace defines. */
export function findAskedRole({ catalog, organizations, workspaces }: PolicySet, id: string): string {
  const places = [...organizations, ...workspaces.values()];
  const known = new Set([...catalog.roles.keys(), ...places.flatMap(({ roles }) => [...roles.keys()])]);
  if (known.has(id)) return id;
  throw unknown('role', id, known);
}

function unknown(what: string, name: string, known: Iterable<string>): RolebookError {
  return new RolebookError('usage', `there is no ${what} \`${name}\``, helpFor(name, known));
}

function helpFor(name: string, known: Iterable<string>): { readonly help?: string } {
  const help = suggest(name, known);
  return help === undefined ? {} : { help };
}
