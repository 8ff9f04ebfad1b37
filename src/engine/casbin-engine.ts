import { findPermissions } from '../policy/catalog.ts';
import type { Cell, Permission } from '../policy/permission.ts';
import type { Decision, EnforceRequest, ReasonCode } from '../policy/decision.ts';
import { isAtOrganization, rolesAt, type PolicySet, type TimedRole, type Workspace } from '../policy/policy-set.ts';
import type { Role } from '../policy/role.ts';
import type { Place } from '../policy/runtime-member.ts';
import type { SubjectId } from '../policy/subject.ts';
import { CasbinDecider } from './casbin-decider.ts';
import { type DecidedBy, findDecisiveRule } from './decided-by.ts';
import { Explanations } from './explanations.ts';
import { inactiveCode } from './inactive-code.ts';
import { KnownMembers } from './known-members.ts';
import { forgetChanged } from './changed-member.ts';
import { GroupReasons } from './group-reason.ts';
import { describeReason, failedDecision } from './reason.ts';
import { PossibleCells } from './possible-cells.ts';
import { isAskedElsewhere, OrganizationPlaces, settingsFor, unknownPlace } from './organization-places.ts';
import { findRequestCell } from './request-cell.ts';
import { isCasbinReason, RoleSets, type CasbinReason, type RoleSet } from './role-set.ts';
import { RuntimeMembers } from './runtime-members.ts';
import type { Asked, Question } from './question.ts';

/**
 * Decisions by one policy set. Casbin is asked once for each role set and cell; the answer is remembered for as
 * long as this engine lives, which is one revision.
 */
export class CasbinEngine {
  readonly policy: PolicySet;
  /** The groups by which roles are held. */
  readonly groups: GroupReasons;
  readonly #decider: CasbinDecider;
  readonly #roleSets: RoleSets;
  readonly #members: KnownMembers;
  /** Those that were asked about at organizations: apart, so that no workspace's id finds one. */
  readonly #companyMembers: KnownMembers;
  readonly #explanations = new Explanations();
  readonly #organizations: OrganizationPlaces;

