import { Registry } from 'prom-client';
import { textAnswer } from './answer.ts';
import type { Endpoint } from './endpoint.ts';
import type { SidecarContext } from './sidecar-context.ts';

/** For Prometheus. */
export function createMetricsEndpoint(context: SidecarContext): Endpoint {
  return {
    route: 'metrics',
    method: 'GET',
    path: '/metrics',
    answer: async () => textAnswer(200, Registry.PROMETHEUS_CONTENT_TYPE, await context.whole.reportMetrics()),
  };
}
