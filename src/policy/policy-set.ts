import type { Catalog } from './catalog.ts';
import type { JsonObject } from './text/json.ts';
import type { Position } from './position.ts';
import type { Role } from './role.ts';
import type { SubjectId } from './subject.ts';

/** A role that somebody was given, with the time in which it holds. Times are milliseconds since 1970, UTC. */
export interface TimedRole {
  readonly role: Role;
  /** Holds from this instant on; undefined: since ever. */
  readonly fromMs: number | undefined;
  /** Holds before this instant, not at it; undefined: for ever. */
  readonly untilMs: number | undefined;
  readonly reason: string | undefined;
  /** The line of YAML that says so; undefined when it was given at run time. */
  readonly position?: Position;
  /** The group that it was given to, of which the holder is one; undefined: to the holder. */
  readonly group?: string;
}

/** A role given to a member in YAML. */
export interface Assignment extends TimedRole {
  readonly position: Position;
}

export interface Member {
  readonly subject: SubjectId;
  readonly assignments: readonly Assignment[];
  readonly properties: JsonObject | undefined;
  readonly position: Position;
}

/** Members by subject type, then by id. Two levels, so that no joined key can be forged. */
export type Members = ReadonlyMap<string, ReadonlyMap<string, Member>>;

/** A set of subjects of an organization. What it is given at a place, everybody in it holds there. */
export interface Group {
  readonly id: string;
  /** Those whom YAML lists, by subject type, then by id. */
  readonly subjects: GroupedSubjects;
  readonly position: Position;
}

export type GroupedSubjects = ReadonlyMap<string, ReadonlyMap<string, GroupedSubject>>;

/** A subject in a group, and the line that says so. */
export type GroupedSubject = Pick<Member, 'subject' | 'position'>;

/** The groups of an organization. */
export interface Groups {
  readonly byId: ReadonlyMap<string, Group>;
  /** Those that a subject is in, by its type, then by its id. Subjects of the same groups have the very same list. */
  readonly ofSubject: ReadonlyMap<string, ReadonlyMap<string, readonly Group[]>>;
  /** Each of these lists, and how many subjects have it. */
  readonly lists: ReadonlyMap<readonly Group[], number>;
}

export const noGroups: Groups = { byId: new Map(), ofSubject: new Map(), lists: new Map() };

/** The type of a group where it stands among members. A policy that has a subject type of this name has no groups. */
export const groupType = 'group';

export interface Organization {
  /** Undefined for the one nameless organization of workspaces without an `organization.yaml`. */
  readonly id: string | undefined;
  /** Its former id, which means it, too. */
  readonly formerly?: string | undefined;
  readonly plan: string | undefined;
  /** Its custom roles, which all its workspaces see. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Ids of its deleted roles and where their holders went. */
  readonly retired: ReadonlyMap<string, Role>;
  /** All that it may set, with the defaults of what it does not; undefined: it sets nothing. */
  readonly properties: JsonObject | undefined;
  readonly members: Members;
  readonly groups: Groups;
  /** Former ids of groups, each with the id that the group has now; undefined: there are none. */
  readonly formerGroups?: ReadonlyMap<string, string> | undefined;
  /** What groups were given in the whole organization, by their ids. */
  readonly groupMembers: ReadonlyMap<string, Member>;
  readonly position: Position | undefined;
}

export interface Workspace {
  readonly id: string;
  /** Its former id, which means it, too. */
  readonly formerly?: string | undefined;
  readonly title: string;
  readonly organization: Organization;
  /** Its custom roles; built-in ones are in the catalog. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Ids of deleted roles and where their holders went. */
  readonly retired: ReadonlyMap<string, Role>;
  readonly members: Members;
  /** What groups of its organization were given in it, by their ids. */
  readonly groupMembers: ReadonlyMap<string, Member>;
  readonly position: Position;
}

/** All of it, at one revision. Never changed after it was compiled. */
export interface PolicySet {
  /** SHA-256 over the files that decide, in hex: what tells one policy from another. */
  readonly digest: string;
  /** Its first twelve digits, for people. Two policies can be made that have the same, so nothing compares them. */
  readonly revision: string;
  readonly catalog: Catalog;
  /** The people of the product itself, whose roles span everything. */
  readonly staff: Members;
  readonly organizations: readonly Organization[];
  readonly workspaces: ReadonlyMap<string, Workspace>;
}

/**
 * The organization itself as a place to ask about: a workspace without members and roles of its own, where nothing
 * holds but what spans it. Its id holds a colon, as no id of a workspace does. Undefined for the nameless one.
 */
export function atOrganization(organization: Organization): Workspace | undefined {
  const { id, position } = organization;
  if (id === undefined || !position) return undefined;
  return {
    id: organizationDomain(id),
    title: id,
    organization,
    roles: new Map(),
    retired: new Map(),
    members: new Map(),
    groupMembers: new Map(),
    position,
  };
}

/** Whether a workspace is none, but its organization itself. */
export function isAtOrganization({ id, organization }: Workspace): boolean {
  return organization.id !== undefined && id === organizationDomain(organization.id);
}

/** What Casbin calls the organization itself, beside its workspaces. */
export function organizationDomain(id: string): string {
  return `organization:${id}`;
}

