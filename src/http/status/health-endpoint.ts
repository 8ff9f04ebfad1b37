import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { type Answer, jsonAnswer } from '../messages/answer.ts';
import { named } from '../openapi/named-schema.ts';
import { record } from '../openapi/openapi-words.ts';

const healthy: Answer = jsonAnswer(200, { status: 'ok' });

/** The process answers; it says nothing about the policy, so that no restart is tried to mend a file. */
export const healthEndpoint: ServedEndpoint = {
  route: 'healthz',
  method: 'GET',
  path: '/healthz',
  access: { need: 'open', extent: 'whole' },
  operation: {
    id: 'getHealth',
    tag: 'Process',
    summary: 'The process answers',
    answer: named('Health', record({ status: { const: 'ok' } })),
    problems: [],
  },
  serve: () => () => healthy,
};
