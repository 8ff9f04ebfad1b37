import { effectiveMembers, isMemberAt } from '../../policy/membership/effective-members.ts';
import { allSpanning, findSpanning, isAnybodyAbove } from '../../policy/membership/spanning-members.ts';
import { isOnPlan } from '../../policy/permission.ts';
import {
  allRoles,
  holdsAt,
  listedRolesAt,
  organizationDomain,
  rolesAt,
  type Member,
  type Organization,
  type PolicySet,
  type Workspace,
} from '../../policy/policy-set.ts';
import { compareText, type Position } from '../../policy/position.ts';
import { reachesCompany, roleKey, type Role, type Rule } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';

/** `sub, dom, obj, act, scope, eft, id`: one rule of one role. The id is the YAML line that the rule came from. */
export type PolicyRow = readonly [string, string, string, string, string, 'allow' | 'deny', string];

/** `subject, role, domain`: one membership. */
export type GroupingRow = readonly [string, string, string];

export interface CasbinRows {
  readonly p: readonly PolicyRow[];
  readonly g: readonly GroupingRow[];
}

/** The domain of roles that no workspace defines: they hold in every one that they are given in. */
const everyDomain = '*';

// Prefixes keep the names of subjects and roles apart: Casbin answers yes for a subject that is named like a role.
// No subject type is called `role`; the compiler refuses it.
export function casbinSubjectName(subject: SubjectId): string {
  return `${subject.type}:${subject.id}`;
}

export function casbinRoleName(role: Role): string {
  return `role:${roleKey(role)}`;
}

/**
 * The name of a role as it is held at the organization itself, which has rows for what belongs to the company alone: the
 * others would match there, too. Of built-in roles `role:organization:company-admin`.
 */
export function casbinCompanyRoleName(role: Role): string {
  return `role:organization:${casbinRoleName(role).slice('role:'.length)}`;
}

export function casbinRow(
  role: Role,
  rule: Rule,
  domain = role.workspace ?? everyDomain,
  name = casbinRoleName(role),
): PolicyRow {
  const { permission, scopeWord } = rule.cell;
  return [name, domain, permission.resource, permission.action, scopeWord, rule.effect, ruleId(rule.origin)];
}

/** The same line as Casbin explains it, with the characters that CSV readers treat as syntax spelled out. */
export function ruleId(origin: Position): string {
  const path = origin.file
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29'));
  return `${path.join('/')}:${origin.line}:${origin.column}`;
}

/** The whole policy as Casbin rows, with the memberships that hold at `atMs`, sorted. */
export function casbinRows(policy: PolicySet, atMs: number): CasbinRows {
  const g: GroupingRow[] = [];
  for (const workspace of policy.workspaces.values()) {
    for (const { subject, assignments } of membersWithin(policy, workspace)) {
      for (const role of rolesAt(assignments, atMs)) {
        g.push([casbinSubjectName(subject), casbinRoleName(role), workspace.id]);
      }
    }
  }
  const roles = allRoles(policy);
  const p = roles.flatMap((role) => role.rules.flatMap((rule) => rowsOf(role, rule, policy)));
  if (policy.catalog.spanning.length > 0) {
    p.push(...roles.flatMap((role) => companyRows(role, policy)));
    for (const organization of policy.organizations) {
      const { id } = organization;
      if (id === undefined) continue;
      for (const { subject, assignments } of allSpanning(organization, policy.staff)) {
        for (const role of listedRolesAt(assignments, atMs)) g.push(...companyMembership(subject, role, id));
      }
    }
  }
  // INVARIANT: rows are sorted, so the same files always give the same bytes.
  return { p: p.sort(compareRows), g: g.sort(compareRows) };
}

// What an organization's plan does not have, nobody there is allowed, so those who are get a row of their own workspace.
function rowsOf(role: Role, rule: Rule, { workspaces }: PolicySet): PolicyRow[] {
  const { permission } = rule.cell;
  if (permission.plans === undefined || rule.effect === 'deny') return [casbinRow(role, rule)];
  return [...workspaces.values()]
    .filter(({ id, organization }) => isSeenIn(role, id, organization) && isOnPlan(permission, organization.plan))
    .map(({ id }) => casbinRow(role, rule, id));
}

