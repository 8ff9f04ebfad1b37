import type { GroupingRow } from '../../compile/casbin/casbin-rules.ts';
import { runtimeRows } from '../../compile/casbin/runtime-rows.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { PolicyPlaces } from '../../policy/policy-places.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { ChangeFault } from './assignment-rules.ts';
import type { ChangeGround, MemberChange } from './change-question.ts';
import { findChangeFault } from './member-change-rules.ts';
import { isWithin } from './place-reach.ts';

/** A change that somebody asks for, and how far whoever passes it on may reach. */
export interface AskedMemberChange extends MemberChange {
  /** The organizations that the caller may change something in; undefined: all. */
  readonly within?: ReadonlySet<string> | undefined;
}

/** The judge's answer: why a change may not be made, or which rows for Casbin the membership has from now on. */
export type MemberVerdict =
  { readonly fault: ChangeFault } | { readonly fault?: undefined; readonly gRows: readonly GroupingRow[] };

/**
 * The one judge of changes to memberships: stores, HTTP and commands ask here. `before` is the membership as it is. To be
 * asked on what holds in the turn of the change, and by the time of that turn: the actor's role may be over since.
 */
export function judgeMemberChange(
  ground: ChangeGround,
  change: AskedMemberChange,
  before: RuntimeMember | undefined,
): MemberVerdict {
  const { policy, atMs } = ground;
  // The workspace may have gone to another organization while the change stood in a queue.
  if (!isWithin(policy, change.place, change.within)) return { fault: outOfReach(change) };
  const fault = findChangeFault(ground, change, before);
  return fault ? { fault } : { gRows: runtimeRows(new PolicyPlaces(policy), change, atMs) };
}

function outOfReach({ place: { kind, id } }: MemberChange): ChangeFault {
  const message = `${kind} ${quote(id)} belongs to none of the organizations that the caller may change something in`;
  return { code: 'out-of-reach', message };
}
