import { textAnswer } from './answer.ts';
import type { Endpoint } from './endpoint.ts';
import type { SidecarContext } from './sidecar-context.ts';

/** For Prometheus. */
export function createMetricsEndpoint(context: SidecarContext): Endpoint {
  const { metrics } = context;
  return {
    route: 'metrics',
    method: 'GET',
    path: '/metrics',
    access: 'request',
    answer: async () => textAnswer(200, metrics.contentType, await metrics.report()),
  };
}
