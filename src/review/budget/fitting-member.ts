import type { PolicyPlaces } from '../../policy/policy-places.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { Cell } from '../../policy/permission.ts';
import { heldCells, type Role } from '../../policy/role.ts';
import type { RuntimeAssignment, RuntimeMember } from '../../policy/runtime-member.ts';
import { renamedGroup, renamedPlaces } from '../members/renamed-places.ts';

/** A membership at run time as another policy than the published one can hold it. */
export interface FittingMember {
  readonly member: RuntimeMember;
  /** It gives less there than was given: the rest has no place in that policy, or would mean more in it. */
  readonly isCut: boolean;
}

/**
 * The membership in a policy that decides while the published one waits: at the place by the id that it has there, with
 * what was held before and those roles that give there at most what they give in the published policy, by which it was
 * judged. What was taken away is gone in any case.
 */
export function fitMember(
  { live, published }: { readonly live: PolicyPlaces; readonly published: PolicyPlaces },
  given: RuntimeMember,
  heldAt: (member: Pick<RuntimeMember, 'place' | 'subject'>) => RuntimeMember | undefined,
): FittingMember {
  const renamedTo = renamedPlaces(live.policy, published.policy);
  const place = renamedTo(given.place) ?? given.place;
  const subject = renamedGroup(renamedTo, live.organizationAt(place), given.subject) ?? given.subject;
  const held = heldAt({ place, subject })?.assignments ?? [];
  const fits = (id: string): boolean => {
    const [here, there] = [live.roleAt(place, id), published.roleAt(given.place, id)];
    return here !== undefined && there !== undefined && givesNoMore(here, live.policy, there, published.policy);
  };
  // What YAML gives at a place is not given at run time, too.
  const isWritten = live.writtenMember(place, subject) !== undefined;
  const kept = given.assignments.filter((one) => {
    if (one.handedOver === true || held.some((other) => isSameGrant(one, other))) return true;
    return !isWritten && fits(one.role);
  });
  // Without its entry somebody has a role again that YAML gives.
  const back = held.filter(
    (one) => one.handedOver === true && !given.assignments.some((other) => isSameGrant(one, other)) && !fits(one.role),
  );
  const isCut = kept.length < given.assignments.length || back.length > 0;
  return { member: { ...given, place, subject, assignments: [...kept, ...back] }, isCut };
}

/** Whether nothing is wanted but a part of what is held, so that something is taken away and nothing is given. */
export function takesOnly(held: RuntimeMember | undefined, wanted: readonly RuntimeAssignment[]): boolean {
  if (!held || held.assignments.some(({ handedOver }) => handedOver)) return false;
  return wanted.every((one) => held.assignments.some((other) => isSameGrant(one, other)));
}

/** Whether both give the same for the same time; on the reason nothing depends. */
export function isSameGrant(left: RuntimeAssignment, right: RuntimeAssignment): boolean {
  return (
    left.role === right.role &&
    left.handedOver === right.handedOver &&
    left.from === right.from &&
    left.until === right.until
  );
}

/** Whether a role of one policy gives no more than its namesake in another. */
function givesNoMore(role: Role, policy: PolicySet, other: Role, otherPolicy: PolicySet): boolean {
  if (role.spans !== other.spans) return false;
  const handsOut = [...(role.assigns ?? [])];
  if (other.assigns && (!role.assigns || handsOut.some((id) => other.assigns?.has(id) !== true))) return false;
  const most = new Set([...heldCells(other)].map((index) => cellKey(otherPolicy.catalog.cells[index])));
  if ([...heldCells(role)].some((index) => !most.has(cellKey(policy.catalog.cells[index])))) return false;
  const denies = new Set(deniedCells(role));
  return deniedCells(other).every((key) => denies.has(key));
}

function deniedCells({ rules }: Role): string[] {
  return rules.flatMap(({ effect, cell }) => (effect === 'deny' ? [cellKey(cell)] : []));
}

// With all that decides when a request is of this cell, and what holding it comes to.
function cellKey(cell: Cell | undefined): string {
  if (!cell) return '';
  const { id, scopes, controls, plans, spans } = cell.permission;
  const whens = scopes.map((scope) => [scope.id, scope.when ?? null]);
  return JSON.stringify([id, cell.scopeWord, controls ?? null, plans ? [...plans].sort() : null, spans, whens]);
}
