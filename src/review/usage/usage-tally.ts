import { findPermissions } from '../../policy/catalog.ts';
import type { DecisionCount } from '../../policy/decision-log/decision-count.ts';
import { groupsOfSubject } from '../../policy/membership/given-roles.ts';
import type { MembersPlace } from '../../policy/membership/effective-members.ts';
import type { Permission } from '../../policy/permission.ts';
import {
  atOrganization,
  findMember,
  findOrganization,
  findRole,
  findWorkspace,
  isAtOrganization,
  type Workspace,
} from '../../policy/policy-set.ts';
import { reviewLimits } from '../../policy/review/review-limits.ts';
import { isBuiltIn, type Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { parseInstant } from '../../policy/text/instant.ts';
import type { AccessGround } from '../access/access-ground.ts';
import { Ancestry, scopesOf } from './role-grants.ts';
import type { Use } from './usage-finding.ts';

interface Counter {
  count: number;
  firstMs: number;
  lastMs: number;
}

type TimedCount = DecisionCount & { readonly firstMs: number; readonly lastMs: number };

/** Something of a log that these files do not know, and how many decisions were about it. */
export interface UnknownOfLog {
  readonly permissions: ReadonlyMap<string, number>;
  readonly places: ReadonlyMap<string, number>;
  /** Decisions about subjects that have no role there, nor a group. */
  readonly strangers: number;
}

/**
 * A tally of what was decided, against the policy as it is now: what each role's holders did, who was seen where, and what
 * was asked at all. It holds what the policy has, whatever the log does, so that a log may be of any size.
 */
export class UsageTally {
  readonly #ground: AccessGround;
  readonly #ancestry: Ancestry;
  readonly #asked = new Map<Permission, Set<string>>();
  readonly #used = new Map<Role, Map<Permission, Map<string, Counter>>>();
  readonly #users = new Map<Role, Map<Permission, Set<string>>>();
  readonly #seen = new Map<MembersPlace, Map<string, Map<string, Counter>>>();
  readonly #heard = new Set<MembersPlace>();
  readonly #staffSeen = new Map<string, Counter>();
  readonly #places = new Map<string, Workspace | undefined>();
  #renamed = 0;
  readonly #unknown = { permissions: new Map<string, number>(), places: new Map<string, number>(), strangers: 0 };

  constructor(ground: AccessGround) {
    this.#ground = ground;
    this.#ancestry = new Ancestry(ground.engine.policy);
  }

  add(row: DecisionCount): void {
    const count = { ...row, firstMs: parseInstant(row.first) ?? 0, lastMs: parseInstant(row.last) ?? 0 };
    const { policy } = this.#ground.engine;
    const permissions = findPermissions(policy.catalog, count.permission);
    if (permissions.length === 0) note(this.#unknown.permissions, count.permission, count.count);
    const place = this.#placeOf(count);
    if (!place)
      return note(this.#unknown.places, count.workspace ?? `organization:${count.organization ?? ''}`, count.count);
    if (this.#hasFormerName(count)) this.#renamed += count.count;
    this.#heard.add(place.organization);
    if (!isAtOrganization(place)) this.#heard.add(place);
    const given = this.#ground.engine.assignmentsOf(place, count.subject);
    this.#noteSeen(place, count, given.length > 0);
    const reached = permissions.map((permission) => [permission, reachedScopes(permission, count)] as const);
    for (const [permission, scopes] of reached) this.#noteAsked(permission, scopes);
    if (!count.decision) return;
    const roles = new Set(given.flatMap(({ role }) => [...this.#ancestry.of(role)]));
    // Who decided is told by the log, too: somebody who holds it no more may have used it.
    const decided = count.role === undefined ? undefined : roleOfLog(this.#ground, place, count.role);
    for (const role of decided ? this.#ancestry.of(decided) : []) roles.add(role);
    for (const role of roles) {
      for (const [permission, scopes] of reached) this.#noteUse(role, permission, scopes, count);
    }
  }

  /** Whether anybody asked for a permission in a scope, anywhere. */
  wasAsked(permission: Permission, scope: string): boolean {
    return this.#asked.get(permission)?.has(scope) === true;
  }

  /** What holders of a role, or of one that follows it, did of a permission in a scope, by whatever role they were allowed. */
  useOf(role: Role, permission: Permission, scope: string): Use | undefined {
    return this.#used.get(role)?.get(permission)?.get(scope);
  }

  /** How many did so of a built-in role; no more than are told apart. */
  usersOf(role: Role, permission: Permission): number {
    return this.#users.get(role)?.get(permission)?.size ?? 0;
  }

  /** What somebody asked at a workspace, or anywhere in an organization, allowed or not. */
  seenAt(place: MembersPlace, { type, id }: SubjectId): Use | undefined {
    return this.#seen.get(place)?.get(type)?.get(id);
  }

  /** Whether the log has any decision about a workspace, or about anything of an organization. */
  hears(place: MembersPlace): boolean {
    return this.#heard.has(place);
  }

  /** The same of somebody of the product itself, anywhere. */
  seenAsStaff(subject: SubjectId): Use | undefined {
    return this.#staffSeen.get(keyOf(subject));
  }

  get unknown(): UnknownOfLog {
    return this.#unknown;
  }

  /** Decisions in whose words a permission or a workspace has a former name. */
  get renamed(): number {
    return this.#renamed;
  }

  #hasFormerName({ permission, workspace }: DecisionCount): boolean {
    const { catalog, workspaces } = this.#ground.engine.policy;
    if (workspace !== undefined && !workspaces.has(workspace)) return true;
    return !catalog.permissions.has(permission) && findPermissions(catalog, permission).length > 0;
  }

  #placeOf({ workspace, organization }: DecisionCount): Workspace | undefined {
    const { policy } = this.#ground.engine;
    if (workspace !== undefined) return findWorkspace(policy, workspace);
    if (organization === undefined) return undefined;
    if (!this.#places.has(organization)) {
      // Of names that mean nothing there may be any number.
      const found = findOrganization(policy, organization);
      if (!found) return undefined;
      this.#places.set(organization, atOrganization(found));
    }
    return this.#places.get(organization);
  }

  #noteSeen(place: Workspace, count: TimedCount, isGiven: boolean): void {
    const { subject } = count;
    const { engine, runtime } = this.#ground;
    if (findMember(engine.policy.staff, subject)) addTo(this.#staffSeen, keyOf(subject), count);
    if (!isGiven && groupsOfSubject(place.organization, subject, runtime).length === 0) {
      this.#unknown.strangers += count.count;
      return;
    }
    const places: MembersPlace[] = isAtOrganization(place) ? [place.organization] : [place, place.organization];
    for (const one of places) addTo(inner(inner(this.#seen, one), subject.type), subject.id, count);
  }

  #noteAsked(permission: Permission, scopes: readonly string[]): void {
    const known = this.#asked.get(permission) ?? new Set<string>();
    this.#asked.set(permission, known);
    for (const scope of scopes) known.add(scope);
  }

  #noteUse(role: Role, permission: Permission, scopes: readonly string[], count: TimedCount): void {
    const uses = inner(inner(this.#used, role), permission);
    for (const scope of scopes) addTo(uses, scope, count);
    if (!isBuiltIn(role)) return;
    const byPermission = inner(this.#users, role);
    const users = byPermission.get(permission) ?? new Set<string>();
    byPermission.set(permission, users);
    if (users.size <= mostUsers) users.add(keyOf(count.subject));
  }
}

/** Users of a permission who are told apart: as many as may be a few of the holders of the largest role that we know of. */
const mostUsers = 100_000 * reviewLimits.rarelyShare;

// A scope that the log does not tell may have been any, so all of them count as asked for, and as used.
function reachedScopes(permission: Permission, { scope, foundScope }: DecisionCount): readonly string[] {
  const all = scopesOf(permission);
  const told = foundScope?.split('+') ?? scope;
  if (told === undefined) return all;
  const known = all.filter((one) => told.includes(one));
  return known.length === 0 ? all : known;
}

function roleOfLog({ engine }: AccessGround, place: Workspace, id: string): Role | undefined {
  const { policy } = engine;
  return findRole(policy, place, id) ?? place.retired.get(id) ?? place.organization.retired.get(id);
}

function keyOf({ type, id }: SubjectId): string {
  return `${type}:${id}`;
}

function inner<Key, Inner, Kept>(map: Map<Key, Map<Inner, Kept>>, key: Key): Map<Inner, Kept> {
  const known = map.get(key);
  if (known) return known;
  const made = new Map<Inner, Kept>();
  map.set(key, made);
  return made;
}

function addTo<Key>(map: Map<Key, Counter>, key: Key, { count, firstMs, lastMs }: TimedCount): void {
  const known = map.get(key);
  if (!known) {
    map.set(key, { count, firstMs, lastMs });
    return;
  }
  known.count += count;
  known.firstMs = Math.min(known.firstMs, firstMs);
  known.lastMs = Math.max(known.lastMs, lastMs);
}

function note(known: Map<string, number>, name: string, count: number): void {
  if (known.has(name) || known.size < reviewLimits.unknownNames) known.set(name, (known.get(name) ?? 0) + count);
}
