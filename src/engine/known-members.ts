import type { Workspace } from '../policy/policy-set.ts';
import { MemberState } from './member-state.ts';
import { MemberTable } from './member-table.ts';
import type { RoleSets } from './role-set.ts';

/**
 * The members that were asked about. Of a settled one there is nothing to tell but the roles, which never begin nor end;
 * nearly everybody is, and such a member is kept as one number.
 */
export class KnownMembers {
  readonly #roleSets: RoleSets;
  readonly #firstType: string;
  // A settled member has the number of its role set, any other a negative one. Most are of the first subject type.
  readonly #numbers = new MemberTable();
  readonly #numbersOfOtherTypes = new Map<string, MemberTable>();
  // Settled members with the same roles share one state, which has the number of their role set.
  readonly #settled: MemberState[] = [];
  readonly #others: MemberState[] = [];

  constructor(roleSets: RoleSets, firstType: string) {
    this.#roleSets = roleSets;
    this.#firstType = firstType;
  }

  /** The number of the role set of a settled member that was asked about before. */
  recallSettled(workspaceId: string, type: string, id: string): number | undefined {
    const number = this.#numberOf(workspaceId, type, id);
    return number === undefined || number < 0 ? undefined : number;
  }

  find(workspace: Workspace, type: string, id: string): MemberState | undefined {
    const number = this.#numberOf(workspace.id, type, id);
    if (number !== undefined) return number < 0 ? this.#others[-1 - number] : this.#settled[number];
    const own = workspace.members.get(type)?.get(id);
    const spanning = workspace.organization.members.get(type)?.get(id);
    // Names that are not in the policy leave no trace, so callers cannot make the memory grow.
    if (!own && !spanning) return undefined;
    const state = new MemberState(own, spanning, this.#roleSets, workspace.id);
    this.#tableOf(type).add(workspace.id, id, this.#keep(state));
    return state;
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
    if (!roleSet) return -this.#others.push(state);
    this.#settled[roleSet.number] ??= state;
    return roleSet.number;
  }
}
