import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { textAnswer } from '../messages/answer.ts';
import { Registry } from '../metrics/prometheus-client.ts';
import { text } from '../openapi/openapi-words.ts';

/** What Prometheus reads. */
export const metricsEndpoint: ServedEndpoint = {
  route: 'metrics',
  method: 'GET',
  path: '/metrics',
  access: { need: 'read', extent: 'whole' },
  operation: {
    id: 'getMetrics',
    tag: 'Process',
    summary: 'For Prometheus',
    answer: text,
    mediaType: 'text/plain',
    problems: [],
  },
  serve: (context) => async () =>
    textAnswer(200, Registry.PROMETHEUS_CONTENT_TYPE, await context.whole.reportMetrics()),
};
