import type { Workspace } from '../../policy/policy-set.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { quote } from '../../compile/words/describe-value.ts';

import { MemberRoles, type ActorRoles, type HeldRole, type KnownPlace, type ChangeGround } from './member-roles.ts';

/** The roles that add up in a workspace, or in those where the organization alone gives roles. */
export interface View {
  readonly where: string;
  readonly before: readonly HeldRole[];
  readonly after: readonly HeldRole[];
  readonly actor: readonly HeldRole[];
  /** Whether there is such a workspace now; what holds only in one that is to come is asked when it comes. */
  readonly isThere: boolean;
}

/** The roles of a subject at a place before a change and after it, as far as the change is about them. */
export interface Delta {
  readonly before: readonly HeldRole[];
  readonly after: readonly HeldRole[];
}

/** The meaning of a change for one subject, at every place. */
export interface Shift {
  /** What the subject holds there and keeps. */
  readonly rest: (place: KnownPlace) => readonly HeldRole[];
  /** What the subject holds everywhere, as staff, and keeps. */
  readonly asStaff: readonly HeldRole[];
  readonly delta: (place: KnownPlace) => Delta;
}

export const noDelta: Delta = { before: [], after: [] };

/** A change of what a subject itself was given at run time at one place. */
export function shiftOfMember(
  { policy, members }: ChangeGround,
  changed: KnownPlace,
  subject: SubjectId,
  delta: Delta,
): Shift {
  const held = new MemberRoles(policy, members);
  const isChanged = ({ kind, id }: KnownPlace): boolean => kind === changed.kind && id === changed.id;
  return {
    // What it was given there itself is what changes. Whom YAML lists nobody changes.
    rest: (place) => held.at(place, subject).filter(({ group }) => !isChanged(place) || group !== undefined),
    asStaff: held.asStaff(subject),
    delta: (place) => (isChanged(place) ? delta : noDelta),
  };
}

/** The views that a change at a place is seen in: the workspace, or all where the organization gives something. */
export function viewsAt(
  held: ActorRoles,
  place: KnownPlace,
  workspaces: readonly Workspace[],
  actor: SubjectId,
  shift: Shift,
): readonly View[] {
  if (place.kind === 'workspace') {
    const above = aboveOf(shift, organizationOf(place.workspace));
    return [createView(place, above, sidesOf(shift, place), held.at(place, actor), held.above(place.workspace, actor))];
  }
  const [above, actorAbove] = [aboveOf(shift, place), [...held.at(place, actor), ...held.asStaff(actor)]];
  let isThere = false;
  const views: View[] = [];
  for (const workspace of workspaces) {
    const one = { kind: 'workspace', id: workspace.id, workspace } as const;
    const [own, actorOwn] = [sidesOf(shift, one), held.at(one, actor)];
    const isEmpty = own.before.length + own.after.length === 0;
    isThere ||= isEmpty;
    if (!isEmpty || actorOwn.length > 0) views.push(createView(one, above, own, actorOwn, actorAbove));
  }
  return [{ where: nameOf(place), ...above, actor: actorAbove, isThere }, ...views];
}

function createView(
  place: KnownPlace,
  above: Delta,
  own: Delta,
  actorOwn: readonly HeldRole[],
  actorAbove: readonly HeldRole[],
): View {
  return {
    where: nameOf(place),
    before: [...above.before, ...own.before],
    after: [...above.after, ...own.after],
    actor: [...actorOwn, ...actorAbove],
    isThere: true,
  };
}

// What holds in each workspace of an organization without one's being a member of it.
function aboveOf(shift: Shift, organization: KnownPlace | undefined): Delta {
  const { before, after } = sidesOf(shift, organization);
  if (shift.asStaff.length === 0) return { before, after };
  return { before: [...before, ...shift.asStaff], after: [...after, ...shift.asStaff] };
}

function sidesOf({ rest, delta }: Shift, place: KnownPlace | undefined): Delta {
  if (!place) return noDelta;
  const [kept, { before, after }] = [rest(place), delta(place)];
  return { before: [...kept, ...before], after: [...kept, ...after] };
}

function organizationOf({ organization }: Workspace): KnownPlace | undefined {
  const { id } = organization;
  return id === undefined ? undefined : { kind: 'organization', id, organization };
}

function nameOf({ kind, id }: KnownPlace): string {
  return `${kind} ${quote(id)}`;
}