  private constructor(policy: PolicySet, runtime: RuntimeMembers, decider: CasbinDecider) {
    this.policy = policy;
    this.#decider = decider;
    this.#roleSets = new RoleSets(policy.catalog);
    this.#members = new KnownMembers(policy, runtime, this.#roleSets);
    this.#companyMembers = new KnownMembers(policy, runtime, this.#roleSets);
    this.#organizations = new OrganizationPlaces(policy);
    this.groups = new GroupReasons(this.#organizations, this.#members);
  }

  /** `runtime` may change later; `memberChanged` is to be told each time, in the same turn. */
  static async create(policy: PolicySet, runtime = new RuntimeMembers()): Promise<CasbinEngine> {
    return new CasbinEngine(policy, runtime, await CasbinDecider.shared());
  }

  /** Makes the next decision about a subject see what it holds at a place since. */
  memberChanged(place: Place, subject: SubjectId): void {
    const [inWorkspaces, atCompanies, organizations] = [this.#members, this.#companyMembers, this.#organizations];
    this.groups.noteChange();
    forgetChanged({ inWorkspaces, atCompanies, organizations }, this.policy, place, subject);
  }

  /**
   * The answer to a question of three names, where it was given before to somebody with the same settled roles; else undefined.
   * It finds nothing but what the policy has, so nobody need have checked the names.
   */
  recallNamed(workspaceId: string, subjectId: string, permissionId: string): CasbinReason | undefined {
    const { permissions, subjectTypes } = this.policy.catalog;
    const number = this.#members.recallSettled(workspaceId, subjectTypes[0], subjectId);
    const permission = permissions.get(permissionId);
    if (number === undefined || !permission || permission.plans || permission.scopes.length > 0) return undefined;
    const [cell] = permission.cells;
    return cell && this.#roleSets.recall(number, cell);
  }

  /** The decision as a reason code; only `granted` allows. Never throws: an exception is `error`, a deny. */
  decide(request: EnforceRequest, atMs: number, by?: DecidedBy): ReasonCode {
    try {
      return this.#recall(request, by) ?? this.#codeNoted(this.#look(request, atMs), by);
    } catch {
      return 'error';
    }
  }

  /** The same decision with its reason, which takes some words and so some time. */
  explain(request: EnforceRequest, atMs: number, by?: DecidedBy): Decision {
    try {
      const found = this.#recallExplained(request, by) ?? this.#explainAsked(request, this.#look(request, atMs), by);
      return this.groups.nameIn(found, request, atMs);
    } catch {
      return failedDecision;
    }
  }

  /** Looks up what a request asks, so that it can be answered in a later turn. Never throws. */
  ask(request: EnforceRequest, atMs: number): Asked {
    try {
      return this.#look(request, atMs);
    } catch {
      return { code: 'error', atMs };
    }
  }

  /** What `decide` would have said when it was asked. */
  decideAsked(asked: Asked, by?: DecidedBy): ReasonCode {
    try {
      return this.#codeNoted(asked, by);
    } catch {
      return 'error';
    }
  }

  /** What `explain` would have said when it was asked. */
  explainAsked(request: EnforceRequest, asked: Asked, by?: DecidedBy): Decision {
    try {
      return this.groups.nameIn(this.#explainAsked(request, asked, by), request, asked.atMs);
    } catch {
      return failedDecision;
    }
  }

  /** Decides for somebody who would hold just these roles. What the request says of the subject serves `when` only. */
  explainRoles(roles: readonly Role[], request: EnforceRequest): Decision {
    const atMs = 0;
    const workspace = this.#organizations.placeOf(request);
    if (!workspace) return this.#explain(request, { code: unknownPlace(request), atMs });
    const permission = this.policy.catalog.permissions.get(request.permission);
    if (!permission) return this.#explain(request, { code: 'unknown-permission', atMs, workspace });
    if (isAskedElsewhere(request, permission)) return this.#explain(request, { code: 'wrong-span', atMs, workspace });
    const settings = settingsFor(this.policy, workspace, permission, request);
    const found = findRequestCell(permission, request, undefined, settings);
    if (typeof found === 'string') return this.#explain(request, { code: found, atMs, workspace });
    const roleSet = this.#roleSets.get(roles, workspace.id, workspace.organization.plan);
    const about = found instanceof PossibleCells ? { possible: found } : { cell: found };
    if (!roleSet) return this.#explain(request, { code: 'not-granted', atMs, workspace, cell: about.cell });
    return this.#explainAsked(request, { code: undefined, atMs, workspace, roleSet, ...about });
  }

  /** The roles a subject holds in a workspace at an instant, and whether they allow a cell. */
  rolesOf(workspace: Workspace, subject: SubjectId, atMs: number): RoleSet | undefined {
    const members = isAtOrganization(workspace) ? this.#companyMembers : this.#members;
    return members.find(workspace, subject.type, subject.id)?.roleSetAt(atMs);
  }

  /** The roles that somebody with these assignments holds in a workspace at an instant. */
  roleSetOf(workspace: Workspace, assignments: readonly TimedRole[], atMs: number): RoleSet | undefined {
    return this.#roleSets.get(rolesAt(assignments, atMs), workspace.id, workspace.organization.plan);
  }

  /** The set of just these roles, as the workspace of an id and a plan has it. */
  setOfRoles(roles: readonly Role[], workspaceId: string, plan: string | undefined): RoleSet | undefined {
    return this.#roleSets.get(roles, workspaceId, plan);
  }

  /** All that a subject was given in a workspace and above it, whether it holds now or not. */
  assignmentsOf(workspace: Workspace, subject: SubjectId): readonly TimedRole[] {
    return this.#members.assignmentsOf(workspace, subject);
  }

  allows(roleSet: RoleSet | undefined, cell: Cell): boolean {
    return roleSet !== undefined && this.#answer(roleSet, cell) === 'granted';
  }

  // The short way to an answer that was given before to somebody with the same settled roles.
  #recall(request: EnforceRequest, by: DecidedBy | undefined): ReasonCode | undefined {
    const { workspace, subjectType, subjectId } = request;
    if (workspace === undefined) return undefined;
    const number = this.#members.recallSettled(workspace, subjectType, subjectId);
    const permission = this.policy.catalog.permissions.get(request.permission);
    if (number === undefined || !permission || permission.readsOrganization) return undefined;
    const cell = findRequestCell(permission, request, undefined);
    if (typeof cell === 'string') return by ? by.noteNothing(cell) : cell;
    const sets = this.#roleSets;
    const answer = cell instanceof PossibleCells ? sets.recallAll(number, cell) : sets.recall(number, cell);
    by?.noteRecalled(sets.at(number), cell, answer);
    // Where a plan may be the reason, it takes the longer way to find out.
    return answer === 'not-granted' && permission.plans !== undefined ? undefined : answer;
  }

  // The same way to a reason that was told before.
  #recallExplained(request: EnforceRequest, by: DecidedBy | undefined): Decision | undefined {
    const { workspace, subjectType, subjectId } = request;
    if (workspace === undefined) return undefined;
    const roleSetNumber = this.#members.recallSettled(workspace, subjectType, subjectId);
    const permission = this.policy.catalog.permissions.get(request.permission);
    if (roleSetNumber === undefined || !permission || permission.readsOrganization) return undefined;
    const cell = findRequestCell(permission, request, undefined);
    if (typeof cell === 'string' || cell instanceof PossibleCells) return undefined;
    by?.noteRecalled(this.#roleSets.at(roleSetNumber), cell);
    return this.#explanations.recall(this.#roleSets.placeOf(roleSetNumber, cell));
  }

  #look(request: EnforceRequest, atMs: number): Asked {
    const workspace = this.#organizations.placeOf(request);
    if (!workspace) return { code: unknownPlace(request), atMs };
    const permission = this.policy.catalog.permissions.get(request.permission);
    return permission
      ? this.#lookFor(permission, workspace, request, atMs)
      : this.#lookForFormer(workspace, request, atMs);
  }

  // Of a permission that was split the request needs every part, so the answer is that of the first which refuses.
  #lookForFormer(workspace: Workspace, request: EnforceRequest, atMs: number): Asked {
    const parts = findPermissions(this.policy.catalog, request.permission);
    const asked = parts.map((permission) => ({
      ...this.#lookFor(permission, workspace, request, atMs),
      permission,
    }));
    const [first] = asked;
    if (!first) return { code: 'unknown-permission', atMs, workspace };
    if (asked.length === 1) return first;
    const deciding = asked.find((one) => this.#codeOf(one) !== 'granted') ?? first;
    return { ...deciding, code: this.#codeOf(deciding) };
  }

  #lookFor(permission: Permission, workspace: Workspace, request: EnforceRequest, atMs: number): Asked {
    if (isAskedElsewhere(request, permission)) return { code: 'wrong-span', atMs, workspace };
    const members = request.workspace === undefined ? this.#companyMembers : this.#members;
    const member = members.find(workspace, request.subjectType, request.subjectId);
    if (!member) return { code: 'not-a-member', atMs, workspace };
    // Written out rather than spread: this is the way of every member who has properties, or a time.
    const settings = permission.readsOrganization
      ? settingsFor(this.policy, workspace, permission, request)
      : undefined;
    const cell = findRequestCell(permission, request, member.properties, settings);
    if (typeof cell === 'string') return { code: cell, atMs, workspace, member };
    const roleSet = member.roleSetAt(atMs);
    if (!roleSet) return { code: inactiveCode(member, undefined, atMs) ?? 'not-a-member', atMs, workspace, member };
    if (cell instanceof PossibleCells) return { code: undefined, atMs, workspace, member, roleSet, possible: cell };
    return { code: undefined, atMs, workspace, member, roleSet, cell };
  }

  #codeNoted(asked: Asked, by: DecidedBy | undefined): ReasonCode {
    const code = this.#codeOf(asked);
    by?.noteAsked(asked, code);
    return code;
  }

