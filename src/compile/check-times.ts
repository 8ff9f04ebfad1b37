import type { Catalog, ExclusivePair } from '../policy/catalog.ts';
import { formatInstant } from '../policy/instant.ts';
import {
  allMembers,
  findMember,
  holdsAt,
  type Assignment,
  type Member,
  type Organization,
  type Workspace,
} from '../policy/policy-set.ts';
import type { Position } from '../policy/position.ts';
import { createProblem, type Problem } from '../policy/problem.ts';
import { heldCells, type Role } from '../policy/role.ts';
import { formatSubject } from '../policy/subject.ts';
import { brokenPair } from './check-exclusive.ts';
import { quote } from './describe-value.ts';

/*
 * Checks that ask "when?". They look at now and at every later instant at which a role begins or ends, so a policy
 * that is right today does not become wrong by waiting.
 */

/** Warns of memberships that are over. */
export function findExpired(members: Iterable<Member>, catalog: Catalog, nowMs: number): Problem[] {
  const problems: Problem[] = [];
  for (const member of members) {
    for (const { role, fromMs, untilMs, position } of member.assignments) {
      if (untilMs === undefined || untilMs > nowMs) continue;
      // One that ends before it begins is told as that.
      if (fromMs !== undefined && fromMs >= untilMs) continue;
      const who = formatSubject(member.subject, catalog.subjectTypes[0]);
      const message = `role ${quote(role.id)} of ${quote(who)} ended at ${formatInstant(untilMs)}`;
      problems.push(createProblem('expired-membership', position, message, 'take the line away; it grants nothing'));
    }
  }
  return problems;
}

/** Members who hold both sides of an exclusive pair at some time, though none of their roles does alone. */
export function findExclusiveMembers(
  members: Iterable<Member>,
  organization: Organization | undefined,
  catalog: Catalog,
  nowMs: number,
): Problem[] {
  if (catalog.exclusive.length === 0) return [];
  const problems: Problem[] = [];
  for (const member of members) {
    const spanning = organization && findMember(organization.members, member.subject);
    const assignments = [...member.assignments, ...(spanning?.assignments ?? [])];
    if (assignments.length < 2) continue;
    for (const atMs of instantsFrom(assignments, nowMs)) {
      const broken = brokenAt(assignments, atMs, catalog);
      if (!broken) continue;
      problems.push(
        describeExclusive(member, broken, atMs === nowMs ? '' : ` from ${formatInstant(atMs)} on`, catalog),
      );
      break;
    }
  }
  return problems;
}

interface BrokenRule {
  readonly pair: ExclusivePair;
  readonly roles: readonly Role[];
}

function brokenAt(assignments: readonly Assignment[], atMs: number, catalog: Catalog): BrokenRule | undefined {
  const roles = [...new Set(assignments.filter((assignment) => holdsAt(assignment, atMs)).map(({ role }) => role))];
  // A role that breaks the rule alone is told at the role, once.
  const pair = roles.some((role) => brokenPair([role], catalog)) ? undefined : brokenPair(roles, catalog);
  return pair && { pair, roles };
}

function describeExclusive(member: Member, { pair, roles }: BrokenRule, when: string, catalog: Catalog): Problem {
  const who = quote(formatSubject(member.subject, catalog.subjectTypes[0]));
  const sides = [pair.first, pair.second].map((permission) => {
    const from = roles.filter((role) => permission.cells.some((cell) => heldCells(role).has(cell.index)));
    return `${quote(permission.id)} (${from.map(({ id }) => quote(id)).join(', ')})`;
  });
  const message = `${who} holds both ${sides.join(' and ')}${when}, which exclude each other`;
  return createProblem('exclusive-permissions', member.position, message, 'take one of the roles away');
}

/** Organizations in which a role has not just as many holders as it must have. */
export function findWrongOrganizationHolders(organization: Organization, catalog: Catalog, nowMs: number): Problem[] {
  const { id, position, members } = organization;
  if (id === undefined || !position) return [];
  const roles = [...catalog.roles.values()].filter((role) => role.spans === 'organization');
  return findWrongHolders(`organization ${quote(id)}`, position, [...allMembers(members)], roles, nowMs);
}

export function findWrongWorkspaceHolders(workspace: Workspace, catalog: Catalog, nowMs: number): Problem[] {
  const roles = [...catalog.roles.values()].filter((role) => role.spans === 'workspace' && role.holders !== undefined);
  if (roles.length === 0) return [];
  const members = [...allMembers(workspace.members)];
  return findWrongHolders(`workspace ${quote(workspace.id)}`, workspace.position, members, roles, nowMs);
}

function findWrongHolders(
  where: string,
  position: Position,
  members: readonly Member[],
  roles: readonly Role[],
  nowMs: number,
): Problem[] {
  const problems: Problem[] = [];
  for (const role of roles) {
    if (role.holders === undefined) continue;
    const given = members.flatMap((member) => member.assignments.filter((assignment) => assignment.role === role));
    for (const atMs of instantsFrom(given, nowMs)) {
      const count = given.filter((assignment) => holdsAt(assignment, atMs)).length;
      if (count === role.holders) continue;
      const when = atMs === nowMs ? '' : ` from ${formatInstant(atMs)} on`;
      const found = `${count === 0 ? 'no' : count} ${count === 1 ? 'holder' : 'holders'}`;
      const message = `${where} has ${found} of role ${quote(role.id)}${when}; there must be exactly ${role.holders}`;
      const help =
        count < role.holders ? `give it to ${role.holders - count} more` : `take it from ${count - role.holders}`;
      problems.push(createProblem('wrong-holders', position, message, `${help}, under \`members\``));
      break;
    }
  }
  return problems;
}

function instantsFrom(assignments: readonly Assignment[], nowMs: number): number[] {
  const later = assignments
    .flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
    .filter((ms) => ms !== undefined && ms > nowMs);
  return [nowMs, ...new Set(later as number[])].sort((left, right) => left - right);
}
