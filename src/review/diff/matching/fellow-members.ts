import { PlainMember } from '../../../policy/plain-member.ts';
import type { Assignment, Member, Members, Workspace } from '../../../policy/policy-set.ts';
import type { Role } from '../../../policy/role.ts';
import type { SubjectId } from '../../../policy/subject.ts';

/**
 * Members of a workspace who fare alike, because each held one plain role before and holds one after, the same as the
 * others; or one subject by itself, with a role in the workspace or in its organization, on either side.
 */
export interface Fellows {
  /** What each holds in the workspace, at the same place in both lists; undefined on the side where it is no member. */
  readonly thens: readonly (Member | undefined)[];
  readonly nows: readonly (Member | undefined)[];
  /** What a single one holds in the organization; several hold nothing there. */
  readonly spanningThen: Member | undefined;
  readonly spanningNow: Member | undefined;
}

/** Everybody who has a role in either workspace or in the organization of either: those of the newer one first. */
export function findFellows(before: Workspace | undefined, after: Workspace | undefined): readonly Fellows[] {
  const [olds, youngs] = [before?.members ?? nobody, after?.members ?? nobody];
  const spanningOlds = before?.organization.members ?? nobody;
  const spanningYoungs = after?.organization.members ?? nobody;
  const found = new FellowFinder();
  const add = (type: string, id: string, then: Member | undefined, now: Member | undefined): void => {
    const spanningThen = spanningOlds.get(type)?.get(id);
    const spanningNow = spanningYoungs.get(type)?.get(id);
    if (spanningThen || spanningNow) found.single({ thens: [then], nows: [now], spanningThen, spanningNow });
    else found.pair(then, now);
  };
  for (const [type, members] of youngs) {
    const others = olds.get(type);
    members.forEach((now, id) => add(type, id, others?.get(id), now));
  }
  for (const [type, members] of spanningYoungs) {
    members.forEach((_, id) => {
      if (!youngs.get(type)?.has(id)) add(type, id, olds.get(type)?.get(id), undefined);
    });
  }
  for (const [type, members] of olds) {
    members.forEach((then, id) => {
      if (!youngs.get(type)?.has(id) && !spanningYoungs.get(type)?.has(id)) add(type, id, then, undefined);
    });
  }
  for (const [type, members] of spanningOlds) {
    const isKnown = (id: string): boolean => [youngs, spanningYoungs, olds].some((some) => some.get(type)?.has(id));
    members.forEach((_, id) => {
      if (!isKnown(id)) add(type, id, undefined, undefined);
    });
  }
  return found.all;
}

const nobody: Members = new Map();

interface PlainFellows extends Fellows {
  readonly then: Role;
  readonly now: Role;
  readonly thens: Member[];
  readonly nows: Member[];
}

class FellowFinder {
  readonly all: Fellows[] = [];
  // A workspace has few roles, so looking through all is quicker than any key.
  readonly #plain: PlainFellows[] = [];

  single(fellows: Fellows): void {
    this.all.push(fellows);
  }

  pair(then: Member | undefined, now: Member | undefined): void {
    if (!(then instanceof PlainMember) || !(now instanceof PlainMember)) {
      this.all.push({ thens: [then], nows: [now], spanningThen: undefined, spanningNow: undefined });
      return;
    }
    const fellows = this.#fellowsOf(then.role, now.role);
    fellows.thens.push(then);
    fellows.nows.push(now);
  }

  #fellowsOf(then: Role, now: Role): PlainFellows {
    for (const known of this.#plain) if (known.now === now && known.then === then) return known;
    const fresh = { then, now, thens: [], nows: [], spanningThen: undefined, spanningNow: undefined };
    this.#plain.push(fresh);
    this.all.push(fresh);
    return fresh;
  }
}

/** The subject at a place among them. */
export function subjectAt({ thens, nows, spanningThen, spanningNow }: Fellows, place: number): SubjectId {
  const member = nows[place] ?? thens[place] ?? spanningNow ?? spanningThen;
  if (!member) throw new Error('a subject that is nowhere');
  return member.subject;
}

/** All that the one at a place was given on each side, in the workspace and in its organization. */
export function assignmentsAt(
  { thens, nows, spanningThen, spanningNow }: Fellows,
  place: number,
): { readonly then: readonly Assignment[]; readonly now: readonly Assignment[] } {
  return { then: assignmentsOf(thens[place], spanningThen), now: assignmentsOf(nows[place], spanningNow) };
}

function assignmentsOf(own: Member | undefined, spanning: Member | undefined): readonly Assignment[] {
  const held = own?.assignments ?? [];
  return spanning ? [...held, ...spanning.assignments] : held;
}
