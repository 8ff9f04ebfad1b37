import type { Member, PolicySet, TimedRole, Workspace } from '../policy/policy-set.ts';
import { findMember } from '../policy/policy-set.ts';
import { keptOf, rolesGiven } from '../policy/runtime-member.ts';
import type { SubjectId } from '../policy/subject.ts';
import { MemberState, mergeProperties } from './member-state.ts';
import { MemberTable } from './member-table.ts';
import type { RoleSets } from './role-set.ts';
import type { RuntimeMembers } from './runtime-members.ts';

interface Found {
  readonly own: Member | undefined;
  readonly spanning: Member | undefined;
  /** What both give, but for what was handed over at run time. */
  readonly written: readonly TimedRole[];
  /** Given at run time. */
  readonly given: readonly TimedRole[];
}

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
  readonly #numbers = new MemberTable();
  readonly #numbersOfOtherTypes = new Map<string, MemberTable>();
  // Settled members with the same roles share one state, which has the number of their role set.
  readonly #settled: MemberState[] = [];
  readonly #others: (MemberState | undefined)[] = [];
  /** Places among the others that nobody has any more. */
  readonly #free: number[] = [];

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
    const found = this.#read(workspace, type, id);
    // Names that are not in the policy leave no trace, so callers cannot make the memory grow.
    if (!found) return undefined;
    const properties = mergeProperties(found.own?.properties, found.spanning?.properties);
    const state = new MemberState(joinAssignments(found), properties, this.#roleSets, workspace);
    const table = this.#tableOf(type);
    if (number === forgotten) table.replace(workspace.id, id, this.#keep(state));
    else table.add(workspace.id, id, this.#keep(state));
    return state;
  }

  assignmentsOf(workspace: Workspace, { type, id }: SubjectId): readonly TimedRole[] {
    const found = this.#read(workspace, type, id);
    return found ? joinAssignments(found) : [];
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

  #read(workspace: Workspace, type: string, id: string): Found | undefined {
    const { organization } = workspace;
    const subject = { type, id };
    const own = findMember(workspace.members, subject);
    const spanning = findMember(organization.members, subject);
    // What a subject of a type was given that is there no more means nothing.
    const mayBeGiven = this.#runtime.size > 0 && this.#policy.catalog.subjectTypes.includes(type);
    if (!mayBeGiven) {
      if (!own && !spanning) return undefined;
      return { own, spanning, written: [...(own?.assignments ?? []), ...(spanning?.assignments ?? [])], given: [] };
    }
    const here = this.#runtime.get({ kind: 'workspace', id: workspace.id }, type, id);
    const above =
      organization.id === undefined
        ? undefined
        : this.#runtime.get({ kind: 'organization', id: organization.id }, type, id);
    const given = [here, above].flatMap((member) =>
      member ? rolesGiven(this.#policy, member.place, member.assignments) : [],
    );
    if (!own && !spanning && given.length === 0) return undefined;
    const written = [...keptOf(own?.assignments ?? [], here), ...keptOf(spanning?.assignments ?? [], above)];
    return { own, spanning, written, given };
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

// Of a member that changed since it was asked about. Negative, so that the short way takes it for one that is not settled.
const forgotten = -0x80000000;

function joinAssignments({ written, given }: Found): readonly TimedRole[] {
  return given.length === 0 ? written : [...written, ...given];
}
