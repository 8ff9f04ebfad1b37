import type { GroupingRow } from '../../compile/casbin/casbin-rules.ts';
import { rowsBeside, type MembershipsThen, type RowsBeside } from '../../compile/casbin/rows-beside.ts';
import { runtimeRows, writtenRows } from '../../compile/casbin/runtime-rows.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { changedMemberships, type ChangedMembership } from '../../policy/membership/changed-memberships.ts';
import { PolicyPlaces } from '../../policy/policy-places.ts';
import type { RuntimeAssignment, RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from './assignment-rules.ts';
import type { MemberChange } from './change-question.ts';
import { planHandover, type HandoverPart } from './plan-handover.ts';
import { findChangeFault } from './member-change-rules.ts';
import { findPlace, type ChangeGround } from './member-roles.ts';
import { isWithin } from '../../policy/membership/place-reach.ts';

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

/** The judge's answer: why a change may not be made, or what becomes of the membership, and of others by it. */
export type MemberVerdict =
  | { readonly fault: ChangeFault }
  | (JudgedPart & OthersPart & { readonly fault?: undefined });

interface OthersPart {
  /** Who hands over to the subject. */
  readonly replaced?: JudgedPart;
  /** Memberships that stay as they are, and the rows that they have from now on. */
  readonly others?: readonly RowsBeside[];
}

/**
 * The one judge of changes to memberships: stores, HTTP and commands ask here. `before` is the membership as it is. To be
 * asked on what holds in the turn of the change, and by the time of that turn: the actor's role may be over since.
 */
export function judgeMemberChange(
  ground: ChangeGround,
  change: AskedMemberChange,
  before: RuntimeMember | undefined,
): MemberVerdict {
  const { policy, members, atMs } = ground;
  // The workspace may have gone to another organization while the change stood in a queue.
  if (!isWithin(policy, change.place, change.within)) return { fault: outOfReach(change) };
  const fault = findChangeFault(ground, change, before);
  if (fault) return { fault };
  const { subject, assignments, inPlaceOf } = change;
  const place = findPlace(policy, change.place);
  if (!inPlaceOf || !place) {
    return { subject, assignments, ...rowsOfChange(ground, change) };
  }
  const places = new PolicyPlaces(policy);
  const plan = planHandover(ground, place, { ...change, inPlaceOf });
  if ('fault' in plan) return plan;
  const changes = [plan.from, plan.to].map((part) => {
    return { place: change.place, subject: part.subject, assignments: part.stored };
  });
  const after = changes.reduce(changedMemberships, members);
  const judged = (part: HandoverPart): JudgedPart => judgedPart(places, change, part, { before: members, after, atMs });
  const others = rowsBeside(places, changes, atMs, { before: members, after });
  return { ...judged(plan.to), replaced: judged(plan.from), others };
}

/** The rows that a change of one membership leads to, its own and those of others, whoever may make it. */
export function rowsOfChange(
  { policy, members, atMs }: ChangeGround,
  change: ChangedMembership,
): Pick<JudgedPart, 'gRows'> & Required<Pick<OthersPart, 'others'>> {
  const places = new PolicyPlaces(policy);
  const after = changedMemberships(members, change);
  const others = rowsBeside(places, [change], atMs, { before: members, after });
  return { gRows: runtimeRows(places, change, atMs, after), others };
}

function judgedPart(
  places: PolicyPlaces,
  { place }: MemberChange,
  { subject, stored }: HandoverPart,
  { before, after, atMs }: MembershipsThen & Pick<ChangeGround, 'atMs'>,
): JudgedPart {
  const member = { place, subject, assignments: stored };
  const gRows = runtimeRows(places, member, atMs, after);
  if (!places.writtenAssignments(place, subject)) return { subject, assignments: stored, gRows };
  const rowsOf = (kept: Pick<RuntimeMember, 'assignments'> | undefined): readonly GroupingRow[] =>
    writtenRows(places, place, subject, kept, atMs);
  const [held, holds] = [rowsOf(before.get(place, subject.type, subject.id)), rowsOf(member)];
  return {
    subject,
    assignments: stored,
    gRows,
    written: { gone: withoutRows(held, holds), back: withoutRows(holds, held) },
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
