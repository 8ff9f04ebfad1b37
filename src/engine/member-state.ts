import type { JsonObject } from '../policy/text/json.ts';
import { rolesAt, type TimedRole, type Workspace } from '../policy/policy-set.ts';
import type { RoleSet, RoleSets } from './role-set.ts';

/** One subject in one workspace: what they hold there, with what they hold from above, at any time. */
export class MemberState {
  readonly properties: JsonObject | undefined;
  /** Whether any role begins or ends. */
  readonly isTimed: boolean;
  readonly assignments: readonly TimedRole[];
  readonly #roleSets: RoleSets;
  readonly #workspaceId: string;
  readonly #plan: string | undefined;
  // The role set holds from the first of these instants on, up to the second; they move as time goes by.
  #fromMs = Infinity;
  #untilMs = -Infinity;
  #roleSet: RoleSet | undefined;

  constructor(
    assignments: readonly TimedRole[],
    properties: JsonObject | undefined,
    roleSets: RoleSets,
    { id, organization }: Workspace,
  ) {
    this.assignments = assignments;
    this.properties = properties;
    this.isTimed = assignments.some(({ fromMs, untilMs }) => fromMs !== undefined || untilMs !== undefined);
    this.#roleSets = roleSets;
    this.#workspaceId = id;
    this.#plan = organization.plan;
    if (!this.isTimed) this.#moveTo(0);
  }

  /** The roles held at an instant; undefined when none is. */
  roleSetAt(atMs: number): RoleSet | undefined {
    if (this.isTimed && !(atMs >= this.#fromMs && atMs < this.#untilMs)) this.#moveTo(atMs);
    return this.#roleSet;
  }

  /** The roles of a settled member: none begins or ends, and there are no properties. */
  get settledRoleSet(): RoleSet | undefined {
    return this.isTimed || this.properties ? undefined : this.#roleSet;
  }

  #moveTo(atMs: number): void {
    let from = -Infinity;
    let until = Infinity;
    for (const { fromMs, untilMs } of this.assignments) {
      for (const edge of [fromMs, untilMs]) {
        if (edge === undefined) continue;
        if (edge <= atMs) from = Math.max(from, edge);
        else until = Math.min(until, edge);
      }
    }
    this.#roleSet = this.#roleSets.get(rolesAt(this.assignments, atMs), this.#workspaceId, this.#plan);
    this.#fromMs = from;
    this.#untilMs = until;
  }
}
