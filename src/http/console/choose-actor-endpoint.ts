import { createSchemaCheck } from '../../compile/schema/json-schema.ts';
import { limits } from '../../policy/limits.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { refuseViolation } from '../messages/invalid-request.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { pageHeaders } from './page-headers.ts';
import { answerSession, readChosenActor, requireTrial, sessionSchema } from './session-document.ts';

const schema = named('ChosenActor', {
  type: 'object',
  required: ['actor'],
  additionalProperties: false,
  properties: {
    actor: {
      description: 'Whom to act as. A string is an id of the first subject type.',
      type: ['string', 'object'],
      minLength: 1,
      maxLength: limits.subjectIdCharacters,
      required: ['type', 'id'],
      additionalProperties: false,
      properties: {
        type: { type: 'string', minLength: 1, maxLength: limits.idCharacters },
        id: { type: 'string', minLength: 1, maxLength: limits.subjectIdCharacters },
      },
    },
  },
});
const violations = createSchemaCheck(schema);

/** Whoever tries the pages out says whom they act as from now on. */
export const chooseActorEndpoint: ServedEndpoint = {
  route: 'session',
  method: 'PUT',
  path: '/v1/session',
  access: { need: 'open', extent: 'whole' },
  body: { maximumBytes: limits.smallBodyBytes, schema },
  operation: {
    id: 'setSessionActor',
    tag: 'Pages',
    summary: 'Choose whom to act as, when the pages are tried out',
    query: {},
    headers: pageHeaders,
    answer: sessionSchema,
    problems: ['pages-off', 'signed-out', 'no-policy'],
  },
  serve: (context) => (request, body) => {
    readQuery(request.url, {});
    const sessions = requireTrial(context, request);
    const session = sessions.require(request);
    const asked = parseJsonBody(body);
    refuseViolation(violations(asked), '');
    const { actor } = asked as { readonly actor: string | SubjectId };
    const chosen = sessions.actAs(session, readChosenActor(actor, currentPolicy(context).engine.policy.catalog));
    return answerSession(context, sessions, chosen, sessions.keep(request, chosen));
  },
};
