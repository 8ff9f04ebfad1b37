import type { RuntimeMemberships } from '../../review/members/member-roles.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

/** The memberships given at run time: none where the policy comes from files. */
export function runtimeMembers({ database }: SidecarContext): RuntimeMemberships {
  return database?.members ?? nobody;
}

const nobody: RuntimeMemberships = { get: () => undefined, list: () => [], groupsOf: () => undefined, size: 0 };
