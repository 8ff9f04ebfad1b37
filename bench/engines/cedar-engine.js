import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';

/*
 * Cedar, compiled to WebAssembly by its makers. Each workspace is a policy set of its own, parsed once, so that a question
 * meets eight policies however many workspaces there are. Cedar has no members: who asks comes with the one role that it
 * has, as one entity.
 */

/** `rolesOf` tells the permissions of each role of a workspace. */
export function createCedarEngine({ workspaces, rolesOf }) {
  for (let workspace = 0; workspace < workspaces; workspace += 1) {
    const staticPolicies = Object.fromEntries(
      rolesOf(workspace).map((permissions, role) => {
        const actions = permissions.map((permission) => `Action::"${permission}"`).join(', ');
        return [`role-${role}`, `permit(principal in Role::"role-${role}", action in [${actions}], resource);`];
      }),
    );
    const parsed = preparsePolicySet(`ws-${workspace}`, { staticPolicies });
    if (parsed.type !== 'success') throw new Error(`Cedar refuses the policies: ${JSON.stringify(parsed.errors)}`);
  }
  return ({ subject, workspace, role, permission }) => {
    const principal = { type: 'User', id: subject };
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: permission },
      resource: { type: 'Workspace', id: workspace },
      context: {},
      preparsedPolicySetId: workspace,
      entities: [{ uid: principal, attrs: {}, parents: [{ type: 'Role', id: role }] }],
    });
    if (answer.type !== 'success') throw new Error(`Cedar cannot answer: ${JSON.stringify(answer.errors)}`);
    return answer.response.decision === 'allow';
  };
}
