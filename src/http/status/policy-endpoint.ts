import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { policyDocumentSchema } from './policy-document-schema.ts';

/** Which policy is live, and how the last reading of the files went. */
export const policyEndpoint: ServedEndpoint = {
  route: 'policy',
  method: 'GET',
  path: '/v1/policy',
  access: { need: 'read', extent: 'whole' },
  operation: {
    id: 'getPolicy',
    tag: 'Policy',
    summary: 'Which policy is live, and how the last reading of the files went',
    query: {},
    answer: policyDocumentSchema,
    problems: [],
  },
  serve: (context) => async (request) => {
    readQuery(request.url, {});
    return jsonAnswer(200, await context.whole.describePolicy());
  },
};
