import { Enforcer, FunctionMap, newModelFromString } from 'casbin';
import { modelText } from '../compile/casbin/casbin-model.ts';
import { casbinRoleName, casbinRow, type PolicyRow } from '../compile/casbin/casbin-rules.ts';
import type { Cell } from '../policy/permission.ts';
import type { Role } from '../policy/role.ts';
import type { DecisiveRule } from './decided-by.ts';
import type { CasbinReason, RoleSet } from './role-set.ts';

/** Casbin's answer, and the rule that made it: the last allow, or the first deny. */
export interface CasbinAnswer {
  readonly answer: CasbinReason;
  readonly by: DecisiveRule | undefined;
}

// The name of whoever asks. It has the form of no subject's and no role's name.
const asking = 'asking';

/**
 * A decider that asks Casbin about one cell, for somebody who holds some roles. Casbin scans its rows one by one, so it
 * is given just those that can match: the rows of these roles for this cell. Its answer over them is its answer over
 * all rows, because its model compares whole words and its effect (some allow, no deny) does not depend on rows that do
 * not match.
 */
export class CasbinDecider {
  readonly #enforcer: Enforcer;

  private constructor(enforcer: Enforcer) {
    this.#enforcer = enforcer;
  }

  static #shared: Promise<CasbinDecider> | undefined;

  /** One serves all policies: between two questions it holds nothing of either. */
  static shared(): Promise<CasbinDecider> {
    return (CasbinDecider.#shared ??= CasbinDecider.#create());
  }

  static async #create(): Promise<CasbinDecider> {
    const enforcer = new FixedModelEnforcer();
    await enforcer.initWithModelAndAdapter(newModelFromString(modelText));
    enforcer.enableAutoSave(false);
    await enforcer.buildRoleLinks();
    return new CasbinDecider(enforcer);
  }

  /** Synchronous throughout, so no other question can come between the rows and the answer. */
  ask({ roles, domain, offPlan }: Pick<RoleSet, 'roles' | 'domain' | 'offPlan'>, cell: Cell): CasbinAnswer {
    const isOffPlan = offPlan.has(cell.permission);
    const candidates = roles.flatMap((role) =>
      role.rules
        .filter((rule) => rule.cell === cell && !(isOffPlan && rule.effect === 'allow'))
        .map((rule) => ({ role, rule, row: casbinRow(role, rule) })),
    );
    // On no rows at all Casbin compares the request with empty texts; it must never get to do that.
    if (candidates.length === 0) return { answer: 'not-granted', by: undefined };
    const [isAllowed, row] = this.#enforce(
      candidates.map((candidate) => candidate.row),
      roles,
      domain,
      cell,
    );
    const by = candidates.find((candidate) => candidate.row === row);
    if (isAllowed) return { answer: 'granted', by };
    return { answer: by?.rule.effect === 'deny' ? 'denied-by-role' : 'not-granted', by };
  }

  #enforce(rows: readonly PolicyRow[], roles: readonly Role[], domain: string, cell: Cell): [boolean, unknown] {
    const assertion = this.#enforcer.getModel().model.get('p')?.get('p');
    const roleManager = this.#enforcer.getRoleManager();
    if (!assertion) throw new Error('the Casbin model has no policy definition');
    try {
      assertion.policy = rows as unknown as string[][];
      // Async by signature only: the link is there when the call returns, and if it were not, the answer would be deny.
      for (const role of roles) void roleManager.addLink(asking, casbinRoleName(role), domain);
      const { resource, action } = cell.permission;
      return this.#enforcer.enforceExSync(asking, domain, resource, action, cell.scopeWord);
    } finally {
      assertion.policy = [];
      void roleManager.clear();
    }
  }
}

// The model calls nothing but `g`; without Casbin's pattern functions there is no pattern that could hang it.
class FixedModelEnforcer extends Enforcer {
  constructor() {
    super();
    this.fm = new FunctionMap();
  }
}
