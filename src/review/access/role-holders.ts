import { SmallestSubjects } from '../../policy/membership/smallest-subjects.ts';
import { isAtOrganization, type Workspace } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { AccessGround } from './access-ground.ts';
import { rolesOfPlace, type RoleOfPlace } from './given-role.ts';
import type { HolderPage } from './permission-holders.ts';
import { subjectsAt } from './subjects-at.ts';

/** Somebody who was given a role, there or above, alone or by a group, and when it holds. */
export interface RoleHolder {
  readonly subject: SubjectId;
  readonly roles: readonly RoleOfPlace[];
}

/** A page of the holders of a role, and how many there are of them in all. */
export interface RoleHolderPage {
  readonly count: number;
  readonly page: readonly RoleHolder[];
}

/** Finds who was given a role at a place, sorted by type and id. A step is short. */
export function* findRoleHolders(
  { engine, runtime, atMs }: AccessGround,
  place: Workspace,
  role: Role,
  { after, only, limit }: HolderPage,
): Generator<void, RoleHolderPage> {
  const page = new SmallestSubjects<RoleHolder>(limit, after, only);
  let [looked, count] = [0, 0];
  for (const subject of subjectsAt(engine.policy, place, runtime)) {
    looked += 1;
    if (looked % subjectsAtOnce === 0) yield;
    if (only && (subject.type !== only.type || subject.id !== only.id)) continue;
    const given = engine.assignmentsOf(place, subject);
    if (!given.some((one) => one.role === role)) continue;
    // What waits for a role of the workspace is held by nobody there.
    const roles = rolesOfPlace(given, atMs).filter(
      (one) => one.given.role === role && (one.time !== 'waits' || isAtOrganization(place)),
    );
    if (roles.length === 0) continue;
    count += 1;
    if (page.wants(subject)) page.add({ subject, roles });
  }
  return { count, page: page.sorted() };
}

/** Looked at in one step, which takes less than a millisecond. */
const subjectsAtOnce = 200;
