import type { PlaceKind } from '../../policy/runtime-member.ts';
import { findListedMember } from '../../review/members/member-listing.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { actorHeaders, memberType, minRevision } from '../openapi/openapi-parameters.ts';
import { groundOf, readAsking } from './asking.ts';
import { memberDocument } from './member-documents.ts';
import { inOperationId, memberReads } from './member-operations.ts';
import { memberSchema } from './member-schemas.ts';
import { findRequestedPlace, readRequestedSubject } from './place-request.ts';
import { entityTag } from './precondition.ts';

const query = { ...memberType, ...minRevision };

/** What one subject holds at a place itself, and where that is changed. */
export function getMemberEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'member',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/members/:subject`,
    access: { need: 'read', extent: 'place' },
    operation: {
      id: `get${inOperationId[kind]}Member`,
      tag: 'Members',
      summary: `What a subject holds of the ${kind} itself, and where that is changed`,
      query,
      headers: actorHeaders,
      answer: memberSchema,
      problems: [...memberReads(kind), 'unknown-member'],
    },
    serve: (context) => async (request, _body, caller) => {
      const asked = readQuery(request.url, query);
      const asking = readAsking(context, request, caller);
      await reachQueriedRevision(context, asked);
      const ground = groundOf(asking);
      const { policy } = ground.engine;
      const subject = readRequestedSubject(request, asked, policy, 'be a group');
      const { place, insight } = findRequestedPlace(request, kind, ground, asking);
      const { runtime: members, atMs, knowledge, revision } = ground;
      const member = knowledge.mayKnow(insight, subject)
        ? findListedMember({ policy, members, atMs }, place, subject)
        : undefined;
      if (!member) throw new ApiProblem('unknown-member', `the subject holds no role of this ${kind} itself`);
      const { status, headers, body } = jsonAnswer(200, memberDocument(place, member, revision));
      const { origin } = member;
      const tag = origin.source === 'database' ? { ETag: entityTag(origin.token) } : {};
      return { status, headers: { ...headers, ...tag }, body };
    },
  };
}
