import { givenToGroup, type GivenMemberships } from '../../policy/membership/given-roles.ts';
import type { PolicyPlaces } from '../../policy/policy-places.ts';
import { groupType, rolesAt, type Organization, type TimedRole, type Workspace } from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import { type Place, type RuntimeMember, partsOfGroup, rolesGiven } from '../../policy/runtime-member.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import {
  casbinRoleName,
  casbinSubjectName,
  companyMembership,
  requirePlainValues,
  type GroupingRow,
} from './casbin-rules.ts';

type WrittenMember = Pick<RuntimeMember, 'place' | 'subject' | 'assignments'>;

/**
 * A membership at run time as Casbin rows: one for each role that holds at `atMs` and each workspace it counts in, and
 * for the organization itself where something belongs to it. A role that is not there, or may not be given there, makes
 * none. Whoever was put into a group has the rows of all that the group holds; what a group was given at run time makes
 * rows for those whom YAML lists in it.
 */
export function runtimeRows(
  places: PolicyPlaces,
  member: WrittenMember,
  atMs: number,
  runtime: GivenMemberships,
): GroupingRow[] {
  const { place, subject, assignments } = member;
  const { policy } = places;
  const isSubject = policy.catalog.subjectTypes.includes(subject.type);
  if (place.kind === 'group') return isSubject ? rowsByGroup(places, member, atMs, runtime) : [];
  const given = rolesGiven(policy, place, assignments);
  if (isSubject) return heldRows(places, member, given, atMs);
  const listed = subject.type === groupType ? listedSubjects(organizationAt(places, place), subject.id) : [];
  return listed.flatMap((one) => heldRows(places, { place, subject: one }, given, atMs));
}

/** The same of roles that a subject holds at a place, from YAML or from run time. */
export function heldRows(
  places: PolicyPlaces,
  { place, subject }: Pick<RuntimeMember, 'place' | 'subject'>,
  given: readonly HeldTimes[],
  atMs: number,
): GroupingRow[] {
  const roles = rolesOf(given, atMs);
  const rows = places.workspacesOf(place).flatMap((workspace) => rowsIn(workspace, subject, roles));
  return place.kind === 'organization' ? [...rows, ...companyRows(places, place.id, subject, roles)] : rows;
}

function rowsByGroup(
  places: PolicyPlaces,
  { place, subject, assignments }: WrittenMember,
  atMs: number,
  runtime: GivenMemberships,
): GroupingRow[] {
  const { organization: id, group } = partsOfGroup(place.id);
  const organization = places.organizationOf(id);
  if (assignments.length === 0 || !organization?.groups.byId.has(group)) return [];
  // Whom YAML lists in it has these rows from there.
  if (places.writtenMember(place, subject)) return [];
  const above = givenToGroup(places.policy, organization, group, runtime);
  const rows = places.workspacesOf(place).flatMap((workspace) => {
    const here = givenToGroup(places.policy, workspace, group, runtime);
    return rowsIn(workspace, subject, rolesOf([...here, ...above], atMs));
  });
  return [...rows, ...companyRows(places, id, subject, rolesOf(above, atMs))];
}

function organizationAt(places: PolicyPlaces, { kind, id }: Place): Organization | undefined {
  return kind === 'workspace' ? places.policy.workspaces.get(id)?.organization : places.organizationOf(id);
}

function listedSubjects(organization: Organization | undefined, id: string): SubjectId[] {
  const group = organization?.groups.byId.get(id);
  return [...(group?.subjects ?? [])].flatMap(([type, byId]) => [...byId.keys()].map((name) => ({ type, id: name })));
}

type HeldTimes = Pick<TimedRole, 'role' | 'fromMs' | 'untilMs'>;

function rolesOf(given: readonly HeldTimes[], atMs: number): readonly Role[] {
  return [...rolesAt(given, atMs)].sort((left, right) => compareText(left.id, right.id));
}

function rowsIn({ id }: Workspace, subject: SubjectId, roles: readonly Role[]): GroupingRow[] {
  return roles.map((role) => plainRow([casbinSubjectName(subject), casbinRoleName(role), id]));
}

// What belongs to the company is asked of the organization itself.
function companyRows(places: PolicyPlaces, id: string, subject: SubjectId, roles: readonly Role[]): GroupingRow[] {
  if (places.policy.catalog.spanning.length === 0 || !places.organizationOf(id)) return [];
  return roles.flatMap((role) => companyMembership(subject, role, id).map(plainRow));
}

function plainRow(row: GroupingRow): GroupingRow {
  requirePlainValues(row);
  return row;
}
