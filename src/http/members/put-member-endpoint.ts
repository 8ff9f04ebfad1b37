import { limits } from '../../policy/limits.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import { memberType } from '../openapi/openapi-parameters.ts';
import { answerChange, findAskedPlace } from './answer-member-change.ts';
import { conditions, inOperationId, memberChanges } from './member-operations.ts';
import { readWantedMember } from './member-request.ts';
import { memberAnswerSchema, memberChangeSchema } from './member-schemas.ts';

/** A subject is given just these roles at a place. */
export function putMemberEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'member-change',
    method: 'PUT',
    path: `/v1/${kind}s/:${kind}/members/:subject`,
    access: { need: 'change', extent: 'place' },
    body: { maximumBytes: limits.requestBodyBytes, schema: memberChangeSchema },
    operation: {
      id: `set${inOperationId[kind]}Member`,
      tag: 'Members',
      summary: 'Give a subject just these roles; an admin call',
      query: memberType,
      headers: conditions,
      answer: memberAnswerSchema,
      created: 'The answer, for a subject that held no role here',
      problems: [
        ...memberChanges(kind),
        'not-a-holder',
        ...(['unknown-role', 'wrong-span', 'frozen-role', 'bad-period', 'duplicate-role'] as const),
      ],
    },
    serve: (context) => (request, body, caller) => {
      const asked = findAskedPlace(context, kind, request, caller);
      const query = readQuery(request.url, memberType);
      const { catalog } = currentPolicy(context).engine.policy;
      return answerChange(context, asked, query, readWantedMember(parseJsonBody(body), catalog));
    },
  };
}
