import { effectiveMembersById, GroupHolder, type MembersPlace } from '../../../policy/membership/effective-members.ts';
import { PlainMember } from '../../../policy/plain-member.ts';
import type { Assignment, Member, Members, Workspace } from '../../../policy/policy-set.ts';
import type { Role } from '../../../policy/role.ts';
import type { SubjectId } from '../../../policy/subject.ts';

/**
 * Members of a workspace who fare alike, because each held one plain role before and holds one after, the same as the
 * others, or because each holds what the same groups hold, and nothing else; or one subject by itself, with a role in the workspace or in its organization, on either side.
 */
export interface Fellows {
  /** What each holds in the workspace, at the same place in both lists; undefined on the side where it is no member. */
  readonly before: readonly (Member | undefined)[];
  readonly after: readonly (Member | undefined)[];
  /** What a single one holds in the organization; several hold nothing there. */
  readonly spanningBefore: Member | undefined;
  readonly spanningAfter: Member | undefined;
}

/** The members of places, by groups or not. Each place is looked at once: workspaces share their organization. */
export class KnownPlaces {
  readonly #known = new Map<MembersPlace, Members>();

  of(place: MembersPlace | undefined): Members {
    if (!place) return nobody;
    if (place.groupMembers.size === 0) return place.members;
    const members = this.#known.get(place) ?? effectiveMembersById(place);
    // Of workspaces each is asked about once.
    if (!('organization' in place)) this.#known.set(place, members);
    return members;
  }
}

/** Everybody who has a role in either workspace or in the organization of either: those of the one after first. */
export function findFellows(
  before: Workspace | undefined,
  after: Workspace | undefined,
  places = new KnownPlaces(),
): readonly Fellows[] {
  const own = { before: places.of(before), after: places.of(after) };
  const spanning = { before: places.of(before?.organization), after: places.of(after?.organization) };
  const found = new FellowFinder();
  const add = (type: string, id: string, memberBefore: Member | undefined, memberAfter: Member | undefined): void => {
    const spanningBefore = spanning.before.get(type)?.get(id);
    const spanningAfter = spanning.after.get(type)?.get(id);
    if (spanningBefore || spanningAfter) {
      found.single({ before: [memberBefore], after: [memberAfter], spanningBefore, spanningAfter });
    } else found.pair(memberBefore, memberAfter);
  };
  for (const [type, members] of own.after) {
    const others = own.before.get(type);
    members.forEach((member, id) => add(type, id, others?.get(id), member));
  }
  for (const [type, members] of spanning.after) {
    members.forEach((_, id) => {
      if (!own.after.get(type)?.has(id)) add(type, id, own.before.get(type)?.get(id), undefined);
    });
  }
  for (const [type, members] of own.before) {
    members.forEach((member, id) => {
      if (!own.after.get(type)?.has(id) && !spanning.after.get(type)?.has(id)) add(type, id, member, undefined);
    });
  }
  for (const [type, members] of spanning.before) {
    const isKnown = (id: string): boolean =>
      [own.after, spanning.after, own.before].some((some) => some.get(type)?.has(id));
    members.forEach((_, id) => {
      if (!isKnown(id)) add(type, id, undefined, undefined);
    });
  }
  return found.all;
}

const nobody: Members = new Map();

interface PlainFellows extends Fellows {
  readonly roleBefore: Role;
  readonly roleAfter: Role;
  readonly before: Member[];
  readonly after: Member[];
}

interface GroupFellows extends Fellows {
  readonly before: (Member | undefined)[];
  readonly after: (Member | undefined)[];
}

function isByGroupsAlone(member: Member | undefined): member is GroupHolder | undefined {
  return member === undefined || member instanceof GroupHolder;
}

class FellowFinder {
  readonly all: Fellows[] = [];
  // A workspace has few roles, so looking through all is quicker than any key.
  readonly #plain: PlainFellows[] = [];
  readonly #ofGroups = new Map<unknown, Map<unknown, GroupFellows>>();

  single(fellows: Fellows): void {
    this.all.push(fellows);
  }

  pair(before: Member | undefined, after: Member | undefined): void {
    if (isByGroupsAlone(before) && isByGroupsAlone(after)) {
      this.#pairOfGroups(before, after);
      return;
    }
    if (!(before instanceof PlainMember) || !(after instanceof PlainMember)) {
      this.all.push({ before: [before], after: [after], spanningBefore: undefined, spanningAfter: undefined });
      return;
    }
    const fellows = this.#fellowsOf(before.role, after.role);
    fellows.before.push(before);
    fellows.after.push(after);
  }

  #pairOfGroups(before: GroupHolder | undefined, after: GroupHolder | undefined): void {
    const byAfter = this.#ofGroups.get(before?.share) ?? new Map<unknown, GroupFellows>();
    this.#ofGroups.set(before?.share, byAfter);
    let fellows = byAfter.get(after?.share);
    if (!fellows) {
      fellows = { before: [], after: [], spanningBefore: undefined, spanningAfter: undefined };
      byAfter.set(after?.share, fellows);
      this.all.push(fellows);
    }
    fellows.before.push(before);
    fellows.after.push(after);
  }

  #fellowsOf(roleBefore: Role, roleAfter: Role): PlainFellows {
    for (const known of this.#plain) {
      if (known.roleAfter === roleAfter && known.roleBefore === roleBefore) return known;
    }
    const spanning = { spanningBefore: undefined, spanningAfter: undefined };
    const fellows = { roleBefore, roleAfter, before: [], after: [], ...spanning };
    this.#plain.push(fellows);
    this.all.push(fellows);
    return fellows;
  }
}

/** The subject at a place among them. */
export function subjectAt({ before, after, spanningBefore, spanningAfter }: Fellows, place: number): SubjectId {
  const member = after[place] ?? before[place] ?? spanningAfter ?? spanningBefore;
  if (!member) throw new Error('a subject that is nowhere');
  return member.subject;
}

/** All that the one at a place was given on each side, in the workspace and in its organization. */
export function assignmentsAt(
  { before, after, spanningBefore, spanningAfter }: Fellows,
  place: number,
): { readonly before: readonly Assignment[]; readonly after: readonly Assignment[] } {
  return { before: assignmentsOf(before[place], spanningBefore), after: assignmentsOf(after[place], spanningAfter) };
}

function assignmentsOf(own: Member | undefined, spanning: Member | undefined): readonly Assignment[] {
  const held = own?.assignments ?? [];
  return spanning ? [...held, ...spanning.assignments] : held;
}
