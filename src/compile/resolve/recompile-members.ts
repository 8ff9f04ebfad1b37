import { PlainMember } from '../../policy/plain-member.ts';
import { groupType, type Assignment, type Groups, type Member, type Members } from '../../policy/policy-set.ts';
import { listOfRole, type MemberList, type Role } from '../../policy/role.ts';

/**
 * The members that the same entries give against another catalog, where nothing but the roles can have changed: what
 * was written of them was right before, and its lines need not be looked for again. Undefined when a role is not there
 * any more, or may not be given here: only compiling them can tell that.
 */
export function recompileMembers(
  members: Members,
  list: MemberList,
  roleOf: (id: string) => Role | undefined,
): Members | undefined {
  const known = new Map<Role, Role>();
  const roleNow = (earlier: Role): Role | undefined => {
    const found = known.get(earlier) ?? roleOf(earlier.id);
    if (!found || listOfRole(found) !== list) return undefined;
    known.set(earlier, found);
    return found;
  };
  const found = new Map<string, Map<string, Member>>();
  for (const [type, byId] of members) {
    const again = new Map<string, Member>();
    found.set(type, again);
    for (const [id, member] of byId) {
      const given = recompileMember(member, roleNow);
      if (!given) return undefined;
      again.set(id, given);
    }
  }
  return found;
}

/** The same of groups; undefined, too, when one is not there any more, or may not hold what it was given. */
export function recompileGroupMembers(
  members: ReadonlyMap<string, Member>,
  groups: Groups | undefined,
  roleOf: (id: string) => Role | undefined,
): ReadonlyMap<string, Member> | undefined {
  if (members.size === 0) return members;
  for (const id of members.keys()) if (groups?.byId.has(id) !== true) return undefined;
  const free = (id: string): Role | undefined => {
    const role = roleOf(id);
    return role?.holders === undefined ? role : undefined;
  };
  return recompileMembers(new Map([[groupType, members]]), 'workspace', free)?.get(groupType);
}

type RoleNow = (earlier: Role) => Role | undefined;

function recompileMember(member: Member, roleNow: RoleNow): Member | undefined {
  if (member instanceof PlainMember) {
    const role = roleNow(member.role);
    return role && member.withRole(role);
  }
  const { subject, assignments, properties, position } = member;
  const given = giveAgain(assignments, roleNow);
  return given && { subject, assignments: given, properties, position };
}

function giveAgain(assignments: readonly Assignment[], roleNow: RoleNow): Assignment[] | undefined {
  const given: Assignment[] = [];
  for (const { role: earlier, fromMs, untilMs, reason, position } of assignments) {
    const role = roleNow(earlier);
    if (!role) return undefined;
    given.push({ role, fromMs, untilMs, reason, position });
  }
  return given;
}
