import type { Catalog } from '../../policy/catalog.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import {
  allMembers,
  holdsAt,
  type Assignment,
  type Member,
  type Organization,
  type Workspace,
} from '../../policy/policy-set.ts';
import type { Position } from '../../policy/position.ts';
import type { ProblemList } from '../../policy/problem-list.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { Role } from '../../policy/role.ts';
import { formatSubject } from '../../policy/subject.ts';
import { quote } from '../words/describe-value.ts';

/*
 * Checks that ask "when?". They look at now and at every later instant at which a role begins or ends, so a policy
 * that is right today does not become wrong by waiting.
 */

/** Warns of memberships that are over. */
export function findExpired(members: Iterable<Member>, catalog: Catalog, nowMs: number, problems: ProblemList): void {
  for (const member of members) {
    for (const { role, fromMs, untilMs, position } of member.assignments) {
      if (untilMs === undefined || untilMs > nowMs) continue;
      // One that ends before it begins is told as that.
      if (fromMs !== undefined && fromMs >= untilMs) continue;
      if (!problems.takes('expired-membership')) continue;
      const who = formatSubject(member.subject, catalog.subjectTypes[0]);
      const message = `role ${quote(role.id)} of ${quote(who)} ended at ${formatInstant(untilMs)}`;
      problems.told.push(
        createProblem('expired-membership', position, message, 'take the line away; it grants nothing'),
      );
    }
  }
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

/** `nowMs` and every later instant at which one of these begins or ends, in order. */
export function instantsFrom(assignments: readonly Assignment[], nowMs: number): number[] {
  const later = assignments
    .flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
    .filter((ms) => ms !== undefined && ms > nowMs);
  return [nowMs, ...new Set(later as number[])].sort((left, right) => left - right);
}
