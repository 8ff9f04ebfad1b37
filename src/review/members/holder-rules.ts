import {
  countHeld,
  countNeeded,
  describeMissing,
  rolesWithHolders,
  type Holding,
} from '../../compile/checks/check-holders.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { allMembers, type PolicySet } from '../../policy/policy-set.ts';
import { describeHolderCount, type RequiredHolders, type Role } from '../../policy/role.ts';
import { keptOf, rolesGiven, type Place } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from './assignment-rules.ts';
import { fromThen, nameOfPlace, type ChangeQuestion } from './change-question.ts';
import { findPlace, instantsOf, type HeldRole, type KnownPlace, type RuntimeMemberships } from './member-roles.ts';

/*
 * How many hold a role with `holders`, from YAML and from run time together.
 */

/** A role that too few hold somewhere. */
export interface MissingHolders {
  readonly place: Place;
  /** The id that the place had, where it was renamed. */
  readonly formerly: string | undefined;
  readonly role: Role;
  readonly holders: RequiredHolders;
  /** How many count: people without a date. */
  readonly found: number;
  /** One sentence for a person. */
  readonly message: string;
}

/**
 * A role with `holders` keeps their number, now and later. A change that brings it nearer to what is right may be made.
 * `questions` are the parts of one change, which each are about somebody else at the same place.
 */
export function findWrongHolders(questions: readonly ChangeQuestion[]): ChangeFault | undefined {
  const [first] = questions;
  if (!first) return undefined;
  const { policy, members, atMs, place } = first;
  const holdings = (side: 'before' | 'after'): Holding[] =>
    questions.flatMap((question) => question[side].map((held) => ({ ...held, subject: question.change.subject })));
  const [before, after] = [holdings('before'), holdings('after')];
  const counted = new Set([...before, ...after].flatMap(({ role }) => (role.holders === undefined ? [] : [role])));
  const changed = questions.map(({ change }) => change.subject);
  for (const role of counted) {
    const others = heldBy(policy, members, place, role, changed);
    const fault = findFault(policy, place, role, { others, before, after, atMs });
    if (fault !== undefined) return { code: 'wrong-holders', message: fault };
  }
  return undefined;
}

function findFault(
  { catalog }: PolicySet,
  place: KnownPlace,
  role: Role,
  held: Readonly<Record<'others' | 'before' | 'after', readonly Holding[]>> & { readonly atMs: number },
): string | undefined {
  const { holders } = role;
  if (!holders) return undefined;
  const { others, before, after, atMs } = held;
  const [had, has] = [before, after].map((some) => countNeeded([...others, ...some], role, catalog));
  if (has !== undefined && had !== undefined && has < holders.least && has < had)
    return describeTooFew(place, role, has);
  if (holders.most === undefined) return undefined;
  for (const instant of instantsOf([...others, ...before, ...after], atMs)) {
    const [known, found] = [before, after].map((some) => countHeld([...others, ...some], role, instant));
    if (found === undefined || known === undefined || found <= holders.most || found <= known) continue;
    return describeTooMany(place, role, found, fromThen(instant, atMs));
  }
  return undefined;
}

function describeTooFew(place: KnownPlace, { id, holders }: Role, found: number): string {
  const must = holders ? describeHolderCount(holders) : '';
  const first = holders?.most === undefined ? 'give it to another one first, or hand' : 'hand';
  const help = `a person without a date; ${first} it over in one step with \`inPlaceOf\``;
  const left = found === 0 ? 'nobody' : `only ${found}`;
  return `${nameOfPlace(place)} would have ${left} with ${quote(id)} for good; there must be ${must}, ${help}`;
}

export function describeTooMany(place: KnownPlace, { id, holders }: Role, found: number, when: string): string {
  const must = holders ? describeHolderCount(holders) : '';
  return `${nameOfPlace(place)} would have ${found} holders of ${quote(id)}${when}; there must be ${must}`;
}

/** A role as it is held at a place, from YAML and from run time; but for some subjects. */
export function heldBy(
  policy: PolicySet,
  members: RuntimeMemberships,
  place: KnownPlace,
  role: Role,
  except: readonly SubjectId[] = [],
): Holding[] {
  const isExcepted = ({ type, id }: SubjectId): boolean => except.some((one) => one.type === type && one.id === id);
  const found: Holding[] = [];
  const add = (subject: SubjectId, held: readonly HeldRole[]): void => {
    if (isExcepted(subject)) return;
    for (const one of held) if (one.role === role) found.push({ ...one, subject });
  };
  const written = place.kind === 'workspace' ? place.workspace.members : place.organization.members;
  for (const { subject, assignments } of allMembers(written)) {
    if (!assignments.some((one) => one.role === role)) continue;
    add(subject, keptOf(assignments, members.get(place, subject.type, subject.id)));
  }
  for (const { subject, assignments } of members.list(place)) {
    if (assignments.some((one) => one.role === role.id)) add(subject, rolesGiven(policy, place, assignments));
  }
  return found;
}

/** Where too few hold a role, with those who were given it at run time; of some places, or of all. */
export function findMissingHolders(
  policy: PolicySet,
  members: RuntimeMemberships,
  places: Iterable<KnownPlace> = placesWithHolders(policy),
): MissingHolders[] {
  const { catalog } = policy;
  const found: MissingHolders[] = [];
  for (const place of places) {
    for (const role of rolesWithHolders(catalog, place.kind)) {
      const { holders } = role;
      const count = countNeeded(heldBy(policy, members, place, role), role, catalog);
      if (!holders || count >= holders.least) continue;
      const message = describeMissing(nameOfPlace(place), role, count);
      const { formerly } = place.kind === 'workspace' ? place.workspace : place.organization;
      found.push({ place: { kind: place.kind, id: place.id }, formerly, role, holders, found: count, message });
    }
  }
  return found;
}

/** The places where a role is given that somebody must hold. */
function* placesWithHolders({ catalog, organizations, workspaces }: PolicySet): Generator<KnownPlace, void> {
  for (const organization of rolesWithHolders(catalog, 'organization').length === 0 ? [] : organizations) {
    if (organization.id !== undefined) yield { kind: 'organization', id: organization.id, organization };
  }
  for (const workspace of rolesWithHolders(catalog, 'workspace').length === 0 ? [] : workspaces.values()) {
    yield { kind: 'workspace', id: workspace.id, workspace };
  }
}

/** The places where the files alone have too few, in steps. Members at run time can fill them, and leave others short. */
export function* findShortPlaces(policy: PolicySet): Generator<void, readonly KnownPlace[]> {
  const short: KnownPlace[] = [];
  for (const place of placesWithHolders(policy)) {
    if (findMissingHolders(policy, nobody, [place]).length > 0) short.push(place);
    yield;
  }
  return short;
}

const nobody: RuntimeMemberships = { get: () => undefined, list: () => [], groupsOf: () => undefined, size: 0 };

/** How many held the role of that id at that place who count as those that must, whether the policy said so or not. */
export function countBefore(
  policy: PolicySet,
  members: RuntimeMemberships,
  { place, formerly, role }: MissingHolders,
): number {
  const known =
    findPlace(policy, place) ??
    (formerly === undefined ? undefined : findPlace(policy, { kind: place.kind, id: formerly }));
  const earlier = policy.catalog.roles.get(role.id);
  if (!known || earlier?.spans !== place.kind) return 0;
  return countNeeded(heldBy(policy, members, known, earlier), earlier, policy.catalog);
}
