import { givenIn, subjectsOfGroup } from '../policy/membership/given-roles.ts';
import {
  findMember,
  groupType,
  mergeProperties,
  type Organization,
  type PolicySet,
  type TimedRole,
  type Workspace,
} from '../policy/policy-set.ts';
import type { SubjectId } from '../policy/subject.ts';
import { MemberState } from './member-state.ts';
import { MemberTable } from './member-table.ts';
import type { RoleSets } from './role-set.ts';
import { RuntimeMembers } from './runtime-members.ts';

/**
 * The members that were asked about. Of a settled one there is nothing to tell but the roles, which never begin nor end;
 * nearly everybody is, and such a member is kept as one number.
 */
export class KnownMembers {
  readonly #policy: PolicySet;
  readonly #firstType: string;
  readonly #runtime: RuntimeMembers;
  readonly #roleSets: RoleSets;
  // A settled member has the number of its role set, any other a negative one. Most are of the first subject type.
  #numbers = new MemberTable();
  readonly #numbersOfOtherTypes = new Map<string, MemberTable>();
  // Settled members with the same roles share one state, which has the number of their role set.
  readonly #settled: MemberState[] = [];
  #others: (MemberState | undefined)[] = [];
  /** Places among the others that nobody has any more. */
  #free: number[] = [];

  constructor(policy: PolicySet, runtime: RuntimeMembers, roleSets: RoleSets) {
    this.#policy = policy;
    this.#firstType = policy.catalog.subjectTypes[0];
    this.#runtime = runtime;
    this.#roleSets = roleSets;
  }

  /** The number of the role set of a settled member that was asked about before. */
  recallSettled(workspaceId: string, type: string, id: string): number | undefined {
    const number = this.#numberOf(workspaceId, type, id);
    return number === undefined || number < 0 ? undefined : number;
  }

  find(workspace: Workspace, type: string, id: string): MemberState | undefined {
    const number = this.#numberOf(workspace.id, type, id);
    if (number !== undefined && number !== forgotten) {
      return number < 0 ? this.#others[-1 - number] : this.#settled[number];
    }
    const subject = { type, id };
    const own = findMember(workspace.members, subject);
    const listed = findMember(workspace.organization.members, subject);
    const asStaff = this.#policy.staff.size === 0 ? undefined : findMember(this.#policy.staff, subject);
    const assignments = this.assignmentsOf(workspace, subject);
    // Names that are not in the policy leave no trace, so callers cannot make the memory grow.
    if (!own && !listed && !asStaff && assignments.length === 0) return undefined;
    const properties = mergeProperties(own?.properties, mergeProperties(listed?.properties, asStaff?.properties));
    const state = new MemberState(assignments, properties, this.#roleSets, workspace);
    const table = this.#tableOf(type);
    if (number === forgotten) table.replace(workspace.id, id, this.#keep(state));
    else table.add(workspace.id, id, this.#keep(state));
    return state;
  }

  /** All that a subject was given in a workspace and above it, itself and by its groups. */
  assignmentsOf(workspace: Workspace, subject: SubjectId): readonly TimedRole[] {
    // What a subject of a type was given that is there no more means nothing.
    const isKnown = this.#runtime.size > 0 && this.#policy.catalog.subjectTypes.includes(subject.type);
    const runtime = isKnown ? this.#runtime : nobody;
    return givenIn(this.#policy, workspace, subject, runtime);
  }

  /** Has a subject looked up again, because it holds something else since. */
  forget(workspaceId: string, { type, id }: SubjectId): void {
    const number = this.#numberOf(workspaceId, type, id);
    if (number === undefined || number === forgotten) return;
    if (number < 0) {
      this.#others[-1 - number] = undefined;
      this.#free.push(-1 - number);
    }
    this.#tableOf(type).replace(workspaceId, id, forgotten);
  }

  /** The same for everybody in a group, in some workspaces; for everybody at all where those are very many. */
  forgetGroup(organization: Organization, { type, id }: SubjectId, workspaceIds: readonly string[]): void {
    const group = type === groupType ? organization.groups.byId.get(id) : undefined;
    if (!group) return;
    let forgottenOnes = 0;
    for (const subject of subjectsOfGroup(organization, group, this.#runtime)) {
      forgottenOnes += workspaceIds.length;
      if (forgottenOnes > mostForgotten) return this.#forgetAll();
      for (const workspace of workspaceIds) this.forget(workspace, subject);
    }
    return undefined;
  }

  #forgetAll(): void {
    this.#numbers = new MemberTable();
    this.#numbersOfOtherTypes.clear();
    this.#others = [];
    this.#free = [];
  }

  #numberOf(workspaceId: string, type: string, id: string): number | undefined {
    const table = type === this.#firstType ? this.#numbers : this.#numbersOfOtherTypes.get(type);
    return table?.find(workspaceId, id);
  }

  #tableOf(type: string): MemberTable {
    if (type === this.#firstType) return this.#numbers;
    const table = this.#numbersOfOtherTypes.get(type) ?? new MemberTable();
    this.#numbersOfOtherTypes.set(type, table);
    return table;
  }

  #keep(state: MemberState): number {
    const roleSet = state.settledRoleSet;
    if (roleSet) {
      this.#settled[roleSet.number] ??= state;
      return roleSet.number;
    }
    const free = this.#free.pop();
    if (free === undefined) return -this.#others.push(state);
    this.#others[free] = state;
    return -1 - free;
  }
}

const nobody = new RuntimeMembers();

/** To look these up in what is known takes a millisecond or two; to look everybody up again takes each their own turn. */
const mostForgotten = 10_000;

// Of a member that changed since it was asked about. Negative, so that the short way takes it for one that is not settled.
const forgotten = -0x80000000;
