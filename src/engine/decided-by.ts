import type { ReasonCode } from '../policy/decision.ts';
import type { Cell } from '../policy/permission.ts';
import { ruleFor, type Role, type Rule } from '../policy/role.ts';
import { findInactive } from './inactive-code.ts';
import type { MemberState } from './member-state.ts';
import type { PossibleCells } from './possible-cells.ts';
import type { Asked } from './question.ts';
import type { RoleSet } from './role-set.ts';

/**
 * A note of what the last decision was made by, for whoever writes it down later. It is filled anew by each, since to make
 * another one would cost as much as a decision.
 */
export class DecidedBy {
  roleSet: RoleSet | undefined;
  /** The cell that was asked about; undefined where none was found, or it is not known which. */
  cell: Cell | undefined;
  /** Whose role is over, or to come. */
  member: MemberState | undefined;

  noteNothing(code: ReasonCode): ReasonCode {
    this.roleSet = undefined;
    this.cell = undefined;
    this.member = undefined;
    return code;
  }

  noteRecalled(roleSet: RoleSet | undefined, cell: Cell | PossibleCells, code?: ReasonCode): void {
    this.roleSet = roleSet;
    this.cell = 'told' in cell ? toldOf(cell, code) : cell;
    this.member = undefined;
  }

  noteAsked({ roleSet, cell, possible, member }: Asked, code: ReasonCode): void {
    this.roleSet = roleSet;
    this.cell = cell ?? (possible && toldOf(possible, code));
    this.member = isInactive(code) ? member : undefined;
  }
}

function toldOf({ told }: PossibleCells, code: ReasonCode | undefined): Cell | undefined {
  return code === 'missing-attribute' ? undefined : told;
}

function isInactive(code: ReasonCode): boolean {
  return code === 'grant-expired' || code === 'grant-not-started';
}

/** The role that a noted decision was made by: that granted or denied, or whose time is over or to come. */
export function decidingRole(
  { roleSet, cell, member }: Pick<DecidedBy, 'roleSet' | 'cell' | 'member'>,
  code: ReasonCode,
  atMs: number,
): { readonly role: string; readonly group?: string | undefined } | undefined {
  if (member && isInactive(code)) {
    const inactive = findInactive(member, roleSet ? cell : undefined, atMs);
    return inactive && { role: inactive.role.id, group: inactive.group };
  }
  if (code !== 'granted' && code !== 'denied-by-role') return undefined;
  const by = roleSet && cell ? findDecisiveRule(roleSet.roles, cell) : undefined;
  return by && { role: by.role.id };
}

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
