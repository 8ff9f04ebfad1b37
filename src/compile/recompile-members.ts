import type { Assignment, Member, Members } from '../policy/policy-set.ts';
import type { Role } from '../policy/role.ts';

/**
 * The members that the same entries give against another catalog, where nothing but the roles can have changed: what
 * was written of them was right before, and its lines need not be looked for again. Undefined when a role is not there
 * any more, or may not be given here: only compiling them can tell that.
 */
export function recompileMembers(
  members: Members,
  span: Role['spans'],
  roleOf: (id: string) => Role | undefined,
): Members | undefined {
  const known = new Map<Role, Role>();
  const roleNow = (earlier: Role): Role | undefined => {
    const found = known.get(earlier) ?? roleOf(earlier.id);
    if (found?.spans !== span) return undefined;
    known.set(earlier, found);
    return found;
  };
  const found = new Map<string, Map<string, Member>>();
  for (const [type, byId] of members) {
    const again = new Map<string, Member>();
    found.set(type, again);
    for (const [id, { subject, assignments, properties, position }] of byId) {
      const given = giveAgain(assignments, roleNow);
      if (!given) return undefined;
      again.set(id, { subject, assignments: given, properties, position });
    }
  }
  return found;
}

function giveAgain(
  assignments: readonly Assignment[],
  roleNow: (earlier: Role) => Role | undefined,
): Assignment[] | undefined {
  const given: Assignment[] = [];
  for (const { role: earlier, fromMs, untilMs, reason, position } of assignments) {
    const role = roleNow(earlier);
    if (!role) return undefined;
    given.push({ role, fromMs, untilMs, reason, position });
  }
  return given;
}
