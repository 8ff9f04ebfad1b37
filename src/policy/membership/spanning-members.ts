import {
  allMembers,
  findMember,
  mergeProperties,
  type Member,
  type Members,
  type Organization,
} from '../policy-set.ts';
import type { SubjectId } from '../subject.ts';
import { effectiveMember, effectiveMembers, isMemberAt } from './effective-members.ts';

/** What a subject holds in the workspaces of an organization from above: by the organization, by its groups, as staff. */
export function findSpanning(organization: Organization, staff: Members, subject: SubjectId): Member | undefined {
  return joinStaff(effectiveMember(organization, subject), staff, subject);
}

/** Everybody who holds something in the workspaces of an organization from above, each once. */
export function* allSpanning(organization: Organization, staff: Members): Generator<Member, undefined> {
  if (staff.size === 0) return yield* effectiveMembers(organization);
  for (const member of effectiveMembers(organization)) yield joinStaff(member, staff, member.subject) ?? member;
  for (const one of allMembers(staff)) if (!isMemberAt(organization, one.subject)) yield one;
  return undefined;
}

/** Whether anybody holds something from above. */
export function isAnybodyAbove({ members, groupMembers }: Organization, staff: Members): boolean {
  return members.size + groupMembers.size + staff.size > 0;
}

/** What somebody holds at a place, and as staff. */
export function joinStaff(member: Member | undefined, staff: Members, subject: SubjectId): Member | undefined {
  const asStaff = staff.size === 0 ? undefined : findMember(staff, subject);
  if (!member || !asStaff) return member ?? asStaff;
  const properties = mergeProperties(member.properties, asStaff.properties);
  const { position, assignments } = member;
  return { subject, position, assignments: [...assignments, ...asStaff.assignments], properties };
}
