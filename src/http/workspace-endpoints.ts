import { listPermissions } from '../engine/permission-listing.ts';
import { listRoles } from '../engine/role-listing.ts';
import { jsonAnswer } from './answer.ts';
import type { Endpoint } from './endpoint.ts';
import { reachQueriedRevision } from './min-revision.ts';
import { findRequestedWorkspace, readRequestedSubject } from './place-request.ts';
import { readQuery } from './request-query.ts';
import { currentPolicy, type SidecarContext } from './sidecar-context.ts';

/** What a user interface of a workspace shows or greys out. */
export function createPermissionsEndpoint(context: SidecarContext): Endpoint {
  const { access } = context;
  return {
    route: 'permissions',
    method: 'GET',
    path: '/v1/workspaces/:workspace/members/:subject/permissions',
    answer: async (request, _body, caller) => {
      const query = readQuery(request.url, ['subjectType', 'minRevision']);
      await reachQueriedRevision(context, query);
      const { engine, revision } = currentPolicy(context);
      const subject = readRequestedSubject(request, query, engine.policy);
      const workspace = findRequestedWorkspace(request, engine.policy, { access, caller });
      const atMs = context.now();
      const listing = context.staleness.adjustListing(listPermissions(engine, workspace, subject, atMs), atMs);
      return jsonAnswer(200, { workspace: workspace.id, subject, revision, ...listing });
    },
  };
}

/** The roles a workspace can give: the built-in ones and its own. */
export function createRolesEndpoint(context: SidecarContext): Endpoint {
  const { access } = context;
  return {
    route: 'roles',
    method: 'GET',
    path: '/v1/workspaces/:workspace/roles',
    answer: async (request, _body, caller) => {
      await reachQueriedRevision(context, readQuery(request.url, ['minRevision']));
      const { engine, revision } = currentPolicy(context);
      const workspace = findRequestedWorkspace(request, engine.policy, { access, caller });
      return jsonAnswer(200, { workspace: workspace.id, revision, roles: listRoles(engine.policy, workspace) });
    },
  };
}
