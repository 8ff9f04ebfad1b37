import { countMembers, type PolicySet } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';

export interface PolicyCounts {
  readonly organizations: number;
  readonly workspaces: number;
  readonly permissions: number;
  readonly builtInRoles: number;
  readonly customRoles: number;
  /** Memberships, the staff among them: who is in two workspaces counts twice. */
  readonly members: number;
  /** Casbin `p` rows. */
  readonly rules: number;
}

export function countPolicy(policy: PolicySet): PolicyCounts {
  const steps = countPolicyInSteps(policy);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const workspacesPerStep = 64;

/** The same in short steps: ten thousand workspaces have some eighty thousand roles. */
export function* countPolicyInSteps(policy: PolicySet): Generator<undefined, PolicyCounts> {
  const { catalog, staff, organizations, workspaces } = policy;
  let customRoles = 0;
  let members = countMembers(staff);
  let rules = countRules(catalog.roles.values());
  for (const organization of organizations) {
    customRoles += organization.roles.size;
    members += countMembers(organization.members) + organization.groupMembers.size;
    rules += countRules(organization.roles.values());
  }
  let counted = 0;
  for (const workspace of workspaces.values()) {
    counted += 1;
    if (counted % workspacesPerStep === 0) yield;
    customRoles += workspace.roles.size;
    members += countMembers(workspace.members) + workspace.groupMembers.size;
    rules += countRules(workspace.roles.values());
  }
  return {
    organizations: organizations.length,
    workspaces: workspaces.size,
    permissions: catalog.permissions.size,
    builtInRoles: catalog.roles.size,
    customRoles,
    members,
    rules,
  };
}

function countRules(roles: Iterable<Role>): number {
  let count = 0;
  for (const role of roles) count += role.rules.length;
  return count;
}
