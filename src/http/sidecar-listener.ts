import type { Express } from 'express';
import { listChangesEndpoint } from './changes/list-changes-endpoint.ts';
import { postChangeEndpoint } from './changes/post-change-endpoint.ts';
import { revertChangeEndpoint } from './changes/revert-change-endpoint.ts';
import { catalogEndpoint } from './catalog/catalog-endpoint.ts';
import { roleEndpoint } from './catalog/role-endpoint.ts';
import { batchEndpoint } from './decisions/batch-route.ts';
import { enforceEndpoint } from './decisions/enforce-route.ts';
import { createJsonBodyListener } from './decisions/json-body-listener.ts';
import { describeApi } from './endpoint/describe-api.ts';
import type { Endpoint } from './endpoint/endpoint.ts';
import type { SidecarContext } from './endpoint/sidecar-context.ts';
import { deleteMemberEndpoint } from './members/delete-member-endpoint.ts';
import { getMemberEndpoint } from './members/get-member-endpoint.ts';
import {
  deleteGroupMemberEndpoint,
  getGroupMemberEndpoint,
  putGroupMemberEndpoint,
} from './members/group-member-endpoints.ts';
import { listGroupMembersEndpoint, listGroupsEndpoint } from './members/list-groups-endpoints.ts';
import { listMembersEndpoint } from './members/list-members-endpoint.ts';
import { placeKinds } from './members/member-operations.ts';
import { getGroupEndpoint } from './subjects/get-group-endpoint.ts';
import { forOperators } from './members/operators.ts';
import { permissionsEndpoint } from './members/permissions-endpoint.ts';
import { putMemberEndpoint } from './members/put-member-endpoint.ts';
import { rolesEndpoint } from './members/roles-endpoint.ts';
import { beginSessionEndpoint } from './console/begin-session-endpoint.ts';
import { beginSignInEndpoint } from './console/begin-sign-in-endpoint.ts';
import { chooseActorEndpoint } from './console/choose-actor-endpoint.ts';
import type { ConsoleFiles } from './console/console-files.ts';
import { endSessionEndpoint } from './console/end-session-endpoint.ts';
import { finishSignInEndpoint } from './console/finish-sign-in-endpoint.ts';
import { getSessionEndpoint } from './console/get-session-endpoint.ts';
import { listActorsEndpoint } from './console/list-actors-endpoint.ts';
import { serveConsole } from './console/serve-console.ts';
import { gitHookEndpoint } from './hooks/git-hook-endpoint.ts';
import { reviewEndpoint } from './review/review-endpoint.ts';
import type { Listener } from './server/body-request.ts';
import { createExpressApp } from './server/express-app.ts';
import { listWorkspacesEndpoint } from './subjects/list-workspaces-endpoint.ts';
import { previewEndpoint } from './subjects/preview-endpoint.ts';
import { listPeopleEndpoint } from './subjects/list-people-endpoint.ts';
import { permissionMembersEndpoint } from './subjects/permission-members-endpoint.ts';
import { removeSubjectEndpoint } from './subjects/remove-subject-endpoint.ts';
import { subjectAccessEndpoint } from './subjects/subject-access-endpoint.ts';
import { fleetEndpoint } from './status/fleet-endpoint.ts';
import { healthEndpoint } from './status/health-endpoint.ts';
import { metricsEndpoint } from './status/metrics-endpoint.ts';
import { createOpenApiEndpoint } from './status/openapi-endpoint.ts';
import { policyEndpoint } from './status/policy-endpoint.ts';
import { readyEndpoint } from './status/ready-endpoint.ts';
import { acceptEndpoint } from './status/accept-endpoint.ts';
import { reloadEndpoint } from './status/reload-endpoint.ts';

/** Every endpoint of the sidecar. Routing, access control, the labels of metrics and the document all come from this list. */
export const endpoints: readonly Endpoint[] = [
  enforceEndpoint,
  batchEndpoint,
  catalogEndpoint,
  listWorkspacesEndpoint,
  ...placeKinds.flatMap((kind) => [permissionsEndpoint(kind), rolesEndpoint(kind), roleEndpoint(kind)]),
  ...placeKinds.flatMap((kind) => [permissionMembersEndpoint(kind), listPeopleEndpoint(kind), previewEndpoint(kind)]),
  ...placeKinds.map((kind) => reviewEndpoint(kind)),
  subjectAccessEndpoint,
  removeSubjectEndpoint,
  ...placeKinds.flatMap((kind) => [
    listMembersEndpoint(kind),
    getMemberEndpoint(kind),
    putMemberEndpoint(kind),
    deleteMemberEndpoint(kind),
  ]),
  listGroupsEndpoint,
  getGroupEndpoint,
  listGroupMembersEndpoint,
  getGroupMemberEndpoint,
  putGroupMemberEndpoint,
  deleteGroupMemberEndpoint,
  postChangeEndpoint,
  listChangesEndpoint,
  revertChangeEndpoint,
  getSessionEndpoint,
  beginSessionEndpoint,
  chooseActorEndpoint,
  endSessionEndpoint,
  listActorsEndpoint,
  beginSignInEndpoint,
  finishSignInEndpoint,
  forOperators(fleetEndpoint),
  forOperators(policyEndpoint),
  reloadEndpoint,
  acceptEndpoint,
  gitHookEndpoint,
  healthEndpoint,
  readyEndpoint,
  metricsEndpoint,
  createOpenApiEndpoint(() => openApiDocument),
];

export const openApiDocument = describeApi(endpoints);

/** Serves them all: plain listeners for decisions, Express for all the rest. */
export function createSidecarListener(
  context: SidecarContext,
  pages?: ConsoleFiles,
): { app: Express; listener: Listener } {
  const listeners = new Map<Endpoint, Listener>();
  for (const endpoint of endpoints) {
    if ('decide' in endpoint) listeners.set(endpoint, createJsonBodyListener(context, endpoint));
  }
  const app = createExpressApp(context, endpoints, listeners, pages && serveConsole(context, pages));
  // The hot route goes past Express' router, which would find the same listener.
  const { method: hotMethod, path: hotPath } = enforceEndpoint;
  const hotExplained = `${hotPath}?explain`;
  const enforce = listeners.get(enforceEndpoint) ?? app;
  const { sentAhead } = context.ceilings;
  const listener: Listener = (request, response) => {
    const { url, method } = request;
    if (!sentAhead.admitNext(request.socket)) return;
    // A request that was sent ahead has no place for its answer yet.
    const isAhead = response.socket === null;
    if (isAhead && !sentAhead.admit(request, response)) return;
    if (method === hotMethod && (url === hotPath || url === hotExplained)) enforce(request, response);
    else if (isAhead && (method === 'GET' || method === 'HEAD')) {
      sentAhead.answerInTurn(request, response, () => void app(request, response));
    } else app(request, response);
  };
  return { app, listener };
}
