import type { Cell } from '../policy/catalog.ts';
import type { Decision, EnforceRequest, ReasonCode } from '../policy/decision.ts';
import type { PolicySet, Workspace } from '../policy/policy-set.ts';
import type { Role } from '../policy/role.ts';
import type { SubjectId } from '../policy/subject.ts';
import { CasbinDecider } from './casbin-decider.ts';
import { findDecisiveRule } from './decisive-rule.ts';
import { inactiveCode } from './inactive-code.ts';
import { MemberState } from './member-state.ts';
import { describeReason } from './reason.ts';
import { findRequestCell } from './request-cell.ts';
import { answers, RoleSets, type RoleSet } from './role-set.ts';

/** What was asked, as far as it could be found out. */
export interface Question {
  readonly code: ReasonCode;
  readonly atMs: number;
  readonly workspace?: Workspace;
  readonly member?: MemberState;
  readonly roleSet?: RoleSet;
  readonly cell?: Cell;
}

interface WorkspaceState {
  readonly workspace: Workspace;
  /** Subjects of the first type that asked before, by id: nearly everybody, so one look-up has to do. */
  readonly members: Map<string, MemberState>;
  /** The others, by type and id. */
  readonly otherMembers: Map<string, Map<string, MemberState>>;
}

/**
 * Decides requests by one policy set. Casbin is asked once for each role set and cell; the answer is remembered for as
 * long as this engine lives, which is one revision.
 */
export class CasbinEngine {
  readonly policy: PolicySet;
  readonly #decider: CasbinDecider;
  readonly #firstType: string;
  readonly #roleSets: RoleSets;
  readonly #workspaces = new Map<string, WorkspaceState>();

  private constructor(policy: PolicySet, decider: CasbinDecider) {
    this.policy = policy;
    this.#decider = decider;
    this.#firstType = policy.catalog.subjectTypes[0];
    this.#roleSets = new RoleSets(policy.catalog.cells.length);
  }

  static async create(policy: PolicySet): Promise<CasbinEngine> {
    return new CasbinEngine(policy, await CasbinDecider.create());
  }

  /** The decision as a reason code; only `granted` allows. Never throws: an exception is `error`, a deny. */
  decide(request: EnforceRequest, atMs: number): ReasonCode {
    try {
      return this.#question(request, atMs).code;
    } catch {
      return 'error';
    }
  }

  /** The same decision with its reason, which takes some words and so some time. */
  explain(request: EnforceRequest, atMs: number): Decision {
    try {
      return this.#explain(request, this.#question(request, atMs));
    } catch {
      return { decision: false, reason: { code: 'error', message: 'the decision failed, and a failure denies' } };
    }
  }

  /** Decides for somebody who would hold just these roles. What the request says of the subject serves `when` only. */
  explainRoles(roles: readonly Role[], request: EnforceRequest): Decision {
    const atMs = 0;
    const workspace = this.policy.workspaces.get(request.workspace);
    const permission = this.policy.catalog.permissions.get(request.permission);
    if (!workspace) return this.#explain(request, { code: 'unknown-workspace', atMs });
    if (!permission) return this.#explain(request, { code: 'unknown-permission', atMs, workspace });
    const roleSet = this.#roleSets.get(roles, workspace.id);
    const cell = findRequestCell(permission, request, undefined);
    if (typeof cell === 'string') return this.#explain(request, { code: cell, atMs, workspace });
    if (!roleSet) return this.#explain(request, { code: 'not-granted', atMs, workspace, cell });
    return this.#explain(request, { code: this.#answer(roleSet, cell), atMs, workspace, roleSet, cell });
  }

  /** The roles a subject holds in a workspace at an instant, and whether they allow a cell. */
  rolesOf(workspace: Workspace, subject: SubjectId, atMs: number): RoleSet | undefined {
    const state = this.#openWorkspace(workspace.id);
    return state && this.#findMember(state, subject.type, subject.id)?.roleSetAt(atMs);
  }

  allows(roleSet: RoleSet | undefined, cell: Cell): boolean {
    return roleSet !== undefined && this.#answer(roleSet, cell) === 'granted';
  }

  #question(request: EnforceRequest, atMs: number): Question {
    const state = this.#workspaces.get(request.workspace) ?? this.#openWorkspace(request.workspace);
    if (!state) return { code: 'unknown-workspace', atMs };
    const { workspace } = state;
    const permission = this.policy.catalog.permissions.get(request.permission);
    if (!permission) return { code: 'unknown-permission', atMs, workspace };
    const member = this.#findMember(state, request.subjectType, request.subjectId);
    if (!member) return { code: 'not-a-member', atMs, workspace };
    const cell = findRequestCell(permission, request, member.properties);
    if (typeof cell === 'string') return { code: cell, atMs, workspace, member };
    const roleSet = member.roleSetAt(atMs);
    if (!roleSet)
      return { code: inactiveCode(member, undefined, atMs) ?? 'not-a-member', atMs, workspace, member, cell };
    const code = this.#answer(roleSet, cell);
    if (code !== 'not-granted' || !member.isTimed) return { code, atMs, workspace, member, roleSet, cell };
    return { code: inactiveCode(member, cell, atMs) ?? code, atMs, workspace, member, roleSet, cell };
  }

  #answer(roleSet: RoleSet, cell: Cell): 'granted' | 'not-granted' | 'denied-by-role' {
    let answer = roleSet.answers[cell.index];
    if (answer === answers.unasked) {
      answer = this.#decider.ask(roleSet.roles, roleSet.domain, cell).answer;
      roleSet.answers[cell.index] = answer;
    }
    if (answer === answers.granted) return 'granted';
    return answer === answers.denied ? 'denied-by-role' : 'not-granted';
  }

  #explain(request: EnforceRequest, question: Question): Decision {
    const { roleSet, cell, code } = question;
    const by = roleSet && cell ? findDecisiveRule(roleSet.roles, cell) : undefined;
    return { decision: code === 'granted', reason: describeReason(this.policy, request, question, by) };
  }

  #openWorkspace(id: string): WorkspaceState | undefined {
    const known = this.#workspaces.get(id);
    if (known) return known;
    const workspace = this.policy.workspaces.get(id);
    // Names that are not in the policy leave no trace, so callers cannot make the memory grow.
    if (!workspace) return undefined;
    const state: WorkspaceState = { workspace, members: new Map(), otherMembers: new Map() };
    this.#workspaces.set(id, state);
    return state;
  }

  #findMember(state: WorkspaceState, type: string, id: string): MemberState | undefined {
    const isFirstType = type === this.#firstType;
    const known = isFirstType ? state.members.get(id) : state.otherMembers.get(type)?.get(id);
    if (known) return known;
    const { workspace, members, otherMembers } = state;
    const own = workspace.members.get(type)?.get(id);
    const spanning = workspace.organization.members.get(type)?.get(id);
    if (!own && !spanning) return undefined;
    const member = new MemberState(own, spanning, this.#roleSets, workspace.id);
    const byId = isFirstType ? members : (otherMembers.get(type) ?? new Map<string, MemberState>());
    if (!isFirstType) otherMembers.set(type, byId);
    byId.set(id, member);
    return member;
  }
}
