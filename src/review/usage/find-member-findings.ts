import { quote } from '../../compile/words/describe-value.ts';
import { findMember, holdsAt, type TimedRole } from '../../policy/policy-set.ts';
import { dayMs, reviewLimits } from '../../policy/review/review-limits.ts';
import type { Role } from '../../policy/role.ts';
import type { Place } from '../../policy/runtime-member.ts';
import { formatSubject } from '../../policy/subject.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { wasHeldLong, type GivingList, type HeldMembership } from './held-memberships.ts';
import type { Evidence, FindingAbout, NewFinding, Taking } from './usage-finding.ts';
import type { UsageTally } from './usage-tally.ts';

/** All that memberships are judged by. */
export interface MemberGround {
  readonly firstType: string;
  readonly nowMs: number;
  /** Undefined: the log is too short to say who is never seen. */
  readonly log: { readonly tally: UsageTally; readonly fromMs: number; readonly toMs: number } | undefined;
}

/** What there is to tell of one membership: that nobody saw its holder, that it is over, or soon will be. */
export function findMemberFindings(membership: HeldMembership, ground: MemberGround): NewFinding[] {
  const { nowMs } = ground;
  const { given } = membership;
  const isHeld = given.some((one) => holdsAt(one, nowMs));
  const unseen = isHeld ? findUnseen(membership, ground) : [];
  const dated = given.filter(({ group }) => group === undefined);
  return [
    ...unseen,
    ...dated
      .filter(({ untilMs = Infinity }) => untilMs <= nowMs)
      .map((one) => describeExpired(membership, one, ground)),
    ...dated.filter((one) => endsSoon(one, given, nowMs)).map((one) => describeEnding(membership, one, ground)),
  ];
}

function findUnseen(membership: HeldMembership, { firstType, log, nowMs }: MemberGround): NewFinding[] {
  const { list, subject, given } = membership;
  const held = given.filter((one) => holdsAt(one, nowMs));
  if (!log || !held.some((one) => wasHeldLong(one, log))) return [];
  if (list.kind !== 'staff' && !log.tally.hears(list.at)) return [];
  const seen = list.kind === 'staff' ? log.tally.seenAsStaff(subject) : log.tally.seenAt(list.at, subject);
  if (seen) return [];
  const name = formatSubject(subject, firstType);
  const roles = [...new Set(held.map(({ role }) => quote(role.id)))].join(', ');
  const [first] = held;
  const groups = [...new Set(held.flatMap(({ group }) => group ?? []))];
  const by = groups.length === 0 ? '' : `, by group ${groups.map(quote).join(', ')}`;
  const sinceMs = held.every(({ fromMs }) => fromMs !== undefined) ? first?.fromMs : undefined;
  return [
    {
      kind: 'unseen-member',
      about: { ...aboutList(list), member: name },
      message: `${quote(name)} holds ${roles} in ${describeList(list)}${by}, and asked for nothing there`,
      evidence: sinceMs === undefined ? {} : { sinceMs },
      position: first?.position,
      ...leaving(membership, groups, log),
    },
  ];
}

function leaving(
  { list, subject, given }: HeldMembership,
  groups: readonly string[],
  log: MemberGround['log'],
): Pick<NewFinding, 'taking' | 'byHand'> {
  const byHand = (why: string): Pick<NewFinding, 'taking' | 'byHand'> => ({ taking: undefined, byHand: why });
  const place = placeOfList(list);
  if (!place || list.kind === 'staff') return byHand('the people of the product itself are changed in git alone');
  if (given.some(({ role }) => controls(role))) {
    return byHand('they may change members or roles there; whoever else may should say whether that is still wanted');
  }
  if (given.every(({ group }) => group === undefined)) {
    if (findMember(list.at.members, subject) === undefined) return byHand('it was given at run time');
    return { taking: { does: 'remove-member', place, subject } };
  }
  const [group, second] = groups;
  const organization = list.kind === 'organization' ? list.at : list.at.organization;
  const isListed =
    organization.groups.byId
      .get(group ?? '')
      ?.subjects.get(subject.type)
      ?.has(subject.id) === true;
  const isOnlyByGroup = given.every((one) => one.group === group);
  if (group === undefined || second !== undefined || !isOnlyByGroup) return byHand('it is held in more than one way');
  if (!isListed || organization.id === undefined) return byHand('the group was filled at run time');
  // Whoever leaves a group loses what it gives at every place.
  if (log?.tally.seenAt(organization, subject)) return byHand('the group is of use to them elsewhere');
  return { taking: { does: 'leave-group', organization: organization.id, group, subject } };
}

