import { quote } from '../../compile/words/describe-value.ts';
import { formatEscalation, listSome, selfEscalationHelp } from '../../compile/escalation/escalation-words.ts';
import { effectiveMember } from '../../policy/membership/effective-members.ts';
import { findSpanning } from '../../policy/membership/spanning-members.ts';
import type { Member, PolicySet } from '../../policy/policy-set.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { parseSubject } from '../../policy/subject.ts';
import type { EscalationPath } from './escalation-path.ts';

/**
 * What `lint` says of ways that no role shows by itself: of members who hold several roles, told once for each set of
 * roles, and of built-in roles that lift themselves with a workspace's own, told once for each role.
 */
export function findEscalationProblems(policy: PolicySet, paths: readonly EscalationPath[]): Problem[] {
  const problems: Problem[] = [];
  const builtIns = new Map<string, EscalationPath[]>();
  const told = new Set(paths.filter((path) => !isOfPlace(path)).flatMap(({ roles }) => roles));
  for (const path of paths) {
    const [role = ''] = path.roles;
    if (path.roles.length > 1) problems.push(...describeMembers(policy, path));
    else if (isOfPlace(path) && policy.catalog.roles.has(role) && !told.has(role)) {
      const known = builtIns.get(role);
      if (known) known.push(path);
      else builtIns.set(role, [path]);
    }
  }
  for (const [role, found] of builtIns) problems.push(...describeBuiltIn(policy, role, found));
  return problems;
}

function isOfPlace({ workspace, organization }: EscalationPath): boolean {
  return workspace !== undefined || organization !== undefined;
}

function describeMembers(policy: PolicySet, path: EscalationPath): Problem[] {
  const [first = ''] = path.members;
  const member = findByName(policy, path, first);
  if (!member) return [];
  const others = path.members.length > 1 ? ` and ${path.members.length - 1} more` : '';
  const message = `${quote(first)}${others} can lift themselves and gain ${listSome(path.gained)}: ${formatEscalation(path)}`;
  const help = `take one of the roles away; or ${helpAgainst(policy, path)}`;
  return [createProblem('self-lift', member.position, message, help)];
}

function describeBuiltIn(policy: PolicySet, id: string, paths: readonly EscalationPath[]): Problem[] {
  const role = policy.catalog.roles.get(id);
  const [path] = paths;
  if (!role || !path) return [];
  const kind = path.workspace === undefined ? 'organization' : 'workspace';
  const places = paths.some(({ organization }) => organization !== undefined) ? 'places' : 'workspaces';
  const others = paths.length > 1 ? `, one of ${paths.length} such ${places},` : '';
  const where = `in ${kind} ${quote(path.workspace ?? path.organization ?? '')}${others}`;
  const message = `role ${quote(id)} can lift itself ${where} and gain ${listSome(path.gained)}: ${formatEscalation(path)}`;
  return [createProblem('self-lift', role.position, message, helpAgainst(policy, path))];
}

function helpAgainst({ catalog }: PolicySet, { steps }: EscalationPath): string {
  const first = steps.find(({ by }) => by !== undefined);
  const ids = first?.by === undefined ? [] : [first.by, ...first.also];
  return selfEscalationHelp(ids.flatMap((id) => catalog.permissions.get(id) ?? []));
}

function findByName({ catalog, staff, workspaces }: PolicySet, path: EscalationPath, name: string): Member | undefined {
  const workspace = workspaces.get(path.workspace ?? '');
  const subject = parseSubject(name, catalog.subjectTypes[0]);
  if (!workspace) return undefined;
  return effectiveMember(workspace, subject) ?? findSpanning(workspace.organization, staff, subject);
}
