import { parseFrom, parseUntil } from '../policy/instant.ts';
import type { PolicySet, TimedRole, Workspace } from '../policy/policy-set.ts';
import { findRole } from '../policy/policy-set.ts';
import type { RuntimeMember } from '../policy/runtime-member.ts';

/** The last instant that a `Date` can be. */
const lastMs = 8.64e15;

/**
 * What a membership that was given at run time means in a workspace. A role that is gone, or that does not belong to the
 * place where it was given, means nothing, and so does all that a subject of an unknown type was given.
 */
export function resolveRuntimeMember(policy: PolicySet, workspace: Workspace, member: RuntimeMember): TimedRole[] {
  const { place, subject, assignments } = member;
  if (!policy.catalog.subjectTypes.includes(subject.type)) return [];
  return assignments.flatMap(({ role: id, from, until, reason }) => {
    const role = place.kind === 'workspace' ? findRole(policy, workspace, id) : policy.catalog.roles.get(id);
    if (role?.spans !== place.kind) return [];
    // What is no time never comes, or is over.
    const fromMs = from === undefined ? undefined : (parseFrom(from) ?? lastMs);
    const untilMs = until === undefined ? undefined : (parseUntil(until) ?? -lastMs);
    return [{ role, fromMs, untilMs, reason }];
  });
}
