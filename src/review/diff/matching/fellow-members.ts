import { effectiveMembersById, GroupHolder, type MembersPlace } from '../../../policy/membership/effective-members.ts';
import { joinStaff } from '../../../policy/membership/spanning-members.ts';
import { PlainMember } from '../../../policy/plain-member.ts';
import type { Assignment, Member, Members, Workspace } from '../../../policy/policy-set.ts';
import type { Role } from '../../../policy/role.ts';
import type { SubjectId } from '../../../policy/subject.ts';

/**
 * Members of a workspace who fare alike, because each held one plain role before and holds one after, the same as the
 * others, or because each holds what the same groups hold, and nothing else; or one subject by itself, with a role in the
 * workspace or above it, on either side.
 */
export interface Fellows {
  /** What each holds in the workspace, at the same place in both lists; undefined on the side where it is no member. */
  readonly before: readonly (Member | undefined)[];
  readonly after: readonly (Member | undefined)[];
  /** What a single one holds in the organization and as staff; several hold nothing there. */
  readonly spanningBefore: Member | undefined;
  readonly spanningAfter: Member | undefined;
}

const nobody: Members = new Map();

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

/** One workspace on one side, and the staff of that side. */
export interface WorkspaceSide {
  readonly workspace: Workspace | undefined;
  readonly staff: Members;
}

/** Everybody who has a role in either workspace or above either: those of the one after first. */
export function findFellows(
  before: WorkspaceSide,
  after: WorkspaceSide,
  places = new KnownPlaces(),
): readonly Fellows[] {
  const [listsBefore, listsAfter] = [listsOf(before, places), listsOf(after, places)];
  const [aboveBefore, aboveAfter] = [aboveOf(before, places), aboveOf(after, places)];
  const found = new FellowFinder();
  const seen: Members[] = [];
  for (const list of [...listsAfter, ...listsBefore]) {
    for (const [type, members] of list) {
      const [ownBefore, ownAfter] = [listsBefore[0]?.get(type), listsAfter[0]?.get(type)];
      const earlier = seen.flatMap((some) => some.get(type) ?? []);
      members.forEach((_, id) => {
        if (earlier.some((some) => some.has(id))) return;
        const spanningBefore = aboveBefore?.(type, id);
        const spanningAfter = aboveAfter?.(type, id);
        const [memberBefore, memberAfter] = [ownBefore?.get(id), ownAfter?.get(id)];
        if (spanningBefore || spanningAfter) {
          found.single({ before: [memberBefore], after: [memberAfter], spanningBefore, spanningAfter });
        } else found.pair(memberBefore, memberAfter);
      });
    }
    seen.push(list);
  }
  return found.all;
}

function listsOf({ workspace, staff }: WorkspaceSide, places: KnownPlaces): readonly Members[] {
  return workspace ? [places.of(workspace), places.of(workspace.organization), staff] : [];
}

type Above = (type: string, id: string) => Member | undefined;

function aboveOf({ workspace, staff }: WorkspaceSide, places: KnownPlaces): Above | undefined {
  const members = places.of(workspace?.organization);
  if (!workspace || members.size + staff.size === 0) return undefined;
  if (staff.size === 0) return (type, id) => members.get(type)?.get(id);
  return (type, id) => joinStaff(members.get(type)?.get(id), staff, { type, id });
}

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

/** All that the one at a place was given on each side, in the workspace and above it. */
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
