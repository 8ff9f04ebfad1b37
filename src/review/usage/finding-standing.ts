import { quote } from '../../compile/words/describe-value.ts';
import type { AcceptedFinding } from '../../policy/catalog.ts';
import { givenAt } from '../../policy/membership/given-roles.ts';
import {
  findOrganization,
  findRole,
  findWorkspace,
  isAtOrganization,
  type Organization,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import type { ReviewedFinding } from '../../policy/review/review-document.ts';
import { heldCells, listOfRole, type Role } from '../../policy/role.ts';
import { formatSubject, parseSubject, type SubjectId } from '../../policy/subject.ts';
import { parseFrom, parseInstant, parseUntil } from '../../policy/text/instant.ts';
import type { AccessGround } from '../access/access-ground.ts';
import { placeOfEdit, type AskedEdit } from '../changes/asked-edit.ts';
import { grantsOf } from './role-grants.ts';

/** The reasons why there is nothing left to decide of a finding. */
export const overReasons = ['role-gone', 'permission-gone', 'membership-gone', 'held-by-now', 'other-by-now'] as const;

type OverReason = (typeof overReasons)[number];

/** The fate of a finding since the review. */
export type FindingStanding =
  | {
      readonly state: 'open';
      /** What takes it away now; none where a person has to decide. */
      readonly edits: readonly AskedEdit[];
      readonly byHand?: string;
    }
  | {
      readonly state: 'accepted';
      readonly reason: string;
      readonly until: string;
      /** What has it be a finding again; none where the waiver names no place, which is ended in git alone. */
      readonly edits: readonly AskedEdit[];
    }
  | { readonly state: 'over'; readonly why: OverReason };

/** A place as it is live, and what is asked of all findings of it. */
export interface StandingGround extends AccessGround {
  readonly place: Workspace;
  /** Custom roles that somebody holds, or will. */
  readonly held: ReadonlySet<Role>;
}

/** Whether a finding is about a place itself, as it is called now. A name that another company has by now is none of it. */
export function isOfPlace({ about }: Pick<ReviewedFinding, 'about'>, place: Workspace, ground: AccessGround): boolean {
  const { policy } = ground.engine;
  const { workspace, organization } = about;
  const above = organization === undefined ? undefined : findOrganization(policy, organization);
  if (above !== (place.organization.id === undefined ? undefined : place.organization)) return false;
  if (workspace === undefined) return isAtOrganization(place);
  return !isAtOrganization(place) && findWorkspace(policy, workspace) === place;
}

/** What has become of a finding. Nothing that it said to do is believed: edits are made anew of what is live. */
export function standingOf(finding: ReviewedFinding, ground: StandingGround): FindingStanding {
  const now = finding.about.member === undefined ? standingOfRole(finding, ground) : standingOfMember(finding, ground);
  if (now.state !== 'open') return now;
  const { accepted } = ground.engine.policy.catalog;
  const words = finding.about as Readonly<Record<string, string | undefined>>;
  const waiver = accepted.find(
    ({ check, untilMs, about }) =>
      check === finding.kind && untilMs > ground.atMs && [...about].every(([word, text]) => words[word] === text),
  );
  if (waiver) return { state: 'accepted', reason: waiver.reason, until: waiver.until, edits: endOf(waiver) };
  if (finding.edits.length === 0 && now.byHand === undefined && finding.byHand !== undefined) {
    return { ...now, byHand: finding.byHand };
  }
  return now;
}

function endOf({ check, about }: AcceptedFinding): readonly AskedEdit[] {
  const edit = { edit: 'waiver.end', check, about: Object.fromEntries(about) } as const;
  return placeOfEdit(edit) ? [edit] : [];
}

function open(edits: readonly AskedEdit[]): FindingStanding {
  return { state: 'open', edits };
}

function byHand(why: string): FindingStanding {
  return { state: 'open', edits: [], byHand: why };
}

function over(why: OverReason): FindingStanding {
  return { state: 'over', why };
}

function standingOfRole(finding: ReviewedFinding, ground: StandingGround): FindingStanding {
  const { kind, about, evidence, edits } = finding;
  const { place, held, engine } = ground;
  const role = definingOf(place).roles.get(about.role ?? '');
  if (!role) return over('role-gone');
  const isReady = edits.length > 0;
  switch (kind) {
    case 'unused-permission': {
      const [id = '', scope] = (about.permission ?? '').split('@');
      const gives = grantsOf(engine.policy, role).some(
        (grant) => grant.permission.id === id && (scope === undefined || grant.scope === scope),
      );
      if (!gives) return over('permission-gone');
      const edit = { edit: 'role.change', ...named(place), role: role.id, disallow: [about.permission ?? ''] } as const;
      return open(isReady ? [edit] : []);
    }
    case 'unused-role':
      return held.has(role) ? over('held-by-now') : deletion(role, engine.policy.catalog.defaultRole, ground, isReady);
    case 'idle-role':
      return deletion(role, engine.policy.catalog.defaultRole, ground, isReady);
    case 'same-role':
    case 'mergeable-role': {
      const other = findRole(engine.policy, place, evidence.other ?? '');
      if (!other) return over('other-by-now');
      if (kind === 'mergeable-role') return open([]);
      return meansTheSame(role, other) ? deletion(role, other, ground, isReady) : over('other-by-now');
    }
    default:
      return open([]);
  }
}

// Whoever goes to another role by it must gain nothing, as the review saw to it.
function deletion(
  role: Role,
  heir: Role | undefined,
  { place, held }: StandingGround,
  isReady: boolean,
): FindingStanding {
  if (!isReady) return open([]);
  if (!heir || listOfRole(heir) !== listOfRole(role)) return byHand('no other role says what its holders would get');
  const has = heldCells(role);
  const isMore =
    role.rules.some(({ effect }) => effect === 'deny') || [...heldCells(heir)].some((cell) => !has.has(cell));
  if (held.has(role) && isMore && !meansTheSame(role, heir)) {
    return byHand(`its holders would get ${quote(heir.id)}, which gives what this one does not`);
  }
  return open([{ edit: 'role.delete', ...named(place), role: role.id, to: heir.id }]);
}

function meansTheSame(one: Role, other: Role): boolean {
  const meaning = ({ spans, rules }: Role): string =>
    JSON.stringify([spans, rules.map(({ cell, effect }) => [cell.index, effect])]);
  return meaning(one) === meaning(other);
}

function standingOfMember(finding: ReviewedFinding, ground: StandingGround): FindingStanding {
  const { kind, about, edits } = finding;
  const { engine, runtime, place } = ground;
  const subject = parseSubject(about.member ?? '', engine.policy.catalog.subjectTypes[0]);
  const list = definingOf(place);
  const given = givenAt(engine.policy, list, subject, runtime);
  if (kind === 'unseen-member') {
    if (given.length === 0) return over('membership-gone');
    return edits.length === 0 ? open([]) : leaving(subject, given, ground);
  }
  const one = given.find((some) => isMeant(some, finding));
  if (!one) return over('membership-gone');
  if (kind === 'ending-membership') return (one.untilMs ?? 0) > ground.atMs ? open([]) : over('membership-gone');
  return edits.length === 0 ? open([]) : ending(finding, subject, one, given, ground);
}

function isMeant({ role, untilMs, group }: TimedRole, { about, evidence }: ReviewedFinding): boolean {
  return group === undefined && role.id === about.role && untilMs === parseInstant(evidence.until ?? '');
}

function leaving(subject: SubjectId, given: readonly TimedRole[], { engine, place }: StandingGround): FindingStanding {
  const { policy } = engine;
  const [firstType] = policy.catalog.subjectTypes;
  const isAdmin = given.some(({ role }) =>
    role.rules.some(({ effect, cell }) => effect === 'allow' && cell.permission.controls !== undefined),
  );
  if (isAdmin)
    return byHand('they may change members or roles there; whoever else may should say whether that is still wanted');
  const name = formatSubject(subject, firstType);
  if (given.every(({ group }) => group === undefined)) {
    return open([{ edit: 'member.remove', ...named(place), subject: name }]);
  }
  const { organization } = place;
  const [group, ...others] = new Set(given.map((one) => one.group));
  const listed = group === undefined ? undefined : organization.groups.byId.get(group)?.subjects;
  const isListed = listed?.get(subject.type)?.has(subject.id) === true;
  if (group === undefined || others.length > 0 || !isListed || organization.id === undefined) {
    return byHand('it is held in more than one way');
  }
  const all = [...listed.values()].flatMap((byId) =>
    [...byId.values()].map((one) => formatSubject(one.subject, firstType)),
  );
  const subjects = all.filter((one) => one !== name);
  return open([{ edit: 'group.set', organization: organization.id, group, subjects }]);
}

/** Takes what is over, and leaves all the rest as its file says it. */
function ending(
  { edits }: ReviewedFinding,
  subject: SubjectId,
  one: TimedRole,
  given: readonly TimedRole[],
  { engine, place, atMs }: StandingGround,
): FindingStanding {
  const name = formatSubject(subject, engine.policy.catalog.subjectTypes[0]);
  if ((one.untilMs ?? Infinity) > atMs) return over('membership-gone');
  const rest = given.filter((other) => other !== one && other.group === undefined);
  if (rest.length === 0) return open([{ edit: 'member.remove', ...named(place), subject: name }]);
  const [edit] = edits as readonly AskedEdit[];
  // The words of dates are those of the file, which only the review has; they are good as long as they mean what is live.
  const isSame = edit?.edit === 'member.set' && sameRoles(edit.roles, rest);
  if (!isSame) return byHand('they were given something else since');
  return open([{ edit: 'member.set', ...named(place), subject: name, roles: edit.roles }]);
}

function sameRoles(
  roles: readonly {
    readonly role: string;
    readonly from?: string;
    readonly until?: string;
    readonly reason?: string;
  }[],
  rest: readonly TimedRole[],
): boolean {
  const asked = roles.map(({ role, from, until, reason }) => [
    role,
    from === undefined ? null : parseFrom(from),
    until === undefined ? null : parseUntil(until),
    reason ?? null,
  ]);
  const live = rest.map(({ role, fromMs, untilMs, reason }) => [
    role.id,
    fromMs ?? null,
    untilMs ?? null,
    reason ?? null,
  ]);
  return JSON.stringify(asked.map(String).sort()) === JSON.stringify(live.map(String).sort());
}

// Roles and members of an organization are its own; as a place to ask about it has none.
function definingOf(place: Workspace): Workspace | Organization {
  return isAtOrganization(place) ? place.organization : place;
}

function named(place: Workspace): { readonly workspace: string } | { readonly organization: string } {
  return isAtOrganization(place) ? { organization: place.organization.id ?? '' } : { workspace: place.id };
}
