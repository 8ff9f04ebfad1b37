import type { PolicySet } from '../../../policy/policy-set.ts';

/** The policy before there was one: nobody may do anything. Its subject types are those of the policy to come. */
export function emptyPolicyBefore({ catalog }: PolicySet): PolicySet {
  return {
    digest: '',
    revision: '',
    catalog: {
      subjectTypes: catalog.subjectTypes,
      scopes: new Map(),
      permissions: new Map(),
      cells: [],
      baseline: new Set(),
      roles: new Map(),
      defaultRole: undefined,
      plans: undefined,
      customRolePlans: undefined,
      planned: [],
      keptFromCustomRoles: new Set(),
      spanning: [],
      organizationDefaults: {},
      exclusive: [],
      requiring: [],
      escalation: 'prevent',
      accepted: [],
    },
    staff: new Map(),
    organizations: [],
    workspaces: new Map(),
  };
}
