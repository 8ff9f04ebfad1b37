import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { anything } from '../openapi/openapi-words.ts';

/** The API described for programs: the endpoint itself is one of those that the document describes. */
export function createOpenApiEndpoint(describe: () => object): ServedEndpoint {
  return {
    route: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    access: { need: 'open', extent: 'whole' },
    operation: {
      id: 'getOpenApi',
      tag: 'Process',
      summary: 'This document',
      answer: anything('OpenAPI 3.1.'),
      problems: [],
    },
    serve: () => {
      const answer = jsonAnswer(200, describe());
      return () => answer;
    },
  };
}
