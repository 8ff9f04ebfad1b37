import { countHeld } from '../../compile/checks/check-holders.ts';
import { brokenPairs, cellsOfAll } from '../../compile/checks/check-exclusive.ts';
import { RuntimeMembers } from '../../engine/runtime-members.ts';
import { isLackedAtCompany, missingRequirements, requirementKey } from '../../policy/missing-requirement.ts';
import type { Permission } from '../../policy/permission.ts';
import { givenToGroup, subjectsOfGroup } from '../../policy/membership/given-roles.ts';
import { PolicyPlaces } from '../../policy/policy-places.ts';
import { atOrganization, isAtOrganization, rolesAt, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import { partsOfGroup, rolesGiven, type Place, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { fromThen, subjectName, nameOfPlace } from './change-question.ts';
import { isGroup } from './group-questions.ts';
import { countBefore, describeTooMany, findMissingHolders, heldBy } from './holder-rules.ts';
import { findPlace, instantsOf, MemberRoles, type KnownPlace } from './member-roles.ts';
import { describeExclusive, describeRequirement } from './result-rules.ts';

/** A rule that a policy has and members at run time would break. In YAML the same is an error. */
export interface BrokenRule {
  readonly code: 'exclusive-permissions' | 'missing-requirement' | 'wrong-holders';
  /** The same for the same thing under another policy. */
  readonly key: string;
  /** The same by former ids, where there are any. */
  readonly formerKey: string;
  readonly place: Place;
  /** Undefined: it is about how many there are. */
  readonly subject: SubjectId | undefined;
  /** From when on. */
  readonly fromMs: number;
  /** How far from right it is, where that can be said. */
  readonly distance: number;
  /** One sentence, with who, what and where. */
  readonly message: string;
}

/** The rules that these memberships break under a policy, with what its files say beside them; now or later. */
export function findBrokenRules(policy: PolicySet, given: readonly RuntimeMember[], atMs: number): BrokenRule[] {
  const members = new RuntimeMembers(given);
  const ground: Ground = { policy, members, held: new MemberRoles(policy, members), atMs };
  return [...findWrongMembers(ground, given), ...findWrongNumbers(ground, given)];
}

/**
 * Those that a publication breaks: what was broken before, as badly and as soon, does not hold up another one. `before`
 * is asked only where something is broken.
 */
export function newlyBroken(after: readonly BrokenRule[], before: () => readonly BrokenRule[]): readonly BrokenRule[] {
  if (after.length === 0) return after;
  const known = new Map(before().flatMap((rule) => [[rule.formerKey, rule] as const, [rule.key, rule] as const]));
  return after.filter((rule) => {
    const earlier = known.get(rule.key) ?? known.get(rule.formerKey);
    return !earlier || earlier.fromMs > rule.fromMs || earlier.distance < rule.distance;
  });
}

interface Ground {
  readonly policy: PolicySet;
  readonly members: RuntimeMembers;
  readonly held: MemberRoles;
  readonly atMs: number;
}

function findWrongMembers(ground: Ground, given: readonly RuntimeMember[]): BrokenRule[] {
  const { policy } = ground;
  if (policy.catalog.exclusive.length === 0 && policy.catalog.requiring.length === 0) return [];
  const places = new PolicyPlaces(policy);
  const broken = new Map<string, BrokenRule>();
  const known = new Map<string, RolesBreak>();
  for (const { workspace, subject } of whoIsWhere(ground, places, given)) {
    for (const rule of findInWorkspace(ground, workspace, subject, known)) broken.set(rule.key, rule);
  }
  return [...broken.values()];
}

// What belongs to a company is held where there is no workspace, too.
function placesToAsk(places: PolicyPlaces, place: Place): readonly Workspace[] {
  const workspaces = places.workspacesOf(place);
  if (place.kind === 'workspace' || workspaces.length > 0 || places.policy.catalog.spanning.length === 0) {
    return workspaces;
  }
  const id = place.kind === 'group' ? partsOfGroup(place.id).organization : place.id;
  const organization = places.organizationOf(id);
  const itself = organization && atOrganization(organization);
  return itself ? [itself] : workspaces;
}

interface SubjectThere {
  readonly workspace: Workspace;
  readonly subject: SubjectId;
}

// Where a group is the member, it is everybody in it, and who was put into a group is where the group is.
function* whoIsWhere(
  { policy, members }: Ground,
  places: PolicyPlaces,
  given: readonly RuntimeMember[],
): Generator<SubjectThere> {
  for (const { place, subject, assignments } of given) {
    if (assignments.length === 0) continue;
    const workspaces = placesToAsk(places, place);
    if (place.kind === 'group') {
      const id = partsOfGroup(place.id).group;
      for (const workspace of workspaces) {
        const above = givenToGroup(policy, workspace.organization, id, members);
        const isThere = above.length > 0 || givenToGroup(policy, workspace, id, members).length > 0;
        if (isThere) yield { workspace, subject };
      }
      continue;
    }
    for (const workspace of workspaces) {
      const group = isGroup(policy, subject) ? workspace.organization.groups.byId.get(subject.id) : undefined;
      if (!group) yield { workspace, subject };
      else for (const one of subjectsOfGroup(workspace.organization, group, members)) yield { workspace, subject: one };
    }
  }
}
/** What some roles break together. */
type RolesBreak = readonly {
  readonly code: 'exclusive-permissions' | 'missing-requirement';
  readonly key: string;
  readonly formerKey: string;
  /** Whether it is broken at the company itself. */
  readonly isOfCompany: boolean;
  readonly describe: (who: string, where: string, when: string) => string;
}[];

function findInWorkspace(
  { policy, held, atMs }: Ground,
  workspace: Workspace,
  subject: SubjectId,
  known: Map<string, RolesBreak>,
): BrokenRule[] {
  const { id: company = '' } = workspace.organization;
  const isCompany = isAtOrganization(workspace);
  const place = isCompany
    ? ({ kind: 'organization', id: company } as const)
    : ({ kind: 'workspace', id: workspace.id } as const);
  const own = held.at({ kind: 'workspace', id: workspace.id, workspace }, subject);
  const all = [...own, ...held.above(workspace, subject)];
  const found = new Map<string, BrokenRule>();
  for (const instant of instantsOf(all, atMs)) {
    const roles = rolesAt(all, instant);
    const rolesKey = JSON.stringify([workspace.id, ...roles.map(({ id }) => id)]);
    const breaks = known.get(rolesKey) ?? whatBreaks(policy, roles);
    known.set(rolesKey, breaks);
    for (const { code, describe, isOfCompany, ...keys } of breaks) {
      if (isCompany && !isOfCompany) continue;
      const keyOf = (what: string, where: string): string =>
        JSON.stringify([code, what, where, subject.type, subject.id]);
      const key = keyOf(keys.key, workspace.id);
      const formerKey = keyOf(keys.formerKey, workspace.formerly ?? workspace.id);
      if (found.has(key)) continue;
      const message = describe(subjectName(policy, subject), nameOfPlace(place), fromThen(instant, atMs));
      found.set(key, { code, key, formerKey, place, subject, fromMs: instant, distance: 1, message });
    }
  }
  return [...found.values()];
}

function whatBreaks({ catalog }: PolicySet, roles: readonly Role[]): RolesBreak {
  return [
    ...brokenPairs(roles, catalog).map((pair) => ({
      code: 'exclusive-permissions' as const,
      key: `${pair.first.id} ${pair.second.id}`,
      formerKey: `${formerId(pair.first)} ${formerId(pair.second)}`,
      isOfCompany: pair.first.spans === 'organization' && pair.second.spans === 'organization',
      describe: (who: string, where: string, when: string) => describeExclusive(who, pair, roles, where, when),
    })),
    ...missingRequirements(cellsOfAll(roles), catalog).map((missing) => ({
      code: 'missing-requirement' as const,
      key: requirementKey(missing),
      formerKey: `${formerId(missing.permission)} ${formerId(missing.required)}`,
      isOfCompany: isLackedAtCompany(missing),
      describe: (who: string, where: string, when: string) => describeRequirement(who, missing, roles, where, when),
    })),
  ];
}

function formerId({ id, was }: Permission): string {
  return was[0] ?? id;
}

// The files alone have no more than there may be, so only places with such a role at run time can have more.
function findWrongNumbers(ground: Ground, given: readonly RuntimeMember[]): BrokenRule[] {
  const { policy } = ground;
  const asked = new Map<string, { place: KnownPlace; role: Role }>();
  for (const { place, assignments } of given) {
    const known = findPlace(policy, place);
    if (!known) continue;
    for (const { role } of rolesGiven(policy, place, assignments)) {
      if (role.holders?.most !== undefined)
        asked.set(JSON.stringify([known.kind, known.id, role.id]), { place: known, role });
    }
  }
  return [...asked].flatMap(([key, { place, role }]) => findWrongNumber(ground, key, place, role));
}

function formerIdOf(place: KnownPlace): string {
  const { formerly } = place.kind === 'workspace' ? place.workspace : place.organization;
  return formerly ?? place.id;
}

function findWrongNumber({ policy, members, atMs }: Ground, key: string, place: KnownPlace, role: Role): BrokenRule[] {
  const all = heldBy(policy, members, place, role);
  const most = role.holders?.most ?? Infinity;
  for (const instant of instantsOf(all, atMs)) {
    const found = countHeld(all, role, instant);
    if (found <= most) continue;
    return [
      {
        code: 'wrong-holders',
        key: `wrong-holders ${key}`,
        formerKey: `wrong-holders ${JSON.stringify([place.kind, formerIdOf(place), role.id])}`,
        place: { kind: place.kind, id: place.id },
        subject: undefined,
        fromMs: instant,
        distance: found - most,
        message: describeTooMany(place, role, found, fromThen(instant, atMs)),
      },
    ];
  }
  return [];
}

/**
 * The roles that too few would hold, because a publication takes them from some of those who must. A role that was held by
 * as few before, or is new, does not hold it up: that is told.
 */
export function findTakenHolders(
  after: { readonly policy: PolicySet; readonly given: readonly RuntimeMember[] },
  before: () => { readonly policy: PolicySet; readonly given: readonly RuntimeMember[] } | undefined,
  atMs: number,
): BrokenRule[] {
  const missing = findMissingHolders(after.policy, new RuntimeMembers(after.given));
  const earlier = missing.length === 0 ? undefined : before();
  if (!earlier) return [];
  const members = new RuntimeMembers(earlier.given);
  return missing.flatMap((one) => {
    const { place, role, found, holders, message } = one;
    const had = countBefore(earlier.policy, members, one);
    if (had <= found) return [];
    const key = `missing-holders ${JSON.stringify([place.kind, place.id, role.id])}`;
    const distance = holders.least - found;
    return [
      {
        code: 'wrong-holders' as const,
        key,
        formerKey: key,
        place,
        subject: undefined,
        fromMs: atMs,
        distance,
        message,
      },
    ];
  });
}