function isSeenIn(role: Role, workspace: string, { id }: Organization): boolean {
  return (role.workspace ?? workspace) === workspace && (role.organization ?? id) === id;
}

// What a role gives at organizations themselves, each of those that have it where it depends on the plan.
function companyRows(role: Role, { organizations }: PolicySet): PolicyRow[] {
  if (!reachesCompany(role.spans)) return [];
  const name = casbinCompanyRoleName(role);
  return role.rules.flatMap((rule): PolicyRow[] => {
    const { permission } = rule.cell;
    if (permission.spans !== 'organization') return [];
    if (permission.plans === undefined || rule.effect === 'deny') return [casbinRow(role, rule, everyDomain, name)];
    return organizations.flatMap(({ id, plan }) =>
      id !== undefined && isOnPlan(permission, plan) ? [casbinRow(role, rule, organizationDomain(id), name)] : [],
    );
  });
}

/** A membership as it counts at the organization itself: one row, or none of a role that does not reach it. */
export function companyMembership(subject: SubjectId, role: Role, organization: string): readonly GroupingRow[] {
  if (!reachesCompany(role.spans)) return [];
  return [[casbinSubjectName(subject), casbinCompanyRoleName(role), organizationDomain(organization)]];
}

/** Whether other memberships hold at one instant than at another, so that other rows are due. */
export function holdOthers(policy: PolicySet, leftMs: number, rightMs: number): boolean {
  for (const workspace of policy.workspaces.values()) {
    for (const { assignments } of membersWithin(policy, workspace)) {
      if (assignments.some((one) => holdsAt(one, leftMs) !== holdsAt(one, rightMs))) return true;
    }
  }
  // Of a company without a workspace there are rows where something belongs to it.
  for (const organization of policy.catalog.spanning.length > 0 ? policy.organizations : []) {
    for (const { assignments } of allSpanning(organization, policy.staff)) {
      if (assignments.some((one) => holdsAt(one, leftMs) !== holdsAt(one, rightMs))) return true;
    }
  }
  return false;
}

/** Writes rows as Casbin's CSV. Nothing in it needs an escape: a value that would is refused. */
export function formatPolicyCsv(rows: CasbinRows): string {
  const lines = [...rows.p.map((row) => formatRow('p', row)), ...rows.g.map((row) => formatRow('g', row))];
  return lines.map((line) => `${line}\n`).join('');
}

type Held = Pick<Member, 'subject' | 'assignments'>;

// Whoever has roles from above comes once a workspace, with all that is held there.
function* membersWithin({ staff }: PolicySet, workspace: Workspace): Generator<Held> {
  const { organization } = workspace;
  if (!isAnybodyAbove(organization, staff)) return yield* effectiveMembers(workspace);
  for (const member of effectiveMembers(workspace)) {
    const { subject, assignments } = member;
    const above = findSpanning(organization, staff, subject);
    yield above ? { subject, assignments: [...assignments, ...above.assignments] } : member;
  }
  for (const member of allSpanning(organization, staff)) if (!isMemberAt(workspace, member.subject)) yield member;
}

function compareRows(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < left.length; index += 1) {
    const order = compareText(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** A value that could end its field would become another row for a CSV reader, so such a value stops the export. */
export function requirePlainValues(row: readonly string[]): void {
  for (const value of row) {
    if (value === '' || /["()\r\n]/.test(value) || value.trim() !== value) {
      throw new Error(`a Casbin row cannot hold the value ${JSON.stringify(value)}`);
    }
  }
}

function formatRow(kind: 'p' | 'g', row: readonly string[]): string {
  requirePlainValues(row);
  return [kind, ...row.map((value) => (/[,#]/.test(value) ? `"${value}"` : value))].join(', ');
}
