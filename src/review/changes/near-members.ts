import { partsOfGroup, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { Organization, PolicySet } from '../../policy/policy-set.ts';
import { findPlace } from '../members/member-roles.ts';
import { placeOfEdit } from './asked-edit.ts';
import type { EditStep } from './edit-steps.ts';

/**
 * Of those who were given something at run time, all whom edits can concern: at the places that edits name or change, and
 * in the companies of these. Everybody else is what they were, by whatever rule is asked.
 */
export function membersNear(given: readonly RuntimeMember[], steps: readonly EditStep[]): readonly RuntimeMember[] {
  if (given.length === 0) return given;
  const [workspaces, organizations] = [new Set<string>(), new Set<string>()];
  const add = (id: string, organization: Organization): void => {
    workspaces.add(id);
    if (organization.id !== undefined) organizations.add(organization.id);
  };
  for (const { edit, before, after } of steps) {
    if (after && before.catalog !== after.catalog) return given;
    const named = placeOfEdit(edit);
    const place = named && findPlace(before, named);
    if (place?.kind === 'organization') organizations.add(place.id);
    if (place?.kind === 'workspace') add(place.id, place.workspace.organization);
    if (!after || before === after) continue;
    for (const [one, other] of [
      [before, after],
      [after, before],
    ] as const) {
      for (const { id, organization } of changedWorkspaces(one, other)) add(id, organization);
      const known = new Set(other.organizations);
      for (const { id } of one.organizations.filter((organization) => !known.has(organization))) {
        if (id !== undefined) organizations.add(id);
      }
    }
  }
  const isNear = ({ place: { kind, id } }: RuntimeMember): boolean => {
    if (kind === 'workspace') return workspaces.has(id);
    return organizations.has(kind === 'group' ? partsOfGroup(id).organization : id);
  };
  return given.filter(isNear);
}

function changedWorkspaces(one: PolicySet, other: PolicySet): { id: string; organization: Organization }[] {
  return [...one.workspaces.values()].filter((workspace) => other.workspaces.get(workspace.id) !== workspace);
}
