import type { Catalog } from '../../policy/catalog.ts';
import {
  allMembers,
  holdsAt,
  type Members,
  type Organization,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import type { Position } from '../../policy/position.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { describeHolderCount, type Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { quote } from '../words/describe-value.ts';
import { instantsFrom } from './check-times.ts';

/** A role as somebody holds it, now or at another time. */
export type Holding = Pick<TimedRole, 'role' | 'fromMs' | 'untilMs'> & { readonly subject: SubjectId };

/**
 * How many hold a role who count as those that must: people, so of the first subject type, without a date. Whoever has a
 * date is not there one day, and a service answers nobody.
 */
export function countNeeded(held: Iterable<Holding>, role: Role, { subjectTypes }: Catalog): number {
  let count = 0;
  for (const one of held) {
    const isNeeded = one.role === role && one.fromMs === undefined && one.untilMs === undefined;
    if (isNeeded && one.subject.type === subjectTypes[0]) count += 1;
  }
  return count;
}

/** How many hold a role at an instant, whoever they are. */
export function countHeld(held: Iterable<Holding>, role: Role, atMs: number): number {
  let count = 0;
  for (const one of held) if (one.role === role && holdsAt(one, atMs)) count += 1;
  return count;
}

/**
 * Roles of an organization that more hold than may, by its file alone. That fewer do than must is no problem of the file:
 * the others may be given it at run time.
 */
export function findWrongOrganizationHolders(organization: Organization, catalog: Catalog, nowMs: number): Problem[] {
  const { id, position, members } = organization;
  if (id === undefined || !position) return [];
  return findWrongHolders(
    `organization ${quote(id)}`,
    position,
    members,
    rolesWithHolders(catalog, 'organization'),
    nowMs,
  );
}

/** The same of a workspace. */
export function findWrongWorkspaceHolders(
  { id, position, members }: Workspace,
  catalog: Catalog,
  nowMs: number,
): Problem[] {
  return findWrongHolders(`workspace ${quote(id)}`, position, members, rolesWithHolders(catalog, 'workspace'), nowMs);
}

/** Built-in roles that somebody must hold wherever they are given. */
export function rolesWithHolders({ roles }: Catalog, spans: Role['spans']): Role[] {
  return [...roles.values()].filter((role) => role.holders !== undefined && role.spans === spans);
}

function findWrongHolders(
  where: string,
  position: Position,
  members: Members,
  roles: readonly Role[],
  nowMs: number,
): Problem[] {
  if (roles.length === 0) return [];
  const counted = new Set(roles);
  const given: Holding[] = [];
  for (const { subject, assignments } of allMembers(members)) {
    for (const { role, fromMs, untilMs } of assignments) {
      if (counted.has(role)) given.push({ subject, role, fromMs, untilMs });
    }
  }
  return roles.flatMap((role) => {
    const held = given.filter((one) => one.role === role);
    return findTooMany(where, position, held, role, nowMs);
  });
}

// Roles given at run time can add to these, and take none of them away.
function findTooMany(
  where: string,
  position: Position,
  held: readonly Holding[],
  role: Role,
  nowMs: number,
): Problem[] {
  const { holders } = role;
  if (holders?.most === undefined) return [];
  for (const atMs of instantsFrom(held, nowMs)) {
    const count = countHeld(held, role, atMs);
    if (count <= holders.most) continue;
    const when = atMs === nowMs ? '' : ` from ${formatInstant(atMs)} on`;
    const message = `${where} has ${count} holders of role ${quote(role.id)}${when}; there must be ${describeHolderCount(holders)}`;
    const help = `take it from ${count - holders.most}, under \`members\``;
    return [createProblem('wrong-holders', position, message, help)];
  }
  return [];
}

/** One sentence: they are not there who must hold a role. */
export function describeMissing(where: string, { id, holders }: Role, count: number): string {
  const found = count === 0 ? 'nobody holds' : `only ${count} ${count === 1 ? 'person holds' : 'people hold'}`;
  const must = holders ? `; there must be ${describeHolderCount(holders)}` : '';
  return `${found} role ${quote(id)} of ${where} for good${must}`;
}