// Without its last one a place is locked, and they act once a year.
function controls({ rules }: Role): boolean {
  return rules.some(({ effect, cell }) => effect === 'allow' && cell.permission.controls !== undefined);
}

function describeExpired(membership: HeldMembership, one: TimedRole, ground: MemberGround): NewFinding {
  const { list, subject } = membership;
  const name = formatSubject(subject, ground.firstType);
  const untilMs = one.untilMs ?? 0;
  const place = placeOfList(list);
  const taking: Taking | undefined = place &&
    one.position && { does: 'end-role', place, subject, role: one.role.id, untilMs };
  return {
    kind: 'expired-membership',
    about: { ...aboutList(list), member: name, role: one.role.id },
    message: `${quote(one.role.id)} of ${quote(name)} in ${describeList(list)} ended at ${formatInstant(untilMs)}`,
    evidence: timesOf(one),
    position: one.position,
    taking,
    ...(taking
      ? {}
      : { byHand: place ? 'it was given at run time' : 'the people of the product itself are changed in git alone' }),
  };
}

function describeEnding(membership: HeldMembership, one: TimedRole, ground: MemberGround): NewFinding {
  const { list, subject } = membership;
  const name = formatSubject(subject, ground.firstType);
  return {
    kind: 'ending-membership',
    about: { ...aboutList(list), member: name, role: one.role.id },
    message: `${quote(one.role.id)} of ${quote(name)} in ${describeList(list)} ends at ${formatInstant(one.untilMs ?? 0)}, and nothing follows it`,
    evidence: timesOf(one),
    position: one.position,
    taking: undefined,
    byHand: 'it ends by itself; write another end, where it is to go on',
  };
}

function timesOf({ fromMs, untilMs }: TimedRole): Evidence {
  return { ...(fromMs === undefined ? {} : { sinceMs: fromMs }), ...(untilMs === undefined ? {} : { untilMs }) };
}

// One that is followed by another was thought of.
function endsSoon(one: TimedRole, given: readonly TimedRole[], nowMs: number): boolean {
  const { untilMs } = one;
  if (untilMs === undefined || !holdsAt(one, nowMs) || untilMs - nowMs > reviewLimits.endingDays * dayMs) return false;
  return !given.some((other) => other !== one && holdsAt(other, untilMs));
}

function aboutList(list: GivingList): FindingAbout {
  if (list.kind === 'staff') return {};
  const organization = list.kind === 'organization' ? list.at.id : list.at.organization.id;
  return {
    ...(organization === undefined ? {} : { organization }),
    ...(list.kind === 'workspace' ? { workspace: list.at.id } : {}),
  };
}

function placeOfList(list: GivingList): Place | undefined {
  if (list.kind === 'staff') return undefined;
  if (list.kind === 'workspace') return { kind: 'workspace', id: list.at.id };
  return list.at.id === undefined ? undefined : { kind: 'organization', id: list.at.id };
}

function describeList(list: GivingList): string {
  if (list.kind === 'staff') return 'the staff of the product';
  return list.kind === 'workspace' ? `workspace ${quote(list.at.id)}` : `organization ${quote(list.at.id ?? '')}`;
}
