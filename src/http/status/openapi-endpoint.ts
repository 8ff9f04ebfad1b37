import { jsonAnswer } from '../messages/answer.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { openApiDocument } from '../openapi/openapi.ts';

/** The API described for programs. */
export function createOpenApiEndpoint(): Endpoint {
  const answer = jsonAnswer(200, openApiDocument);
  return { route: 'openapi', method: 'GET', path: '/openapi.json', answer: () => answer };
}
