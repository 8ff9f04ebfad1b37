import type { PlaceKind } from '../../policy/runtime-member.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { readQuery } from '../messages/request-query.ts';
import { memberType } from '../openapi/openapi-parameters.ts';
import { answerChange, findAskedPlace } from './answer-member-change.ts';
import { conditions, inOperationId, memberChanges } from './member-operations.ts';
import { readRemoval } from './member-request.ts';
import { memberAnswerSchema } from './member-schemas.ts';

export const removalQuery = {
  actor: { description: 'Who does it: an id, percent-encoded.', isRequired: true },
  actorType: { description: 'The type of the actor; the first subject type when left out.' },
  reason: { description: 'Why, for the history.' },
} as const;

const query = { ...memberType, ...removalQuery };

/** Every role is taken away that a subject was given at a place. */
export function deleteMemberEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'member-change',
    method: 'DELETE',
    path: `/v1/${kind}s/:${kind}/members/:subject`,
    access: { need: 'change', extent: 'place' },
    operation: {
      id: `remove${inOperationId[kind]}Member`,
      tag: 'Members',
      summary: 'Take every role away that a subject was given; an admin call',
      query,
      headers: conditions,
      answer: memberAnswerSchema,
      problems: memberChanges(kind),
    },
    serve: (context) => (request, _body, caller) => {
      const asked = findAskedPlace(context, kind, request, caller);
      const removal = readQuery(request.url, query);
      const { catalog } = currentPolicy(context).engine.policy;
      return answerChange(context, asked, removal, readRemoval(removal, catalog));
    },
  };
}
