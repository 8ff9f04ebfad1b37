import type { PolicyPlaces } from '../../../policy/policy-places.ts';
import {
  findMember,
  type Member,
  type Members,
  type Organization,
  type PolicySet,
} from '../../../policy/policy-set.ts';
import type { Position } from '../../../policy/position.ts';
import { keptOf, type Place, type RuntimeMember, rolesGiven } from '../../../policy/runtime-member.ts';
import { groupBy } from './group-by.ts';

/**
 * A policy as if its files listed the members at run time, too, so that what is asked about everybody is asked about
 * them. They have no line of their own and stand where their workspace or organization begins. What somebody handed over
 * whom the files list, they do not hold.
 */
export function withRuntimeMembers(places: PolicyPlaces, members: Iterable<RuntimeMember>): PolicySet {
  const byPlace = groupBy([...members], ({ place }) => keyOf(place));
  if (byPlace.size === 0) return places.policy;
  const added = (place: Place, known: Members, position: Position | undefined): Members =>
    addMembers(places, byPlace.get(keyOf(place)) ?? [], known, position);
  const organizations = new Map(
    places.policy.organizations.map((organization): [Organization, Organization] => {
      const { id, members: known, position } = organization;
      const all = id === undefined ? known : added({ kind: 'organization', id }, known, position);
      return [organization, all === known ? organization : { ...organization, members: all }];
    }),
  );
  const workspaces = [...places.policy.workspaces].map(([id, workspace]) => {
    const organization = organizations.get(workspace.organization) ?? workspace.organization;
    const all = added({ kind: 'workspace', id }, workspace.members, workspace.position);
    const isSame = organization === workspace.organization && all === workspace.members;
    return [id, isSame ? workspace : { ...workspace, organization, members: all }] as const;
  });
  return { ...places.policy, organizations: [...organizations.values()], workspaces: new Map(workspaces) };
}

function keyOf({ kind, id }: Place): string {
  return `${kind} ${id}`;
}

function addMembers(
  places: PolicyPlaces,
  added: readonly RuntimeMember[],
  known: Members,
  position: Position | undefined,
): Members {
  if (added.length === 0) return known;
  const all = new Map([...known].map(([type, byId]) => [type, new Map(byId)]));
  for (const runtime of added) {
    const { type, id } = runtime.subject;
    // Whoever is written in YAML belongs to git, and holds what they did not hand over.
    const written = findMember(known, runtime.subject);
    if (written) {
      const kept = keptOf(written.assignments, runtime);
      if (kept.length === 0) all.get(type)?.delete(id);
      else if (kept !== written.assignments) all.get(type)?.set(id, { ...plainOf(written), assignments: kept });
      continue;
    }
    const member = memberOf(places, runtime, position ?? { file: 'policies', line: 1, column: 1 });
    if (member.assignments.length === 0) continue;
    const byId = all.get(type) ?? new Map<string, Member>();
    all.set(type, byId.set(id, member));
  }
  return all;
}

// A spread would miss what a plain member makes when it is asked.
function plainOf({ subject, properties, position }: Member): Omit<Member, 'assignments'> {
  return { subject, properties, position };
}

function memberOf(places: PolicyPlaces, { place, subject, assignments }: RuntimeMember, position: Position): Member {
  return {
    subject,
    properties: undefined,
    position,
    assignments: rolesGiven(places.policy, place, assignments).map((given) => ({ ...given, position })),
  };
}