/** The organization that such a name stands for; undefined for a workspace's id. */
export function organizationOfDomain(name: string): string | undefined {
  const prefix = organizationDomain('');
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

export function findMember(members: Members, subject: SubjectId): Member | undefined {
  return members.get(subject.type)?.get(subject.id);
}

/** What YAML gives at a place to a subject itself, or to a group. */
export function findWritten(place: Workspace | Organization, subject: SubjectId): Member | undefined {
  const member = findMember(place.members, subject);
  return member ?? (subject.type === groupType ? place.groupMembers.get(subject.id) : undefined);
}

export function* allMembers(members: Members): Generator<Member, undefined> {
  for (const byId of members.values()) yield* byId.values();
  return undefined;
}

export function countMembers(members: Members): number {
  let count = 0;
  for (const byId of members.values()) count += byId.size;
  return count;
}

/** A workspace by its id, or by its former one. */
export function findWorkspace({ workspaces }: Pick<PolicySet, 'workspaces'>, id: string): Workspace | undefined {
  return workspaces.get(id) ?? indexOf(workspaces, formerWorkspaces).get(id);
}

/** An organization by its id, or by its former one. */
export function findOrganization(
  { organizations }: Pick<PolicySet, 'organizations'>,
  id: string,
): Organization | undefined {
  return indexOf(organizations, organizationsByName).get(id);
}

function formerWorkspaces(workspaces: PolicySet['workspaces']): ReadonlyMap<string, Workspace> {
  const found = new Map<string, Workspace>();
  for (const workspace of workspaces.values()) {
    if (workspace.formerly !== undefined) found.set(workspace.formerly, workspace);
  }
  return found;
}

function organizationsByName(organizations: PolicySet['organizations']): ReadonlyMap<string, Organization> {
  const found = new Map<string, Organization>();
  for (const one of organizations) if (one.formerly !== undefined) found.set(one.formerly, one);
  for (const one of organizations) if (one.id !== undefined) found.set(one.id, one);
  return found;
}

// Policies do not change, so what is found by another name is looked for once.
const indexes = new WeakMap<object, ReadonlyMap<string, unknown>>();

function indexOf<Key extends object, Kept>(
  key: Key,
  create: (key: Key) => ReadonlyMap<string, Kept>,
): ReadonlyMap<string, Kept> {
  let index = indexes.get(key) as ReadonlyMap<string, Kept> | undefined;
  if (!index) indexes.set(key, (index = create(key)));
  return index;
}

/** What scopes look up as `subject.properties`: the nearer word wins, the workspace's over the organization's. */
export function mergeProperties(nearer: JsonObject | undefined, above: JsonObject | undefined): JsonObject | undefined {
  return nearer && above ? { ...above, ...nearer } : (nearer ?? above);
}

/** A role by id as one workspace sees it: built-in, its organization's, or its own. */
export function findRole({ catalog }: PolicySet, { roles, organization }: Workspace, id: string): Role | undefined {
  return catalog.roles.get(id) ?? organization.roles.get(id) ?? roles.get(id);
}

/** The roles that a role may extend, by id: those that are seen where it is defined. */
export function findParent(policy: PolicySet, role: Role, id: string): Role | undefined {
  const workspace = role.workspace === undefined ? undefined : policy.workspaces.get(role.workspace);
  if (workspace) return findRole(policy, workspace, id);
  const organization = role.organization === undefined ? undefined : findOrganization(policy, role.organization);
  return policy.catalog.roles.get(id) ?? organization?.roles.get(id);
}

/** Every role of a policy: the built-in ones, those of organizations, those of workspaces. */
export function allRoles({ catalog, organizations, workspaces }: PolicySet): Role[] {
  return [catalog, ...organizations, ...workspaces.values()].flatMap(({ roles }) => [...roles.values()]);
}

export function holdsAt({ fromMs, untilMs }: Pick<Assignment, 'fromMs' | 'untilMs'>, atMs: number): boolean {
  return (fromMs === undefined || atMs >= fromMs) && (untilMs === undefined || atMs < untilMs);
}

type Given = Pick<TimedRole, 'role' | 'fromMs' | 'untilMs'>;

/**
 * Of all that a subject was given in a workspace and above it, what holds there at an instant. A role that spans
 * memberships does so while a role of the workspace itself does.
 */
export function heldAt<Some extends Given>(given: readonly Some[], atMs: number): readonly Some[] {
  const held = given.filter((one) => holdsAt(one, atMs));
  const isWaiting = held.some(({ role }) => role.spans === 'memberships');
  if (!isWaiting || held.some(({ role }) => role.spans === 'workspace')) return held;
  return held.filter(({ role }) => role.spans !== 'memberships');
}

/** The roles held in a workspace at an instant, each once, of all that were given there and above it. */
export function rolesAt(given: readonly Given[], atMs: number): readonly Role[] {
  const [only] = given;
  // Nearly everybody has one role.
  if (only && given.length === 1) return holdsAt(only, atMs) && only.role.spans !== 'memberships' ? [only.role] : [];
  return [...new Set(heldAt(given, atMs).map(({ role }) => role))];
}

/** The roles that somebody is listed with at an instant, each once, wherever they hold. */
export function listedRolesAt(given: readonly Given[], atMs: number): readonly Role[] {
  return [...new Set(given.filter((one) => holdsAt(one, atMs)).map(({ role }) => role))];
}
