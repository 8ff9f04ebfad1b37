import type { PolicyPlaces } from '../../policy/policy-places.ts';
import { holdsAt, type TimedRole } from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import { type RuntimeMember, rolesGiven } from '../../policy/runtime-member.ts';
import {
  casbinRoleName,
  casbinSubjectName,
  companyMembership,
  requirePlainValues,
  type GroupingRow,
} from './casbin-rules.ts';

/**
 * A membership at run time as Casbin rows: one for each role that holds at `atMs` and each workspace it counts in, and
 * for the organization itself where something belongs to it. A role that is not there, or may not be given there, makes none.
 */
export function runtimeRows(
  places: PolicyPlaces,
  { place, subject, assignments }: Pick<RuntimeMember, 'place' | 'subject' | 'assignments'>,
  atMs: number,
): GroupingRow[] {
  if (!places.policy.catalog.subjectTypes.includes(subject.type)) return [];
  return heldRows(places, { place, subject }, rolesGiven(places.policy, place, assignments), atMs);
}

/** The same of roles that a subject holds at a place, from YAML or from run time. */
export function heldRows(
  places: PolicyPlaces,
  { place, subject }: Pick<RuntimeMember, 'place' | 'subject'>,
  given: readonly Pick<TimedRole, 'role' | 'fromMs' | 'untilMs'>[],
  atMs: number,
): GroupingRow[] {
  const held = given.filter((one) => holdsAt(one, atMs));
  const roles = [...new Set(held.map(({ role }) => role))].sort((left, right) => compareText(left.id, right.id));
  const rows = places
    .workspacesOf(place)
    .flatMap(({ id }) => roles.map((role): GroupingRow => [casbinSubjectName(subject), casbinRoleName(role), id]));
  if (place.kind === 'organization' && places.policy.catalog.spanning.length > 0 && places.has(place)) {
    rows.push(...roles.flatMap((role) => companyMembership(subject, role, place.id)));
  }
  for (const row of rows) requirePlainValues(row);
  return rows;
}
