import type { Express } from 'express';
import { createBatchRoute } from './batch-route.ts';
import { createEnforceRoute } from './enforce-route.ts';
import { createExpressApp } from './express-app.ts';
import { createFleetEndpoint } from './fleet-endpoint.ts';
import { createHealthEndpoint, createReadyEndpoint } from './health-endpoints.ts';
import { type Listener, createJsonBodyListener } from './json-body-listener.ts';
import { createMemberDeleteEndpoint, createMemberPutEndpoint } from './member-change-endpoints.ts';
import { createMemberEndpoint, createMembersEndpoint } from './member-endpoints.ts';
import { createMetricsEndpoint } from './metrics-endpoint.ts';
import { createOpenApiEndpoint } from './openapi-endpoint.ts';
import { createPolicyEndpoint, createReloadEndpoint } from './policy-endpoints.ts';
import type { SidecarContext } from './sidecar-context.ts';
import { createPermissionsEndpoint, createRolesEndpoint } from './workspace-endpoints.ts';

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
