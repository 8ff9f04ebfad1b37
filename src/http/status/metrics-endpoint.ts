import { Registry } from 'prom-client';
import { textAnswer } from '../messages/answer.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

/** For Prometheus. */
export function createMetricsEndpoint(context: SidecarContext): Endpoint {
  return {
    route: 'metrics',
    method: 'GET',
    path: '/metrics',
    answer: async () => textAnswer(200, Registry.PROMETHEUS_CONTENT_TYPE, await context.whole.reportMetrics()),
  };
}
