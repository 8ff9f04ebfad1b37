import { parseFrom, parseUntil } from '../policy/instant.ts';
import type { PolicyPlaces } from '../policy/policy-places.ts';
import { holdsAt } from '../policy/policy-set.ts';
import type { RuntimeAssignment, RuntimeMember } from '../policy/runtime-member.ts';
import { casbinRoleName, casbinSubjectName, requirePlainValues, type GroupingRow } from './casbin-rules.ts';

/**
 * A membership at run time as Casbin rows: one for each role that holds at `atMs` and each workspace it counts in. A
 * role that is not there, or may not be given there, makes none.
 */
export function runtimeRows(
  places: PolicyPlaces,
  { place, subject, assignments }: Pick<RuntimeMember, 'place' | 'subject' | 'assignments'>,
  atMs: number,
): GroupingRow[] {
  if (!places.policy.catalog.subjectTypes.includes(subject.type)) return [];
  const held = new Set(assignments.filter((assignment) => holds(assignment, atMs)).map(({ role }) => role));
  const roles = [...held].sort().flatMap((id) => places.roleAt(place, id) ?? []);
  return places.workspacesOf(place).flatMap(({ id }) =>
    roles.map((role): GroupingRow => {
      const row = [casbinSubjectName(subject), casbinRoleName(role), id] as const;
      requirePlainValues(row);
      return row;
    }),
  );
}

// A time that cannot be read holds never.
function holds({ from, until }: RuntimeAssignment, atMs: number): boolean {
  const fromMs = from === undefined ? undefined : (parseFrom(from) ?? Infinity);
  const untilMs = until === undefined ? undefined : (parseUntil(until) ?? -Infinity);
  return holdsAt({ fromMs, untilMs }, atMs);
}
