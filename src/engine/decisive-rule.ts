import type { Cell } from '../policy/permission.ts';
import { ruleFor, type Role, type Rule } from '../policy/role.ts';

/** The rule that made an answer, and the role it belongs to. */
export interface DecisiveRule {
  readonly role: Role;
  readonly rule: Rule;
}

/**
 * The rule that Casbin names when it explains its answer for somebody with these roles: the first deny, else the last
 * allow. Casbin need not be asked for it again; a property test holds that it would say the same.
 */
export function findDecisiveRule(roles: readonly Role[], cell: Cell): DecisiveRule | undefined {
  let lastAllow: DecisiveRule | undefined;
  for (const role of roles) {
    const rule = ruleFor(role, cell);
    if (rule?.effect === 'deny') return { role, rule };
    if (rule) lastAllow = { role, rule };
  }
  return lastAllow;
}
