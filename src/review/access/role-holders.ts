import { personNameAt } from '../../policy/membership/person-name.ts';
import { compareSubjects, SmallestSubjects } from '../../policy/membership/smallest-subjects.ts';
import { isAtOrganization, type Workspace } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { AccessGround } from './access-ground.ts';
import { isGivenAs, type GivenFilter } from './given-filter.ts';
import { rolesOfPlace, type RoleOfPlace } from './given-role.ts';
import type { HolderPage } from './permission-holders.ts';
import { subjectsAt } from './subjects-at.ts';

/** Somebody who was given something, there or above, alone or by a group, and when it holds. */
export interface RoleHolder {
  readonly subject: SubjectId;
  readonly roles: readonly RoleOfPlace[];
}

/** A page of those who were given something, and how many there are of them in all. */
export interface RoleHolderPage {
  readonly count: number;
  readonly page: readonly RoleHolder[];
}

/** The ones that are wanted, in all of this at once. */
export interface WantedHolders extends HolderPage {
  /** Who was given this role, and of what they were given that alone. */
  readonly role?: Role;
  /** Who was given something like this, with all that they were given. */
  readonly given?: GivenFilter;
  /** Whose id or name has this text in it, in either case. */
  readonly search?: string;
}

/** Finds who was given something at a place, sorted by type and id. A step is short. */
export function* findRoleHolders(
  ground: AccessGround,
  place: Workspace,
  { role, given, search, after, only, limit }: WantedHolders,
): Generator<void, RoleHolderPage> {
  const page = new SmallestSubjects<RoleHolder>(limit, after, only);
  const isFound = matcherOf(place, search);
  let count = 0;
  for (const holder of eachHolder(ground, place, only)) {
    if (!holder) {
      yield;
      continue;
    }
    const { subject } = holder;
    const roles = role ? holder.roles.filter(({ given }) => given.role === role) : holder.roles;
    const isGiven = roles.length > 0 && (!given || roles.some((one) => isGivenAs(one, given, ground.atMs)));
    if (!isGiven || !isFound(subject)) continue;
    count += 1;
    if (page.wants(subject)) page.add({ subject, roles });
  }
  return { count, page: page.sorted() };
}

/** The number of those who were given a role, and the first of them. */
export interface HoldersOfRole {
  readonly count: number;
  readonly first: readonly SubjectId[];
}

/** Finds for each role at once how many were given it, and the first few. A step is short. */
export function* countHoldersOfEach(
  ground: AccessGround,
  place: Workspace,
  { only, limit }: Pick<HolderPage, 'only' | 'limit'>,
): Generator<void, ReadonlyMap<Role, HoldersOfRole>> {
  const found = new Map<Role, { count: number; first: SmallestSubjects<{ readonly subject: SubjectId }> }>();
  for (const holder of eachHolder(ground, place, only)) {
    if (!holder) {
      yield;
      continue;
    }
    for (const role of new Set(holder.roles.map(({ given }) => given.role))) {
      const of = found.get(role) ?? { count: 0, first: new SmallestSubjects(limit, undefined) };
      found.set(role, of);
      of.count += 1;
      if (of.first.wants(holder.subject)) of.first.add(holder);
    }
  }
  const told = [...found].map(
    ([role, { count, first }]) => [role, { count, first: first.sorted().map(({ subject }) => subject) }] as const,
  );
  return new Map(told);
}

/** Everybody who was given something at a place, in no order; undefined at the end of each short step. */
function* eachHolder(
  { engine, runtime, atMs }: AccessGround,
  place: Workspace,
  only: SubjectId | undefined,
): Generator<RoleHolder | undefined, undefined> {
  let looked = 0;
  for (const subject of subjectsAt(engine.policy, place, runtime)) {
    looked += 1;
    if (looked % subjectsAtOnce === 0) yield undefined;
    if (only && compareSubjects(subject, only) !== 0) continue;
    // What waits for a role of the workspace is held by nobody there.
    const roles = rolesOfPlace(engine.assignmentsOf(place, subject), atMs).filter(
      ({ time }) => time !== 'waits' || isAtOrganization(place),
    );
    if (roles.length > 0) yield { subject, roles };
  }
  return undefined;
}

function matcherOf(place: Workspace, search: string | undefined): (subject: SubjectId) => boolean {
  if (search === undefined || search === '') return () => true;
  const text = search.toLowerCase();
  return (subject) =>
    subject.id.toLowerCase().includes(text) || personNameAt(place, subject)?.toLowerCase().includes(text) === true;
}

/** Looked at in one step, which takes less than a millisecond. */
const subjectsAtOnce = 200;
