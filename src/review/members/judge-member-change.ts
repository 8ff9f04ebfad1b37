import type { GroupingRow } from '../../compile/casbin/casbin-rules.ts';
import { heldRows, runtimeRows } from '../../compile/casbin/runtime-rows.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { PolicyPlaces } from '../../policy/policy-places.ts';
import { keptOf, type RuntimeAssignment, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from './assignment-rules.ts';
import type { ChangeGround, MemberChange } from './change-question.ts';
import { planHandover, type HandoverPart } from './plan-handover.ts';
import { findChangeFault } from './member-change-rules.ts';
import { findPlace } from './member-roles.ts';
import { isWithin } from './place-reach.ts';

/** A change that somebody asks for, and how far whoever passes it on may reach. */
export interface AskedMemberChange extends MemberChange {
  /** The organizations that the caller may change something in; undefined: all. */
  readonly within?: ReadonlySet<string> | undefined;
}

/** A membership as it is to be kept, and which rows for Casbin it has from now on. */
export interface JudgedPart {
  readonly subject: SubjectId;
  readonly assignments: readonly RuntimeAssignment[];
  readonly gRows: readonly GroupingRow[];
  /** Rows of what YAML gives the subject that hold no more, and those that hold again. */
  readonly written?: { readonly gone: readonly GroupingRow[]; readonly back: readonly GroupingRow[] };
}

/** The judge's answer: why a change may not be made, or what becomes of the membership, and of who hands over to it. */
export type MemberVerdict =
  { readonly fault: ChangeFault } | (JudgedPart & { readonly fault?: undefined; readonly replaced?: JudgedPart });

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
  if (fault) return { fault };
  const { subject, assignments, inPlaceOf } = change;
  const place = findPlace(policy, change.place);
  if (!inPlaceOf || !place) {
    return { subject, assignments, gRows: runtimeRows(new PolicyPlaces(policy), change, atMs) };
  }
  const plan = planHandover(ground, place, { ...change, inPlaceOf });
  if ('fault' in plan) return plan;
  return { ...judgedPart(ground, change, plan.to), replaced: judgedPart(ground, change, plan.from) };
}

function judgedPart({ policy, members, atMs }: ChangeGround, { place }: MemberChange, part: HandoverPart): JudgedPart {
  const { subject, stored } = part;
  const places = new PolicyPlaces(policy);
  const member = { place, subject, assignments: stored };
  const gRows = runtimeRows(places, member, atMs);
  const yaml = places.writtenMember(place, subject)?.assignments;
  if (!yaml) return { subject, assignments: stored, gRows };
  const before = heldRows(places, member, keptOf(yaml, members.get(place, subject.type, subject.id)), atMs);
  const after = heldRows(places, member, keptOf(yaml, member), atMs);
  return {
    subject,
    assignments: stored,
    gRows,
    written: { gone: withoutRows(before, after), back: withoutRows(after, before) },
  };
}

function withoutRows(rows: readonly GroupingRow[], others: readonly GroupingRow[]): readonly GroupingRow[] {
  const known = new Set(others.map((row) => JSON.stringify(row)));
  return rows.filter((row) => !known.has(JSON.stringify(row)));
}

function outOfReach({ place: { kind, id } }: MemberChange): ChangeFault {
  const message = `${kind} ${quote(id)} belongs to none of the organizations that the caller may change something in`;
  return { code: 'out-of-reach', message };
}
