import type { GroupingRow } from '../../compile/casbin/casbin-rules.ts';
import { heldRows, runtimeRows } from '../../compile/casbin/runtime-rows.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { PolicyPlaces } from '../../policy/policy-places.ts';
import { groupPlace, keptOf, type RuntimeAssignment, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from './assignment-rules.ts';
import type { MemberChange } from './change-question.ts';
import { findGroupOf, isGroup } from './group-questions.ts';
import { planHandover, type HandoverPart } from './plan-handover.ts';
import { findChangeFault } from './member-change-rules.ts';
import { findPlace, type RuntimeMemberships, type ChangeGround } from './member-roles.ts';
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
  { readonly fault: ChangeFault } | (JudgedPart & OthersPart & { readonly fault?: undefined });

interface OthersPart {
  /** Who hands over to the subject. */
  readonly replaced?: JudgedPart;
  /** Those who were put at run time into the group that is the member, and the rows that they have from now on. */
  readonly inGroup?: readonly { readonly member: RuntimeMember; readonly gRows: readonly GroupingRow[] }[];
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
  const { policy } = ground;
  // The workspace may have gone to another organization while the change stood in a queue.
  if (!isWithin(policy, change.place, change.within)) return { fault: outOfReach(change) };
  const fault = findChangeFault(ground, change, before);
  if (fault) return { fault };
  const { subject, assignments, inPlaceOf } = change;
  const place = findPlace(policy, change.place);
  if (!inPlaceOf || !place) return { subject, assignments, ...rowsOf(ground, change) };
  const plan = planHandover(ground, place, { ...change, inPlaceOf });
  if ('fault' in plan) return plan;
  return { ...judgedPart(ground, change, plan.to), replaced: judgedPart(ground, change, plan.from) };
}

function judgedPart({ policy, members, atMs }: ChangeGround, { place }: MemberChange, part: HandoverPart): JudgedPart {
  const { subject, stored } = part;
  const places = new PolicyPlaces(policy);
  const member = { place, subject, assignments: stored };
  const gRows = runtimeRows(places, member, atMs, members);
  const yaml = places.writtenAssignments(place, subject);
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

function rowsOf(
  { policy, members, atMs }: ChangeGround,
  change: MemberChange,
): Pick<JudgedPart, 'gRows'> & Pick<OthersPart, 'inGroup'> {
  const places = new PolicyPlaces(policy);
  const { place, subject } = change;
  const gRows = runtimeRows(places, change, atMs, members);
  const known = place.kind !== 'group' && isGroup(policy, subject) ? findPlace(policy, place) : undefined;
  const group = known && findGroupOf(policy, known, subject);
  if (!group) return { gRows };
  const after = afterChange(members, change);
  const inGroup = [...members.list(groupPlace(group.of.id ?? '', group.group.id))].map((member) => {
    return { member, gRows: runtimeRows(places, member, atMs, after) };
  });
  return { gRows, inGroup };
}

/** The memberships as they are once a change is made. */
function afterChange(members: RuntimeMemberships, { place, subject, assignments }: MemberChange): RuntimeMemberships {
  const changed: RuntimeMember = { place, subject, assignments, sequence: 0, token: '' };
  return {
    size: members.size + 1,
    list: (at) => members.list(at),
    groupsOf: (organization, type, id) => members.groupsOf(organization, type, id),
    get: (at, type, id) => {
      const isIt = at.kind === place.kind && at.id === place.id && type === subject.type && id === subject.id;
      return isIt ? changed : members.get(at, type, id);
    },
  };
}

function outOfReach({ place: { kind, id } }: MemberChange): ChangeFault {
  const message = `${kind} ${quote(id)} belongs to none of the organizations that the caller may change something in`;
  return { code: 'out-of-reach', message };
}