  #codeOf({ code, atMs, member, roleSet, cell, possible }: Asked): ReasonCode {
    if (code !== undefined) return code;
    if (!roleSet) return 'error';
    const answer = possible ? this.#answerAll(roleSet, possible) : cell && this.#answer(roleSet, cell);
    if (answer !== 'not-granted') return answer ?? 'error';
    const about = cell ?? possible?.told;
    if (about && roleSet.offPlan.has(about.permission)) return 'not-in-plan';
    return (member?.isTimed === true ? inactiveCode(member, about, atMs) : undefined) ?? answer;
  }

  #answerAll(roleSet: RoleSet, possible: PossibleCells): ReasonCode | undefined {
    const known = this.#roleSets.recallAll(roleSet.number, possible);
    if (known) return known;
    for (const cell of possible.cells) if (cell) this.#answer(roleSet, cell);
    return this.#roleSets.recallAll(roleSet.number, possible);
  }

  #explainAsked(request: EnforceRequest, asked: Asked, by?: DecidedBy): Decision {
    const code = this.#codeNoted(asked, by);
    const cell = asked.cell ?? (code === 'missing-attribute' ? undefined : asked.possible?.told);
    return this.#explain(request, { ...asked, code, cell });
  }

  #answer(roleSet: RoleSet, cell: Cell): CasbinReason {
    const known = this.#roleSets.recall(roleSet.number, cell);
    if (known) return known;
    const { answer } = this.#decider.ask(roleSet, cell);
    this.#roleSets.remember(roleSet.number, cell, answer);
    return answer;
  }

  #explain(request: EnforceRequest, question: Question): Decision {
    const { workspace, roleSet, cell, code } = question;
    if (code === 'unknown-permission') return this.#explainUnknown(request, question);
    if (!workspace || !roleSet || !cell || !isCasbinReason(code)) return this.#describe(request, question);
    const place = this.#roleSets.placeOf(roleSet.number, cell);
    const known = this.#explanations.recallIn(workspace.id, place);
    if (known) return known;
    const decision = this.#describe(request, question);
    this.#explanations.remember(workspace.id, roleSet, place, decision);
    return decision;
  }

  // Somebody who misspells a permission does so in every request, and to find what was meant takes a while.
  #explainUnknown(request: EnforceRequest, question: Question): Decision {
    const known = this.#explanations.recallUnknown(request.permission);
    if (known) return known;
    const decision = this.#describe(request, question);
    return this.#explanations.rememberUnknown(request.permission, decision);
  }

  #describe(request: EnforceRequest, question: Question): Decision {
    const { roleSet, cell, code } = question;
    const by = roleSet && cell ? findDecisiveRule(roleSet.roles, cell) : undefined;
    return { decision: code === 'granted', reason: describeReason(this.policy, request, question, by) };
  }
}
