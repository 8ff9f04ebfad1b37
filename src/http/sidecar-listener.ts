import type { Express } from 'express';
import { createBatchRoute } from './decisions/batch-route.ts';
import { createEnforceRoute } from './decisions/enforce-route.ts';
import { createExpressApp } from './server/express-app.ts';
import { createFleetEndpoint } from './status/fleet-endpoint.ts';
import { createHealthEndpoint, createReadyEndpoint } from './status/health-endpoints.ts';
import { type Listener, createJsonBodyListener } from './server/json-body-listener.ts';
import { createMemberDeleteEndpoint, createMemberPutEndpoint } from './members/member-change-endpoints.ts';
import { createMemberEndpoint, createMembersEndpoint } from './members/member-endpoints.ts';
import { createMetricsEndpoint } from './status/metrics-endpoint.ts';
import { createOpenApiEndpoint } from './status/openapi-endpoint.ts';
import { createPolicyEndpoint, createReloadEndpoint } from './status/policy-endpoints.ts';
import type { SidecarContext } from './endpoint/sidecar-context.ts';
import { createPermissionsEndpoint, createRolesEndpoint } from './members/workspace-endpoints.ts';

/** Every route of the sidecar: two plain listeners for decisions, Express for all the rest. */
export function createSidecarListener(context: SidecarContext): { app: Express; listener: Listener } {
  const enforce = createJsonBodyListener(context, createEnforceRoute(context));
  const batch = createJsonBodyListener(context, createBatchRoute(context));
  const endpoints = [
    createPermissionsEndpoint(context),
    createRolesEndpoint(context),
    ...(['workspace', 'organization'] as const).flatMap((kind) => [
      createMembersEndpoint(context, kind),
      createMemberEndpoint(context, kind),
      createMemberPutEndpoint(context, kind),
      createMemberDeleteEndpoint(context, kind),
    ]),
    createFleetEndpoint(context),
    createPolicyEndpoint(context),
    createReloadEndpoint(context),
    createHealthEndpoint(),
    createReadyEndpoint(context),
    createMetricsEndpoint(context),
    createOpenApiEndpoint(),
  ];
  const app = createExpressApp(context, endpoints, [
    { path: '/v1/enforce', listener: enforce },
    { path: '/v1/enforce/batch', listener: batch },
  ]);
  const { sentAhead } = context.ceilings;
  const listener: Listener = (request, response) => {
    const { url, method } = request;
    if (!sentAhead.admitNext(request.socket)) return;
    // A request that was sent ahead has no place for its answer yet.
    const isAhead = response.socket === null;
    if (isAhead && !sentAhead.admit(request, response)) return;
    // The hot route goes past Express' router, which would find the same listener.
    if (method === 'POST' && (url === '/v1/enforce' || url === '/v1/enforce?explain')) enforce(request, response);
    else if (isAhead && (method === 'GET' || method === 'HEAD')) {
      sentAhead.answerInTurn(request, response, () => void app(request, response));
    } else app(request, response);
  };
  return { app, listener };
}
