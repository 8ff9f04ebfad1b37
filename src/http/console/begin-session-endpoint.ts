import { createSchemaCheck } from '../../compile/schema/json-schema.ts';
import { limits } from '../../policy/limits.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { refuseViolation } from '../messages/invalid-request.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { pageHeaders } from './page-headers.ts';
import { answerSession, requireTrial, sessionSchema } from './session-document.ts';

const schema = named('SignIn', {
  type: 'object',
  required: ['token'],
  additionalProperties: false,
  properties: { token: { type: 'string', minLength: 1, maxLength: 256, description: 'Of the link that was printed.' } },
});
const violations = createSchemaCheck(schema);

/** Somebody signs in with the link that the start has printed. It is good once. */
export const beginSessionEndpoint: ServedEndpoint = {
  route: 'session',
  method: 'POST',
  path: '/v1/session',
  access: { need: 'open', extent: 'whole' },
  body: { maximumBytes: limits.smallBodyBytes, schema },
  operation: {
    id: 'makeSession',
    tag: 'Pages',
    summary: 'Sign in to the pages with the link that was printed',
    query: {},
    headers: pageHeaders,
    answer: sessionSchema,
    problems: ['pages-off', 'signed-out', 'no-policy'],
  },
  serve: (context) => (request, body) => {
    readQuery(request.url, {});
    const sessions = requireTrial(context, request);
    const asked = parseJsonBody(body);
    refuseViolation(violations(asked), '');
    const { token } = asked as { readonly token: string };
    if (!sessions.trial.take(token)) {
      throw new ApiProblem(
        'signed-out',
        'the link was used already, or is too old; the sidecar prints a new one on SIGHUP',
      );
    }
    const session = sessions.begin();
    return answerSession(context, sessions, session, sessions.keep(request, session));
  },
};
