import type { Organization, PolicySet, Workspace } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import { quote } from '../words/describe-value.ts';

/** A place that edits speak of: a workspace or an organization, and the file whose mapping says what is there. */
export interface EditPlace {
  readonly kind: 'workspace' | 'organization';
  readonly id: string;
  readonly file: string;
  readonly at: Workspace | Organization;
}

export function workspacePlace(workspace: Workspace): EditPlace {
  return { kind: 'workspace', id: workspace.id, file: workspace.position.file, at: workspace };
}

/** Undefined for the nameless one, which has no file. */
export function organizationPlace(organization: Organization): EditPlace | undefined {
  const { id, position } = organization;
  return id === undefined || !position
    ? undefined
    : { kind: 'organization', id, file: position.file, at: organization };
}

export function describeEditPlace({ kind, id }: Pick<EditPlace, 'kind' | 'id'>): string {
  return `${kind} ${quote(id)}`;
}

/** The roles that the place itself defines. */
export function ownRoles({ at }: EditPlace): ReadonlyMap<string, Role> {
  return at.roles;
}

/** The ids that were roles of the place, and where their holders went. */
export function retiredRoles({ at }: EditPlace): ReadonlyMap<string, Role> {
  return at.retired;
}

/** Every place where what a place defines may be named: itself, and of an organization its workspaces. */
export function reachOf({ workspaces }: PolicySet, place: EditPlace): readonly EditPlace[] {
  if (place.kind === 'workspace') return [place];
  const below = [...workspaces.values()].filter(({ organization }) => organization === place.at);
  return [place, ...below.map(workspacePlace)];
}
