import {
  findOrganization,
  findWorkspace,
  type Organization,
  type PolicySet,
  type Workspace,
} from '../../../policy/policy-set.ts';

/** The workspace of another policy that one of `own` is there, by its id or by a former one of either. */
export function workspaceIn(other: PolicySet, own: PolicySet, workspace: Workspace): Workspace | undefined {
  return other.workspaces.get(workspace.id) ?? findRenamed(workspace, findWorkspace, { other, own });
}

/** The same of an organization. */
export function organizationIn(other: PolicySet, own: PolicySet, organization: Organization): Organization | undefined {
  const { id } = organization;
  if (id === undefined) return other.organizations.find((known) => known.id === undefined);
  const same = findOrganization(other, id);
  return same?.id === id ? same : findRenamed(organization, findOrganization, { other, own });
}

interface Renamable {
  readonly id: string | undefined;
  readonly formerly?: string | undefined;
}

interface Sides {
  readonly other: PolicySet;
  readonly own: PolicySet;
}

type Find<Kept> = (policy: PolicySet, id: string) => Kept | undefined;

// One to one: of two that could have been the same one it is that which says so by its id.
function findRenamed<Kept extends Renamable>(place: Kept, find: Find<Kept>, { other, own }: Sides): Kept | undefined {
  const found = candidateFor(place, find, { other, own });
  return found && candidateFor(found, find, { other: own, own: other }) === place ? found : undefined;
}

function candidateFor<Kept extends Renamable>(place: Kept, find: Find<Kept>, { other, own }: Sides): Kept | undefined {
  for (const id of [place.id, place.formerly]) {
    const found = id === undefined ? undefined : find(other, id);
    // Where it is still there by its id, it is itself.
    if (found?.id !== undefined && find(own, found.id)?.id !== found.id) return found;
  }
  return undefined;
}
