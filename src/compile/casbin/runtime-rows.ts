import { changedMemberships, type ChangedMembership } from '../../policy/membership/changed-memberships.ts';
import { effectiveMember } from '../../policy/membership/effective-members.ts';
import { givenIn, givenToGroup, type GivenMemberships } from '../../policy/membership/given-roles.ts';
import { findSpanning } from '../../policy/membership/spanning-members.ts';
import type { PolicyPlaces } from '../../policy/policy-places.ts';
import {
  groupType,
  holdsAt,
  listedRolesAt,
  rolesAt,
  type Organization,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import { keptOf, partsOfGroup, rolesGiven, type Place, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import {
  casbinRoleName,
  casbinSubjectName,
  companyMembership,
  requirePlainValues,
  type GroupingRow,
} from './casbin-rules.ts';

/** What rows are made of: the policy, the memberships at run time, and the time that is asked about. */
interface RowsGround {
  readonly places: PolicyPlaces;
  readonly runtime: GivenMemberships;
  readonly atMs: number;
}

type Held = Pick<TimedRole, 'role' | 'fromMs' | 'untilMs'>;

/**
 * A membership at run time as Casbin rows: one for each role that holds at `atMs` and each workspace it counts in, and
 * for the organization itself where something belongs to it. A role that is not there, or may not be given there, makes
 * none. Whoever was put into a group has the rows of all that the group holds; what a group was given at run time makes
 * rows for those whom YAML lists in it. `runtime` are all memberships. A role that spans memberships holds by two things
 * that were given: its rows belong to the membership that gives it, or where YAML does, to those that make a member.
 */
export function runtimeRows(
  places: PolicyPlaces,
  member: ChangedMembership,
  atMs: number,
  runtime: GivenMemberships,
): GroupingRow[] {
  const { place, subject, assignments } = member;
  const { policy } = places;
  const isSubject = policy.catalog.subjectTypes.includes(subject.type);
  const ground = { places, atMs, runtime: amongOthers(places, member, runtime) };
  if (place.kind === 'group') return isSubject ? rowsByGroup(ground, member) : [];
  const given = rolesGiven(policy, place, assignments);
  if (isSubject) return rowsAt(ground, place, subject, given);
  const listed = subject.type === groupType ? listedSubjects(places.organizationAt(place), subject.id) : [];
  return listed.flatMap((one) => rowsAt(ground, place, one, given));
}

/** The rows that YAML makes of a subject wherever a place counts, but for what was handed over there. */
export function writtenRows(
  places: PolicyPlaces,
  place: Place,
  subject: SubjectId,
  stored: Pick<RuntimeMember, 'assignments'> | undefined,
  atMs: number,
): GroupingRow[] {
  const { staff } = places.policy;
  const keptAt = (kind: Place['kind'], written: readonly TimedRole[] = []): readonly TimedRole[] =>
    kind === place.kind ? keptOf(written, stored) : written;
  const aboveIn = (organization: Organization): readonly TimedRole[] =>
    keptAt('organization', findSpanning(organization, staff, subject)?.assignments);
  const rows = places.workspacesOf(place).flatMap((workspace) => {
    const own = keptAt('workspace', effectiveMember(workspace, subject)?.assignments);
    return rowsOf(subject, workspace, rolesAt([...own, ...aboveIn(workspace.organization)], atMs));
  });
  const organization = place.kind === 'organization' ? places.organizationOf(place.id) : undefined;
  if (!organization) return rows;
  return [...rows, ...companyRows(places, place.id, subject, listedRolesAt(aboveIn(organization), atMs))];
}

// Asked alone, a membership may not be among them yet.
function amongOthers(places: PolicyPlaces, member: ChangedMembership, runtime: GivenMemberships): GivenMemberships {
  const { place, subject, assignments } = member;
  const organization = places.organizationAt(place);
  if (!organization || !places.isWaitedIn(organization)) return runtime;
  const known = runtime.get(place, subject.type, subject.id)?.assignments ?? [];
  const isKnown = known === assignments || (known.length === 0 && assignments.length === 0);
  return isKnown ? runtime : changedMemberships(runtime, member);
}

function rowsAt(ground: RowsGround, place: Place, subject: SubjectId, given: readonly Held[]): GroupingRow[] {
  const { places, atMs } = ground;
  const rows = places.workspacesOf(place).flatMap((workspace) => rowsIn(ground, workspace, subject, given));
  if (place.kind !== 'organization') return rows;
  return [...rows, ...companyRows(places, place.id, subject, listedRolesAt(given, atMs))];
}

function rowsByGroup(ground: RowsGround, { place, subject, assignments }: ChangedMembership): GroupingRow[] {
  const { places, runtime, atMs } = ground;
  const { organization: id, group } = partsOfGroup(place.id);
  const organization = places.organizationOf(id);
  if (assignments.length === 0 || !organization?.groups.byId.has(group)) return [];
  // Whom YAML lists in it has these rows from there.
  if (places.writtenMember(place, subject)) return [];
  const above = givenToGroup(places.policy, organization, group, runtime);
  const rows = places.workspacesOf(place).flatMap((workspace) => {
    const here = givenToGroup(places.policy, workspace, group, runtime);
    return rowsIn(ground, workspace, subject, [...here, ...above]);
  });
  return [...rows, ...companyRows(places, id, subject, listedRolesAt(above, atMs))];
}

// What one membership gives in a workspace, with what YAML gives that waits for it.
function rowsIn(ground: RowsGround, workspace: Workspace, subject: SubjectId, given: readonly Held[]): GroupingRow[] {
  const { places, runtime, atMs } = ground;
  const { policy } = places;
  const { organization } = workspace;
  if (!places.isWaitedIn(organization)) return rowsOf(subject, workspace, rolesAt(given, atMs));
  const isMember = given.some((one) => one.role.spans === 'workspace' && holdsAt(one, atMs));
  const written = isMember ? findSpanning(organization, policy.staff, subject)?.assignments : undefined;
  const waiting = written?.filter(({ role }) => role.spans === 'memberships') ?? [];
  const own = new Set(listedRolesAt([...given, ...waiting], atMs));
  const held = rolesAt(givenIn(policy, workspace, subject, runtime), atMs);
  const roles = held.filter((role) => own.has(role));
  return rowsOf(subject, workspace, roles);
}

function listedSubjects(organization: Organization | undefined, id: string): SubjectId[] {
  const group = organization?.groups.byId.get(id);
  return [...(group?.subjects ?? [])].flatMap(([type, byId]) => [...byId.keys()].map((name) => ({ type, id: name })));
}

function rowsOf(subject: SubjectId, { id }: Workspace, roles: readonly Role[]): GroupingRow[] {
  return sorted(roles).map((role) => plainRow([casbinSubjectName(subject), casbinRoleName(role), id]));
}

// What belongs to the company is asked of the organization itself.
function companyRows(places: PolicyPlaces, id: string, subject: SubjectId, roles: readonly Role[]): GroupingRow[] {
  if (places.policy.catalog.spanning.length === 0 || !places.organizationOf(id)) return [];
  return sorted(roles).flatMap((role) => companyMembership(subject, role, id).map(plainRow));
}

function sorted(roles: readonly Role[]): readonly Role[] {
  return [...roles].sort((left, right) => compareText(left.id, right.id));
}

function plainRow(row: GroupingRow): GroupingRow {
  requirePlainValues(row);
  return row;
}
