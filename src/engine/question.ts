import type { Cell, Permission } from '../policy/permission.ts';
import type { ReasonCode } from '../policy/decision.ts';
import type { Workspace } from '../policy/policy-set.ts';
import type { MemberState } from './member-state.ts';
import type { PossibleCells } from './possible-cells.ts';
import type { RoleSet } from './role-set.ts';

/** A question that is asked, as things stand at an instant: whatever becomes of the members later, its answer stays the same. */
export interface Asked {
  /** Undefined: Casbin's answer is still to be found. */
  readonly code: ReasonCode | undefined;
  readonly atMs: number;
  /** Where it is asked; for an organization itself, that. */
  readonly workspace?: Workspace | undefined;
  /** Where the request names it by a former id: what it has become. */
  readonly permission?: Permission;
  readonly member?: MemberState;
  readonly roleSet?: RoleSet;
  readonly cell?: Cell | undefined;
  /** Where the request does not tell which cell it is about. */
  readonly possible?: PossibleCells | undefined;
}

/** A question, as far as it could be found out. */
export interface Question extends Asked {
  readonly code: ReasonCode;
}
