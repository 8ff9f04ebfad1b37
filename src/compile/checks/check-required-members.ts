import type { Catalog } from '../../policy/catalog.ts';
import {
  isLackedAtCompany,
  missingRequirements,
  requirementKey,
  type MissingRequirement,
} from '../../policy/missing-requirement.ts';
import type { Permission } from '../../policy/permission.ts';
import { distinctMembers, type DistinctMember } from '../../policy/membership/effective-members.ts';
import { findSpanning } from '../../policy/membership/spanning-members.ts';
import { PlainMember } from '../../policy/plain-member.ts';
import { rolesAt, type Assignment, type Member, type Workspace } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import type { ProblemList } from '../../policy/problem-list.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import type { StaffedCatalog, UnmetRoles } from '../file/compiled.ts';
import { quote } from '../words/describe-value.ts';
import { cellsOfAll, rolesThatGive } from './check-exclusive.ts';
import { instantsFrom } from './check-times.ts';
import { describeHolder } from '../words/holder-words.ts';

/**
 * Members of a workspace who may do something there, now or later, and not what that requires. It counts what they hold
 * in all, with the roles of the organization. Where one role of the workspace is the reason, it is told there, once.
 */
export function findUnmetMembers(
  workspace: Workspace,
  unmet: UnmetRoles,
  { catalog, staff }: StaffedCatalog,
  nowMs: number,
  problems: ProblemList,
): void {
  if (catalog.requiring.length === 0) return;
  const known = new KnownRequirements(catalog);
  const told = new Set<Problem>();
  for (const holder of distinctMembers(workspace, staff)) {
    const { member } = holder;
    const above = findSpanning(workspace.organization, staff, member.subject)?.assignments ?? [];
    for (const lack of known.lacksOf(member, above, nowMs)) {
      const problemsOfRoles = findInRoles(lack, unmet);
      for (const problem of problemsOfRoles) {
        if (!told.has(problem)) problems.add(problem);
        told.add(problem);
      }
      if (problemsOfRoles.length === 0) tellMember(holder, lack, catalog, nowMs, problems);
    }
  }
}

/**
 * The same of those who hold something from above, in those workspaces where they hold nothing else, and at the
 * organization itself.
 */
export function findUnmetAbove(
  members: Iterable<Member>,
  aboveOf: (subject: SubjectId) => Member | undefined,
  holdsMore: (workspace: Workspace, subject: SubjectId) => boolean,
  workspaces: () => readonly Workspace[],
  catalog: Catalog,
  nowMs: number,
  problems: ProblemList,
): void {
  if (catalog.requiring.length === 0) return;
  const known = new KnownRequirements(catalog);
  for (const member of members) {
    const lacks = known.lacksOf(member, aboveOf(member.subject)?.assignments ?? [], nowMs);
    if (lacks.length === 0) continue;
    const isElsewhere = workspaces().every((workspace) => holdsMore(workspace, member.subject));
    for (const lack of lacks) {
      if (isElsewhere && !isLackedAtCompany(lack)) continue;
      tellMember({ member, others: 0 }, lack, catalog, nowMs, problems);
    }
  }
}

/** A requirement that somebody lacks, from when on, and the roles held then. */
interface Lack extends MissingRequirement {
  readonly roles: readonly Role[];
  /** At any time. */
  readonly all: ReadonlySet<Role>;
  readonly fromMs: number;
}

/** What roles lack together; many members hold the same. */
class KnownRequirements {
  readonly #catalog: Catalog;
  readonly #alone = new Map<Role, readonly MissingRequirement[]>();
  readonly #together = new Map<string, readonly MissingRequirement[]>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  lacksOf(member: Member, above: readonly Assignment[], nowMs: number): readonly Lack[] {
    if (member instanceof PlainMember && above.length === 0 && member.role.spans !== 'memberships') {
      const missing = this.#ofOne(member.role);
      return missing.length === 0
        ? none
        : missing.map((one) => ({ ...one, roles: [member.role], all: new Set([member.role]), fromMs: nowMs }));
    }
    const held = [...member.assignments, ...above];
    const all = new Set(held.map(({ role }) => role));
    const lacks = new Map<string, Lack>();
    for (const atMs of instantsFrom(held, nowMs)) {
      const roles = rolesAt(held, atMs);
      for (const missing of this.#of(roles)) {
        const key = requirementKey(missing);
        if (!lacks.has(key)) lacks.set(key, { ...missing, roles, all, fromMs: atMs });
      }
    }
    return [...lacks.values()];
  }

  #of(roles: readonly Role[]): readonly MissingRequirement[] {
    const [only] = roles;
    if (only && roles.length === 1) return this.#ofOne(only);
    // Ids hold no `+`, and a workspace sees no two roles of one id.
    const key = roles.map(({ id }) => id).join('+');
    const known = this.#together.get(key) ?? missingRequirements(cellsOfAll(roles), this.#catalog);
    this.#together.set(key, known);
    return known;
  }

  #ofOne(role: Role): readonly MissingRequirement[] {
    const known = this.#alone.get(role) ?? missingRequirements(cellsOfAll([role]), this.#catalog);
    this.#alone.set(role, known);
    return known;
  }
}

const none: readonly Lack[] = [];

// Where no other role has a say in it, the role that gives the permission is what is wrong.
function findInRoles({ roles, all, permission, required }: Lack, unmet: UnmetRoles): readonly Problem[] {
  return rolesThatGive(permission, roles).flatMap((giver) => {
    if ([...all].some((other) => other !== giver && speaksOf(other, required))) return [];
    const found = unmet.get(giver)?.filter((one) => one.permission === permission && one.required === required);
    return found?.flatMap(({ problems }) => problems) ?? [];
  });
}

function speaksOf(role: Role, permission: Permission): boolean {
  return role.rules.some(({ cell }) => cell.permission === permission);
}

function tellMember(holder: DistinctMember, lack: Lack, catalog: Catalog, nowMs: number, problems: ProblemList): void {
  if (!problems.takes('missing-requirement')) return;
  const { permission, required, roles, fromMs } = lack;
  const who = describeHolder(holder, catalog.subjectTypes[0]);
  const when = fromMs === nowMs ? '' : ` from ${formatInstant(fromMs)} on`;
  const givers = rolesThatGive(permission, roles).map(({ id }) => quote(id));
  const may = `${quote(permission.id)} (${givers.join(', ')})`;
  const message = `${who} may ${may} and not ${quote(required.id)}${when}, which it requires`;
  problems.told.push(createProblem('missing-requirement', holder.member.position, message, helpFor(lack)));
}

function helpFor({ roles, required }: Lack): string {
  const denier = roles.find((role) =>
    role.rules.some(({ cell, effect }) => cell.permission === required && effect === 'deny'),
  );
  const rule = denier?.rules.find(({ cell, effect }) => cell.permission === required && effect === 'deny');
  if (denier && rule)
    return `${quote(denier.id)} denies it at ${formatPosition(rule.origin)}; take one of the roles away`;
  return `give a role with ${quote(required.id)}, too, or take one away`;
}
