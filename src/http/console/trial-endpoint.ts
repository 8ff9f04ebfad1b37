import type { Request } from 'express';
import { createSchemaCheck } from '../../compile/schema/json-schema.ts';
import { limits } from '../../policy/limits.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import { refuseViolation } from '../messages/invalid-request.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { pageHeaders } from './page-headers.ts';
import { answerSession, requireTrial, sessionSchema } from './session-document.ts';

interface TrialCall<Asked> {
  readonly context: SidecarContext;
  readonly sessions: Sessions;
  readonly request: Request;
  /** The body, once it is wanted. Throws an ApiProblem where it is not as the schema says. */
  readonly read: () => Asked;
}

interface TrialEndpoint<Asked> {
  readonly method: 'POST' | 'PUT';
  readonly id: string;
  readonly summary: string;
  readonly schema: object;
  /** The session as it is from then on. */
  readonly answer: (call: TrialCall<Asked>) => Session;
}

/** One of the calls of whoever tries the pages out, by which a session begins or becomes another. */
export function trialEndpoint<Asked>({ method, id, summary, schema, answer }: TrialEndpoint<Asked>): ServedEndpoint {
  const violations = createSchemaCheck(schema);
  return {
    route: 'session',
    method,
    path: '/v1/session',
    access: { need: 'open', extent: 'whole' },
    body: { maximumBytes: limits.smallBodyBytes, schema },
    operation: {
      id,
      tag: 'Pages',
      summary,
      query: {},
      headers: pageHeaders,
      answer: sessionSchema,
      problems: ['pages-off', 'signed-out', 'no-policy'],
    },
    serve: (context) => (request, body) => {
      readQuery(request.url, {});
      const sessions = requireTrial(context, request);
      const read = (): Asked => {
        const asked = parseJsonBody(body);
        refuseViolation(violations(asked), '');
        return asked as Asked;
      };
      const session = answer({ context, sessions, request, read });
      return answerSession(context, sessions, session, sessions.keep(request, session));
    },
  };
}
